"""A check measures case by case, second samples last, and stops cases at interim analyses."""

from dataclasses import dataclass, field

import msgspec
import pytest
from tests import synthetic

from gilbench.model import Effort, Experiment, ItemEnd, LaunchStart, PlannedItem, Stop
from gilbench.plan.comparisons import compare
from gilbench.plan.profiles import PROFILES
from gilbench.run.pace import Pace
from gilbench.run.recorder import Recorder
from gilbench.run.run_plan import RunPlan
from gilbench.run.scheduler import CaseByCaseScheduler


@dataclass
class Policy:
    """Says what it is set to."""

    because: Stop | None = None
    needs_second: bool = True

    def stopping(self, planned, tables):
        return self.because

    def needed(self, planned, tables):
        return self.needs_second or not planned.item.again


FIRST = compare(synthetic.make_target(), "fnv1a", "thread", 2)
SECOND = compare(synthetic.make_target(), "sleep", "thread", 2)
AGAIN = msgspec.structs.replace(compare(synthetic.make_target(), "fnv1a", "thread", 4), again=True)


@dataclass
class Check:
    """A check of two cases; a second sample is planned before them."""

    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        self.items = tuple(PlannedItem(item, Effort((2, 4), 2)) for item in (AGAIN, FIRST, SECOND))
        run = synthetic.make_run(self.items)
        plan = RunPlan(PROFILES["quick"], synthetic.make_host(), run.targets, self.items)
        self.recorder = Recorder(run, (), None, lambda: 0.0)
        self.pace = Pace(plan, self.recorder, lambda: 0.0)
        self.scheduler = CaseByCaseScheduler(self.pace, self.policy)
        self.order: list[str] = []
        self.ends: dict[str, tuple[Stop, int]] = {}

    def run(self) -> "Check":
        while True:
            over = self.scheduler.over()
            for planned, because in over:
                launches = self.pace.launches(planned)
                self.ends[planned.item.label] = (because, launches)
                self.recorder.add(ItemEnd(planned.item.id, launches, because))
            if over:
                continue
            due = self.scheduler.next()
            if due is None:
                return self
            self.recorder.add(LaunchStart(due.item.id, self.pace.launches(due), 1, 0.0, 1))
            self.order.append(due.item.label)


def test_a_check_measures_case_by_case_and_second_samples_after_all_first_ones():
    """Each with all its launches where nothing stops it."""
    check = Check().run()
    again, first, second = (planned.item.label for planned in check.items)
    assert check.order == [first] * 4 + [second] * 4 + [again] * 4
    assert set(check.ends.values()) == {(Stop.EFFORT, 4)}


def test_a_check_stops_a_case_at_an_interim_analysis():
    """Two launches are enough where the policy says so, and one never is."""
    check = Check(Policy(because=Stop.SETTLED)).run()
    assert set(check.ends.values()) == {(Stop.SETTLED, 2)}


def test_a_second_sample_that_is_not_needed_has_no_launch():
    """It ends as settled."""
    check = Check(Policy(needs_second=False)).run()
    again, *_ = (planned.item.label for planned in check.items)
    assert check.ends[again] == (Stop.SETTLED, 0) and again not in check.order


def test_the_rest_of_a_check_is_what_its_open_cases_are_expected_to_take():
    """Second samples are few, and expected to take nothing."""
    check = Check()
    expected_s = sum(check.pace.plan.expected_s(planned) for planned in check.items)
    assert expected_s > 0
    assert check.scheduler.remaining_s() == pytest.approx(expected_s)
    check.run()
    assert check.scheduler.remaining_s() == 0


def test_an_item_takes_as_long_as_its_launches_did():
    """As expected before the first of them."""
    planned = PlannedItem(
        Experiment(synthetic.make_target().id, "wakeup", ({},)), Effort((2, 4), 1)
    )
    run = synthetic.make_run((planned,))
    plan = RunPlan(PROFILES["quick"], synthetic.make_host(), run.targets, (planned,))
    recorder = Recorder(run, (), None, lambda: 0.0)
    pace = Pace(plan, recorder, lambda: 9.0)
    assert pace.launch_s(planned) == pytest.approx(plan.expected_s(planned) / 2)
    recorder.add(LaunchStart(planned.item.id, 0, 1, 4.0, 1))
    recorder.took(planned.item.id, 3.0)
    recorder.took(planned.item.id, 5.0)
    assert pace.launch_s(planned) == 4.0
    assert (pace.spent_s, pace.left_s) == (5.0, plan.profile.budget_s - 5.0)
