"""Measuring a case on two targets: a launch of each alive, rounds in turn, the same work, one checksum."""

import msgspec
import pytest
from tests import synthetic
from tests.fakes import Script
from tests.measure.conftest import plan_of

from gilbench.measure import cores
from gilbench.model import Effort, Failure, LaunchStart, PlannedItem, Round
from gilbench.plan.comparisons import same_case_across

OLD = msgspec.structs.replace(
    synthetic.make_target(version="3.12.0", sizes={"fnv1a": 4096}), executable="/old"
)
NEW = msgspec.structs.replace(
    synthetic.make_target(version="3.14.0", gil=False, sizes={"fnv1a": 8192}), executable="/new"
)
PLANNED = PlannedItem(same_case_across(NEW, OLD, "fnv1a", "serial", 1), Effort((2, 3), 4))


@pytest.fixture
def both(session):
    """A session that has both targets."""
    session.targets |= {target.id: target for target in (OLD, NEW)}
    return session


def of_case(process: int) -> bool:
    """Whether a process is the case's: they come in twos, the case's first in one launch and last in the next."""
    return process % 2 == process // 2 % 2


def with_gil(process: int, given: dict) -> dict:
    """The free-threaded target and its workers have no GIL."""
    return without_gil(given) if of_case(process) else given


def without_gil(given: dict) -> dict:
    """A round in which nobody had the GIL."""
    if "workers" not in given:
        return given
    return given | {
        "gil_before": False,
        "gil_after": False,
        "workers": [worker | {"gil_before": False, "gil": False} for worker in given["workers"]],
    }


def scripted() -> Script:
    script = Script()
    script.answer = lambda number, op, given: with_gil(script.log[number][0], given)
    return script


def test_a_launch_of_each_target_is_alive(both, drive):
    """Three launches open six processes, one of each target, with a warm-up pair in each."""
    driven = drive(PLANNED, scripted())
    assert len(driven.script.launches) == 6
    assert len(driven.of(LaunchStart)) == 3
    assert [launch.closed for launch in driven.script.launches] == [1] * 6
    assert driven.error is None


def test_rounds_take_turns_between_the_targets(both, drive):
    """Each pair has a round of either target, next to each other, in random order."""
    driven = drive(PLANNED, scripted())
    asked = [of_case(process) for process, _ in driven.script.of("round")]
    pairs = list(zip(asked[::2], asked[1::2], strict=True))
    assert all({False, True} == set(pair) for pair in pairs)
    assert len(set(pairs)) == 2


def test_neither_target_always_comes_first(both, drive):
    """Started and warmed up first is one of them in one launch, the other in the next: what follows from coming first
    lasts as long as a process lives."""
    driven = drive(PLANNED, scripted())
    started = [launch.executable for launch in driven.script.launches]
    assert started == ["/new", "/old", "/old", "/new", "/new", "/old"]
    warm = [(one.role, one.position) for one in driven.of(Round) if one.warmup]
    first, second = [("reference", 0), ("case", 1)], [("case", 0), ("reference", 1)]
    assert warm == [*first, *second, *first]


def test_both_import_at_the_same_time(both, drive):
    """Asked to load the workload before either has answered, and before the warm-up; a launch that is alone is not."""
    script = scripted()
    drive(PLANNED, script)
    requested = [number for number, (_, op, _) in enumerate(script.log) if op == "load"]
    assert len(requested) == 6
    for one, other in zip(requested[::2], requested[1::2], strict=True):
        assert other == one + 1 and {script.log[one][0], script.log[other][0]} in (
            {0, 1},
            {2, 3},
            {4, 5},
        )
        assert script.answered[one] == script.answered[other] == other + 1
        assert script.log[one - 1][1] == "set up" and script.log[other + 1][1] == "round"
    assert not drive(plan_of(looks=(2,)), Script()).script.of("load")


def test_both_do_the_work_that_the_reference_was_calibrated_to(both, drive):
    """Sizes differ between targets; a pair has one."""
    script = scripted()
    drive(PLANNED, script)
    sizes = {asked["params"]["size"] for asked in script.asked if "params" in asked}
    assert sizes == {4096}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"gil_before": True},
            "the launch ran with the GIL enabled, but 3.14.0t has it disabled: the setting",
        ),
        ({"gil_after": True}, "the launch ran with the GIL enabled"),
    ],
)
def test_a_launch_with_the_wrong_gil_is_an_error(both, drive, changed, words):
    """Before or after: a row that was measured with the GIL, on a target that has none, is never written."""
    script = Script()
    script.answer = lambda number, op, given: (
        without_gil(given) | changed
        if of_case(script.log[number][0]) and "workers" in given
        else given
    )
    driven = drive(PLANNED, script)
    assert words in driven.error
    assert driven.of(Failure) and not [one for one in driven.of(Round) if one.role == "case"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"gil": True, "gil_culprit": "old"},
            "worker 1 ran with the GIL enabled, but 3.14.0t has it disabled: it imported old,",
        ),
        (
            {"gil_before": True, "gil": True},
            "the setting did not reach that process or interpreter",
        ),
    ],
)
def test_a_worker_with_the_wrong_gil_is_an_error_that_names_the_module(both, drive, changed, words):
    """Where an import switched the GIL on it says which."""

    def answer(number, op, given):
        if not of_case(script.log[number][0]) or "workers" not in given:
            return given
        given = without_gil(given)
        return given | {"workers": [worker | changed for worker in given["workers"]]}

    script = Script()
    script.answer = answer
    driven = drive(PLANNED, script)
    assert words in driven.error
    assert driven.of(Failure) and not [one for one in driven.of(Round) if one.role == "case"]


def test_launches_that_take_turns_share_a_core(drive, both):
    """Serial rounds of the two never run at the same time, and cores may differ in speed; the launch after the
    next takes the next core. Several workers keep all cores, and a launch that is alone is left where it is."""
    allowed = cores.usable()
    pinned = [launch.core for launch in drive(PLANNED, scripted()).script.launches]
    expected = [
        allowed[number // 4 % len(allowed)] if allowed else None for number in range(len(pinned))
    ]
    assert pinned == expected and len(pinned) == 6
    several = PlannedItem(same_case_across(NEW, OLD, "fnv1a", "thread", 2), Effort((2,), 2))
    assert {launch.core for launch in drive(several, scripted()).script.launches} == {None}
    assert {
        launch.core for launch in drive(plan_of("serial", 1, looks=(2,)), Script()).script.launches
    } == {None}
