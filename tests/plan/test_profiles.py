"""How thorough profiles are: efforts, and how long they are expected to take."""

import pytest
from tests import synthetic

from gilbench.model import Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import compare
from gilbench.plan.matrix import Filters, matrix
from gilbench.plan.profiles import PROFILES, effort_for, expected_s

TARGET = synthetic.make_target()
EVERYTHING = Filters()
EXPERIMENT = Experiment(TARGET.id, "switching", ({},))

every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


@every_profile
def test_an_effort_keeps_its_looks_and_one_pair_at_least(profile):
    """Longer rounds get fewer pairs, but launches, which are what counts, stay as they are."""
    for comparison in matrix(TARGET, profile, 64, EVERYTHING):
        effort = effort_for(comparison, profile, claimed=True)
        assert effort.looks == profile.claim.looks
        assert 1 <= effort.pairs <= profile.claim.pairs
    assert effort_for(EXPERIMENT, profile, claimed=True) == profile.timed
    counted = Experiment(TARGET.id, "terminate", ({},), counts_trials=True)
    assert effort_for(counted, profile, claimed=True) == profile.trials


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
    with_control, without = compare(TARGET, "fnv1a", "thread", 2), compare(TARGET, "fnv1a", "thread", 1)
    few, many = Effort((2,), 2), Effort((4, 8), 2)
    assert 0 < expected_s(PlannedItem(without, few), 0.1) < expected_s(PlannedItem(with_control, few), 0.1)
    assert expected_s(PlannedItem(without, many), 0.1) == pytest.approx(2 * expected_s(PlannedItem(without, few), 0.1))
    assert expected_s(PlannedItem(EXPERIMENT, many), 0.0) == 2 * expected_s(PlannedItem(EXPERIMENT, few), 0.0) > 0
