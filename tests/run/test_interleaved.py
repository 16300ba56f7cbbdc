"""What a check measures: both sides by their parts, a control, every case once and, where suspected, again."""

import msgspec
import pytest
from tests import synthetic
from tests.check.conftest import Checked, side

from gilbench.check.calibration import Calibration, Resolution
from gilbench.check.interleaved_run import BASELINE, CONTROL, HEAD
from gilbench.check.margins import Margins
from gilbench.measure.session import Session
from gilbench.model import Comparison, InputError, PlannedItem, Stop, Target
from gilbench.plan.matrix import Filters
from gilbench.results import tables
from gilbench.run import interleaved
from gilbench.run.interleaved import EFFORT, CalibrationRun, InterleavedCheck, Interleaving
from gilbench.run.pace import Pace
from gilbench.run.recorder import Recorder
from gilbench.run.stopping import InterleavedPolicy


@pytest.fixture
def composed(monkeypatch):
    """Compose a gate whose two sides are synthetic."""

    def make(
        missing: dict[str, dict[str, str]] | None = None,
        kind: type[Interleaving] = InterleavedCheck,
        calls_s: dict[str, float] | None = None,
        **asked,
    ):
        def load(specs, target_bundle):
            target = synthetic.make_target(missing=(missing or {}).get(specs[0]))
            return (with_calls_of(target, (calls_s or {}).get(specs[0])),), ()

        monkeypatch.setattr(interleaved.loading, "load_targets", load)
        filters = Filters(
            asked.pop("workloads", ()), asked.pop("strategies", ()), asked.pop("workers", ())
        )
        made = kind(synthetic.make_host(), "main", "head", filters, **asked)
        with Session(seed=0) as session:
            return made, made.compose(session)

    return make


def with_calls_of(target: Target, call_s: float | None) -> Target:
    """The target, a task of whose CPU-bound and I/O-bound functions takes so long."""
    workloads = tuple(
        msgspec.structs.replace(entry, task_s=call_s) for entry in target.description.workloads
    )
    described = msgspec.structs.replace(target.description, workloads=workloads)
    return msgspec.structs.replace(target, description=described)


def comparisons(planned: tuple[PlannedItem, ...]) -> list[Comparison]:
    return [one.item for one in planned if isinstance(one.item, Comparison)]


def test_every_case_stands_twice_and_the_control_once(composed):
    """Surveyed workloads, serially and in a thread a core; the control before them, second samples after them."""
    _, made = composed()
    assert [target.id for target in made.targets] == [BASELINE, HEAD, CONTROL]
    control, *rest = comparisons(made.items)
    assert (control.case.target, control.reference.target) == (CONTROL, BASELINE)
    firsts, seconds = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    assert [one.case for one in firsts] == [one.case for one in seconds]
    assert not any(one.again for one in firsts) and all(one.again for one in seconds)
    surveyed = {
        workload.name for workload in made.targets[0].description.workloads if workload.survey
    }
    assert {one.case.workload for one in firsts} == surveyed
    assert {(one.case.strategy, one.case.workers) for one in firsts} == {
        ("serial", 1),
        ("thread", 2),
    }
    assert all(
        one.reference.target == BASELINE and one.tasks % one.case.workers == 0 for one in rest
    )


def test_launches_are_short_and_may_continue(composed):
    """Rounds of 3 ms, of 6 ms, and of 36 ms in processes, whose launches are long enough as they are."""
    strategies = ("serial", "thread", "process")
    plan_of = {
        one.item.case.strategy: one.effort
        for one in composed(strategies=strategies, workloads=("fnv1a",))[1].items
    }
    assert {name: (effort.pairs, effort.most_pairs) for name, effort in plan_of.items()} == {
        "serial": (6, 20),
        "thread": (6, 20),
        "process": (4, 4),
    }
    assert {effort.known_to for effort in plan_of.values()} == {interleaved.KNOWN_TO}


@pytest.mark.parametrize(
    ("call_s", "tasks", "pairs"),
    [
        (0.0004, [2, 4, 24], [(6, 20), (6, 20), (4, 4)]),
        (0.004, [1, 2, 10], [(6, 20), (4, 16), (4, 4)]),
        (0.3, [1, 2, 2], [(4, 4)] * 3),
    ],
)
def test_calls_that_take_long_are_fewer(composed, call_s, tasks, pairs):
    """A round is as long as its question needs: 3 ms, 6 ms with threads, 36 ms with processes.

    How long a call takes is what the faster side says.
    """
    calls_s = {"main": 3 * call_s, "head": call_s}
    _, made = composed(
        strategies=("serial", "thread", "process"), workloads=("fnv1a",), calls_s=calls_s
    )
    firsts = [one for one in made.items if one.item.case.target == HEAD and not one.item.again]
    assert [one.item.tasks for one in firsts] == tasks
    assert [(one.effort.pairs, one.effort.most_pairs) for one in firsts] == pairs


def test_waiting_calls_that_take_long_are_fewer(composed):
    """One a worker, and no more pairs than a launch needs."""
    for call_s, tasks, most_pairs in ((0.0004, 2, 9), (0.3, 1, 4)):
        _, made = composed(
            workloads=("sleep",), strategies=("serial",), calls_s={"head": call_s, "main": call_s}
        )
        (first,) = [
            one for one in made.items if one.item.case.target == HEAD and not one.item.again
        ]
        assert (first.item.tasks, first.effort.most_pairs) == (tasks, most_pairs)


def test_ids_are_unique(composed):
    """The journal is kept by them."""
    ids = [one.id for one in comparisons(composed()[1].items)]
    assert len(set(ids)) == len(ids) and "fnv1a-serial-w1-again@head-vs-baseline" in ids


def test_a_check_can_be_narrowed(composed):
    """To a workload, strategies and worker counts; processes get rounds that their start does not fill."""
    _, made = composed(workloads=("fnv1a",), strategies=("process",), workers=(2, 4))
    cases = [one for one in comparisons(made.items) if one.case.target == HEAD and not one.again]
    assert [(one.case.workload, one.case.strategy, one.case.workers) for one in cases] == [
        ("fnv1a", "process", 2),
        ("fnv1a", "process", 4),
    ]
    assert all(one.tasks >= interleaved.PROCESS_TASKS for one in cases)


@pytest.mark.parametrize("part", ["main", "head"])
def test_what_one_side_cannot_run_is_refused(composed, part):
    """It would go unchecked."""
    with pytest.raises(
        InputError, match=r"thread cannot run on the (baseline|head): no threads here"
    ):
        composed({part: {"thread": "no threads here"}})


@pytest.mark.parametrize(
    ("asked", "words"), [({"workloads": ("nope",)}, "fnv1a"), ({"strategies": ("nope",)}, "serial")]
)
def test_unknown_names_are_refused(composed, asked, words):
    """As everywhere."""
    with pytest.raises(InputError, match=words):
        composed(**asked)


def test_a_margin_of_no_workload_is_refused(composed):
    """Before anything is measured."""
    with pytest.raises(InputError, match="'nope'"):
        composed(margins=Margins(of_workload={"nope": 0.1}))


def test_launches_follow_the_calibration_unless_they_are_asked_for(composed):
    """A case that needs twice as many for its margin gets them; --launches overrules."""
    seen = Resolution("fnv1a-serial-w1", 0.03, 32, {1.0: 0.07, 2.0: 0.05, 3.0: 0.03})
    known = Calibration("abc", "3.13.0", "2026-01-01T00:00+00:00", 0.05, 200, 0, (seen,))

    def looks(**asked):
        _, made = composed(workloads=("fnv1a",), **asked)
        return {
            one.item.id.partition("@")[0]: one.effort.looks
            for one in made.items
            if HEAD in one.item.id
        }

    doubled = tuple(2 * one for one in EFFORT.looks)
    assert looks()["fnv1a-serial-w1"] == looks(calibration=known)["fnv1a-thread-w2"] == EFFORT.looks
    assert looks(calibration=known)["fnv1a-serial-w1"] == doubled
    assert looks(calibration=known)["fnv1a-serial-w1-again"] == tuple(
        2 * one for one in EFFORT.again
    )
    assert looks(calibration=known, scale=1.0)["fnv1a-serial-w1"] == EFFORT.looks


def test_calibrating_measures_every_case_once_and_stops_nowhere(composed):
    """So many launches, no control, no second sample."""
    _, whole = composed(kind=CalibrationRun, launches=30)
    assert {one.effort.looks for one in whole.items} == {(30,)}
    assert {one.case.target for one in comparisons(whole.items)} == {HEAD}


def test_calibrating_ends_items_after_their_last_launch_only(composed):
    """However certain the difference is at an interim analysis; a check stops there."""
    checked = Checked({"fnv1a-serial-w1": (1.1, 1.1)})
    recorder = Recorder(checked.run, checked.records(), None, lambda: 0.0)
    first = next(planned for planned in checked.run.plan if planned.item.case.target == HEAD)
    runs = [(composed(), Stop.SETTLED), (composed(kind=CalibrationRun, launches=30), None)]
    for (interleaving, plan), because in runs:
        policy = interleaving.scheduler(Pace(plan, recorder, lambda: 0.0))._policy
        assert policy.stopping(first, recorder.tables()) == because


def test_what_is_suspected_is_measured_again_and_nothing_else():
    """The rule that the suite asks before each second sample, and at each look."""
    checked = Checked({"fnv1a-serial-w1": (1.1, 1.1)})
    built = tables.build(checked.run, checked.records())
    made = InterleavedPolicy(Margins())
    needed = {
        one.item.case.label: made.needed(one, built) for one in checked.run.plan if one.item.again
    }
    assert needed == {"fnv1a-serial-w1": True, "fnv1a-thread-w2": False, "sleep-serial-w1": False}
    assert all(made.needed(one, built) for one in checked.run.plan if not one.item.again)
    first = next(one for one in checked.run.plan if one.item.case.target == HEAD)
    assert made.stopping(first, built) == Stop.SETTLED
    assert side(HEAD).id == HEAD
