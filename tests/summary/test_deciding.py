"""How far a quantity certainly lies: by the rule that decided, or the wider limits of both, in words."""

import pytest

from gilbench.model import Bound, Estimate, Evidence, Outcome, Verdict
from gilbench.summary.deciding import DecidingLimits, deciding_limits, undecided_limits

BOUNDS = (
    Bound("speedup", 0.9, True, True, limit=0.95),
    Bound("speedup", 1.1, False, True, limit=1.12),
    Bound("speedup", 1.1, True, False, limit=0.94),
)


def verdict(outcome: Outcome, *bounds: Bound) -> Verdict:
    effect = Estimate(1.03, 0.97, 1.09, "×", 8, 0.95)
    evidence = (Evidence("speedup", effect, "item"),)
    return Verdict("A2", "", "3.13", outcome, effect, None, "", evidence, "", "", "", bounds)


@pytest.mark.parametrize(
    ("outcome", "limits"),
    [
        (Outcome.PROVED, DecidingLimits(0.95, 1.12)),
        (Outcome.REFUTED, DecidingLimits(0.94, None)),
        (Outcome.INCONCLUSIVE, DecidingLimits(0.94, 1.12)),
    ],
)
def test_limits_are_those_of_the_rule_that_decided(outcome, limits):
    """Two rules may have two levels; undecided, the wider limits contradict neither."""
    assert deciding_limits(BOUNDS, outcome) == limits


def test_an_undecided_verdict_says_what_is_certain():
    """Beside its interval, which lies within the bounds; a decided one needs no such words."""
    assert undecided_limits(verdict(Outcome.INCONCLUSIVE, *BOUNDS)) == "certainly 0.94× to 1.12×"
    assert undecided_limits(verdict(Outcome.INCONCLUSIVE, BOUNDS[1])) == "certainly < 1.12×"
    assert undecided_limits(verdict(Outcome.INCONCLUSIVE, BOUNDS[2])) == "certainly > 0.94×"
    assert undecided_limits(verdict(Outcome.PROVED, *BOUNDS)) == ""
    assert undecided_limits(verdict(Outcome.INCONCLUSIVE)) == ""


def test_what_only_the_host_left_open_says_so():
    """All that is certain would prove the claim: a guard of the host is what failed."""
    certain = (
        Bound("speedup", 0.9, True, True, limit=0.95),
        Bound("speedup", 1.1, False, True, limit=1.08),
    )
    words = undecided_limits(verdict(Outcome.INCONCLUSIVE, *certain))
    assert words == "certainly 0.95× to 1.08×, but the host was not fit"
