"""How thorough profiles are: efforts, and how long they are expected to take."""

import pytest
from tests import synthetic

from gilbench.experiments import socket_timeout, wakeup
from gilbench.model import Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import MOST_CLAIMED_WORKERS, compare
from gilbench.plan.matrix import Filters, matrix
from gilbench.plan.profiles import (
    AA_CONTROL,
    FEWEST_OF_PERCENTILES,
    PROFILES,
    effort_for,
    expected_s,
    without_interim_analyses,
)

TARGET = synthetic.make_target()
EXPERIMENT = Experiment(TARGET.id, "switching", ({},))

every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


@every_profile
def test_an_effort_keeps_its_looks_and_one_pair_at_least(profile):
    """Longer rounds get fewer pairs, but launches, which are what counts, stay as they are."""
    for comparison in matrix(TARGET, profile, 64, Filters(workloads=("fnv1a", "sleep"))):
        effort = effort_for(comparison, profile, 64, claimed=True)
        if comparison.case == comparison.reference:
            assert effort == AA_CONTROL
            continue
        assert effort.looks == profile.claim.looks
        assert 1 <= effort.pairs <= profile.claim.pairs
    assert effort_for(EXPERIMENT, profile, 64, claimed=True) == profile.timed
    counted = Experiment(TARGET.id, "terminate", ({},), counts_trials=True)
    assert effort_for(counted, profile, 64, claimed=True) == profile.trials


@every_profile
def test_percentiles_are_analysed_after_more_launches(profile):
    """Those of five launches are equal by chance now and then; the later analyses stay."""
    looks = effort_for(wakeup.experiment(TARGET), profile, 64, claimed=True).looks
    assert looks[0] >= FEWEST_OF_PERCENTILES and set(looks) <= set(profile.timed.looks)
    assert looks[-1] == profile.timed.looks[-1]
    assert socket_timeout.experiment(TARGET).of_percentiles


@every_profile
def test_looks_grow(profile):
    """Each look has more launches than the one before, the first enough for an interval, and claims get no less than
    the survey."""
    for effort in (profile.survey, profile.claim):
        assert list(effort.looks) == sorted(set(effort.looks)) and effort.looks[0] >= 2
        assert effort.most_launches == effort.looks[-1]
    assert profile.claim.most_launches >= profile.survey.most_launches


def test_the_time_expected_grows_with_the_effort():
    """An estimate counts launches, pairs and controls, and is never nothing."""
    with_control, without = (
        compare(TARGET, "fnv1a", "thread", 2),
        compare(TARGET, "fnv1a", "thread", 1),
    )
    few, many = Effort((2,), 2), Effort((4, 8), 2)
    assert (
        0
        < expected_s(PlannedItem(without, few), 0.1)
        < expected_s(PlannedItem(with_control, few), 0.1)
    )
    assert expected_s(PlannedItem(without, many), 0.1) == pytest.approx(
        2 * expected_s(PlannedItem(without, few), 0.1)
    )
    assert (
        expected_s(PlannedItem(EXPERIMENT, many), 0.0)
        == 2 * expected_s(PlannedItem(EXPERIMENT, few), 0.0)
        > 0
    )


def test_rounds_of_many_cores_are_capped_and_their_pairs_fewer():
    """A launch on 192 cores takes about as long as one on two: rounds stop growing, and there are fewer of them."""
    profile, comparison = PROFILES["standard"], compare(TARGET, "fnv1a", "thread", 2)
    assert profile.round_s(2) == 2 * profile.round_s_per_core
    assert profile.round_s(192) == MOST_CLAIMED_WORKERS * profile.round_s_per_core
    on_two, on_many = (effort_for(comparison, profile, cores, claimed=True) for cores in (2, 192))
    assert on_two == profile.claim
    assert on_many.looks == on_two.looks and on_many.pairs == 1


def test_what_no_claim_needs_is_measured_with_a_fixed_number_of_launches():
    """One analysis, after the middle number of launches, so that nothing has to be paid for."""
    assert without_interim_analyses(Effort((5, 8, 12, 16, 24), 4)) == Effort((12,), 4)


def test_a_glance_has_fewer_launches_of_work_that_waits():
    """Waiting varies little; the profiles that leave that open give it the effort of other work."""
    comparison = compare(TARGET, "sleep", "thread", 4)
    for profile in PROFILES.values():
        effort = effort_for(comparison, profile, 2, claimed=True, waits=True)
        assert effort.looks == (profile.waiting or profile.claim).looks
    glance = PROFILES["glance"]
    assert glance.waiting is not None and glance.waiting.looks[0] < glance.claim.looks[0]
