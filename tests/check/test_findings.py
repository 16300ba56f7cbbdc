"""The outcome of a check from its findings, and the exit code from the outcome."""

import pytest

from gilbench.analysis.location import Location
from gilbench.check.decision import Change
from gilbench.check.findings import (
    Finding,
    Report,
    exit_code,
    gravest_change,
    shown_ratio,
    sorted_by_effect,
)
from gilbench.model import Estimate


def finding(change: Change, ratio: float = 1.0, **fields) -> Finding:
    estimate = Estimate(ratio, ratio, ratio, "×", 9, 0.95)
    return Finding(fields.pop("case", "a"), "time", change, estimate, 0.05, "", **fields)


def test_nothing_to_check_is_no_pass():
    """An empty list of findings comes to nothing known."""
    assert gravest_change([]) == Change.MISSING


def test_what_is_only_shown_has_no_part_in_the_outcome():
    """Nor does a check of nothing but that pass."""
    shown = finding(Change.REGRESSED, decides=False)
    assert gravest_change([shown]) == Change.MISSING
    assert gravest_change([shown, finding(Change.EQUIVALENT)]) == Change.EQUIVALENT


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ([Change.EQUIVALENT, Change.IMPROVED, Change.NO_WORSE], Change.EQUIVALENT, 0),
        ([Change.EQUIVALENT, Change.INCONCLUSIVE], Change.INCONCLUSIVE, 3),
        ([Change.INCONCLUSIVE, Change.MISSING], Change.MISSING, 2),
        ([Change.MISSING, Change.FAILED, Change.REGRESSED], Change.REGRESSED, 1),
    ],
)
def test_the_gravest_finding_decides(changes, outcome, code):
    """A regression is certain whatever else is missing."""
    gravest = gravest_change(map(finding, changes))
    assert (gravest, exit_code(Report("against", "", "", gravest, ()))) == (outcome, code)


def test_the_worst_comes_first():
    """What does not pass before what does; less is worse of a ratio of which more is better."""
    slower, slowest = (
        finding(Change.REGRESSED, 1.1, case="slower"),
        finding(Change.REGRESSED, 1.2, case="slowest"),
    )
    lost = finding(Change.REGRESSED, 0.5, case="lost", more_is_better=True)
    passed = finding(Change.EQUIVALENT, 3.0, case="passed")
    assert sorted_by_effect([passed, slower, slowest, lost]) == [lost, slowest, slower, passed]


def test_an_interval_allows_for_stopping_early():
    """It is wider where sampling might have stopped at an earlier analysis, and claims no more than before."""
    location = Location(0.01, 0.01, 9, 10)
    fixed, sequential = shown_ratio(location), shown_ratio(location, 4)
    assert sequential.lo < fixed.lo < fixed.hi < sequential.hi
    assert (sequential.center, sequential.confidence) == (fixed.center, fixed.confidence)
