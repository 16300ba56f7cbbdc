"""Answers that make no sense: each is a MeasurementError in one line, and none is journalled."""

import sys

import pytest
from tests.fakes import Script
from tests.measure.conftest import plan_of
from tests.measure.test_experiments import PLANNED

from gilbench.measure.launches import Launch, MeasurementError
from gilbench.model import CeilingControl, Failure, Observation, Round

TIMEOUT_S = 120.0
NESTED = []
for _ in range(100):
    NESTED = [NESTED]


def without(key):
    """A change of an answer: it lacks a key."""
    return lambda given: {name: value for name, value in given.items() if name != key}


def with_worker(**values):
    """A change of an answer: its first worker has other values."""
    return lambda given: given | {"workers": [given["workers"][0] | values]}


@pytest.mark.parametrize(
    "change",
    [
        lambda given: {},
        lambda given: given | {"wall_ns": -5},
        lambda given: given | {"wall_ns": 0, "launch_ns": 0, "compute_ns": 0, "join_ns": 0},
        lambda given: given | {"wall_ns": 10**30},
        lambda given: given | {"wall_ns": "soon"},
        lambda given: given | {"checksum": 2**70},
        lambda given: given | {"workers": []},
        lambda given: given | {"workers": {}},
        lambda given: given | {"workers": NESTED},
        lambda given: given | {"gil_after": None},
        lambda given: given | {"tasks": True},
        without("wall_ns"),
        without("workers"),
        without("checksum"),
        with_worker(cpu_ns=-1),
        with_worker(gil_culprit=7),
        with_worker(end_ns=0),
        with_worker(pid=None),
        lambda given: given | {"workers": given["workers"] * 2},
        lambda given: given | {"wall_ns": 2 * given["wall_ns"]},
        lambda given: given | {"cpu_self_ns": 10**12},
        with_worker(tasks=1),
        with_worker(start_ns=5),
    ],
)
def test_a_malformed_round_fails_its_item_in_one_line(drive, change):
    """Whatever a round's answer lacks or has, nothing of it is recorded."""

    def answer(number, op, given):
        return change(given) if op == "round" else given

    driven = drive(plan_of(), Script(answer=answer))
    assert driven.error is not None and driven.error.startswith(
        "the launch gave a malformed answer: "
    )
    assert "\n" not in driven.error
    assert not driven.of(Round) and len(driven.of(Failure)) == 1


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"ceiling": float("nan"), "alone": [], "together": []},
        {"ceiling": -1.0, "alone": [], "together": []},
        {"ceiling": 1.0, "alone": 3, "together": []},
        {"ceiling": 1.0, "alone": [[-1]], "together": []},
        {"ceiling": 1.0, "alone": NESTED, "together": []},
        {"ceiling": 1.0, "alone": [[10]], "together": [[20]]},
    ],
)
def test_a_malformed_ceiling_fails_its_item_in_one_line(drive, reply):
    """The ceiling control's answer is checked as a round's is."""
    planned = plan_of("process")
    assert planned.item.ceiling

    def answer(number, op, given):
        return reply if op == "probe" else given

    driven = drive(planned, Script(answer=answer))
    assert driven.error is not None and driven.error.startswith(
        "the launch gave a malformed answer: "
    )
    assert not driven.of(CeilingControl)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**80, NESTED, {"deep": [{"er": NESTED}]}]
)
def test_what_a_journal_cannot_hold_is_not_observed(drive, value):
    """Numbers that are not finite or too large, and absurd nesting, do not reach the journal."""

    def answer(number, op, given):
        return {"seen": [value]} if op == "probe" else given

    driven = drive(PLANNED, Script(answer=answer))
    assert driven.error is not None and driven.error.startswith("the launch observed ")
    assert not driven.of(Observation)


@pytest.mark.parametrize(
    "line",
    [
        '{"ok": []}',
        '{"ok": null}',
        '{"ok": 1}',
        "[" * 100_000,
        '{"ok": ' + '{"a":' * 50_000,
        '{"ok": {"a": \\ud800}}',
    ],
)
def test_a_line_that_is_no_answer_is_one_clear_line(bundle_with, line):
    """Results that are no objects, and nesting that no parser follows."""
    loop = f"import sys\nsys.stdin.readline()\nprint({line!r}, flush=True)\n"
    with (
        Launch(sys.executable, bundle_with({"__main__.py": loop})) as launch,
        pytest.raises(MeasurementError) as caught,
    ):
        launch.ask("ping", TIMEOUT_S)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600
