"""What is measured next, when an item stops, and how long the rest takes, on a clock that the tests set."""

from dataclasses import dataclass, replace

import pytest
from tests import synthetic

from gilbench.model import Comparison, Effort, Experiment, ItemEnd, LaunchStart, PlannedItem, Stop
from gilbench.plan.comparisons import compare
from gilbench.plan.profiles import PROFILES
from gilbench.run.compose import RunPlan
from gilbench.run.recorder import Recorder
from gilbench.run.scheduler import SequentialScheduler

TARGET = synthetic.make_target()
EFFORT = Effort((2, 4, 8), 2)
SURVEYED = PlannedItem(compare(TARGET, "fnv1a", "process", 2), EFFORT)
WAITING = PlannedItem(compare(TARGET, "sleep", "thread", 2), EFFORT, ("A18",))
COMPUTING = PlannedItem(compare(TARGET, "fnv1a", "thread", 2), EFFORT, ("A16",))
PROBED = PlannedItem(Experiment(TARGET.id, "wakeup", ({},)), EFFORT, ("B6",))
ITEMS = (COMPUTING, PROBED, WAITING, SURVEYED)


@dataclass
class Policy:
    """Says what it is set to."""

    because: Stop | None = None
    is_needed: bool = True

    def stopping(self, planned, tables):
        return self.because

    def needed(self, planned, tables):
        return self.is_needed

    def verdicts(self, tables):
        return ()


@dataclass
class Scheduled:
    """A run of ITEMS, ``now_s`` after its beginning, with a budget."""

    budget_s: float = 1000.0
    now_s: float = 0.0

    def __post_init__(self):
        profile = replace(PROFILES["quick"], budget_s=self.budget_s)
        self.plan = RunPlan(profile, synthetic.make_host(), (TARGET,), ITEMS)
        self.recorder = Recorder(synthetic.make_run(ITEMS, targets=(TARGET,)), (), None, lambda: self.now_s)
        self.policy = Policy()
        self.scheduler = SequentialScheduler(self.plan, self.recorder, self.policy, lambda: self.now_s)

    def launch(self, planned, *began_s):
        for number, began in enumerate(began_s):
            self.recorder.add(LaunchStart(planned.item.id, number, 1, began, 1))

    def expected_s(self, *planned):
        return sum(map(self.plan.expected_s, planned))


def test_what_claims_need_comes_last_and_second_samples_after_everything():
    """Surveyed first, then I/O and probes of claims, then CPU-bound work of claims, then what is measured again."""
    again = PlannedItem(replace_comparison(SURVEYED.item, again=True), EFFORT)
    plan = Scheduled().plan
    ordered = sorted((again, *ITEMS), key=lambda planned: SequentialScheduler.turn(plan, planned))
    assert ordered == [SURVEYED, PROBED, WAITING, COMPUTING, again]


def replace_comparison(comparison: Comparison, **changes) -> Comparison:
    return type(comparison)(comparison.case, comparison.reference, comparison.tasks, **changes)


@pytest.mark.parametrize("because", [Stop.SETTLED, Stop.EFFORT])
def test_the_policy_stops_an_item(because):
    """However much time is left."""
    run = Scheduled()
    run.launch(COMPUTING, 0.0, 1.0)
    run.policy.because = because
    assert run.scheduler.stopping(COMPUTING) == because


def test_an_item_goes_on_while_its_next_launches_fit_into_its_share_of_the_spare_time():
    """Two launches took 20 s, so two more take 20 s. Spare is the budget without the 20 s and what the pending items
    are expected to take; the item shares it with the pending items of two claims."""
    pending_s = Scheduled().expected_s(WAITING, PROBED, SURVEYED)
    for share_s, because in ((20.1, None), (19.9, Stop.TIME)):
        run = Scheduled(budget_s=20 + pending_s + 3 * share_s)
        run.launch(COMPUTING, 0.0, 10.0)
        run.now_s = 20.0
        assert run.scheduler.stopping(COMPUTING) == because


def test_an_item_that_has_begun_needs_no_time_put_aside():
    """With nothing pending all that the budget leaves is spare."""
    run = Scheduled(budget_s=50.0)
    for planned in (SURVEYED, PROBED, WAITING):
        run.launch(planned, 0.0)
    run.launch(COMPUTING, 0.0, 10.0)
    run.now_s = 20.0
    assert run.scheduler.stopping(COMPUTING) is None
    run.now_s = 30.0
    assert run.scheduler.stopping(COMPUTING) == Stop.TIME


def test_whether_an_item_is_needed_is_the_policys_to_say():
    """The scheduler hands on what the policy finds in the tables."""
    run = Scheduled()
    assert run.scheduler.needed(WAITING)
    run.policy.is_needed = False
    assert not run.scheduler.needed(WAITING)


def test_the_time_left_is_what_the_pending_items_are_expected_to_take():
    """All of them before the first launch; at the pace of the items so far where that is slower, never faster."""
    run = Scheduled()
    assert run.scheduler.remaining_s() == pytest.approx(run.expected_s(*ITEMS))
    run.launch(SURVEYED, 0.0)
    run.recorder.add(ItemEnd(SURVEYED.item.id, 1, Stop.EFFORT))
    left_s = run.expected_s(COMPUTING, PROBED, WAITING)
    run.now_s = 0.5 * run.expected_s(SURVEYED)
    assert run.scheduler.remaining_s() == pytest.approx(left_s)
    run.now_s = 3 * run.expected_s(SURVEYED)
    assert run.scheduler.remaining_s() == pytest.approx(3 * left_s)
