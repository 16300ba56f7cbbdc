"""What is said of a check: changes in per cent, a headline with its counts, and which rows are shown."""

import pytest

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report, SelfComparison
from gilbench.model import Estimate
from gilbench.summary import check


def finding(change, *, decides=True, ratio=1.0, margin=0.05):
    estimate = Estimate(ratio, ratio / 1.01, ratio * 1.01, "×", 9, 0.95)
    return Finding("fnv1a-thread-w2", "time", change, estimate, margin, "why", decides=decides)


def report(outcome, *changes, kind="against", **fields):
    return Report(kind, "b", "h", outcome, tuple(map(finding, changes)), **fields)


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(1.052, 1.041, 1.063, "×", 9, 0.95), "+5.2 % [+4.1 %, +6.3 %]"),
        (Estimate(0.95, 0.9, 0.9999, "×", 9, 0.95), "−5.0 % [−10.0 %, +0.0 %]"),
        (Estimate(3.0, 0.5, 40.0, "×", 2, 0.95), "3× [0.5, 40]"),
        (None, ""),
    ],
    ids=["slower", "faster", "out of sight", "none"],
)
def test_a_ratio_is_a_change_in_per_cent(estimate, words):
    """With a true minus sign and never minus zero; as a factor where per cents would run into thousands."""
    assert check.movement(estimate) == words


@pytest.mark.parametrize("outcome", Change)
def test_only_a_pass_reads_like_one(outcome):
    """What is open, missing or failed is said to be no pass."""
    words = check.headline(report(outcome, outcome))
    assert (check.PASSED in words) == (outcome not in check.HEADLINES)
    assert words.endswith(f"1 case: 1 {outcome.value}.")


def test_the_headline_counts_what_decides():
    """In the order of gravity; what is only shown does not count."""
    findings = (
        finding(Change.EQUIVALENT),
        finding(Change.EQUIVALENT),
        finding(Change.REGRESSED, decides=False),
    )
    words = check.headline(Report("against", "b", "h", Change.EQUIVALENT, findings))
    assert words == f"{check.PASSED} 2 cases: 2 {Change.EQUIVALENT.value}."


def test_stored_runs_show_what_moved_and_measured_ones_everything():
    """A stored comparison has a hundred cases; those that are equivalent are only counted."""
    changes = (Change.EQUIVALENT, Change.NO_WORSE, Change.REGRESSED, Change.INCONCLUSIVE)
    shown = [
        found.change
        for found in check.shown_findings(report(Change.REGRESSED, *changes, kind="baseline"))
    ]
    assert shown == [Change.REGRESSED, Change.INCONCLUSIVE]
    assert len(check.shown_findings(report(Change.REGRESSED, *changes))) == 4


def test_every_change_has_a_symbol():
    """No table breaks on a rare one."""
    assert set(check.SYMBOLS) == set(Change)


def test_the_control_comes_before_what_is_said_of_the_host():
    """Where it failed nothing else matters."""
    control = SelfComparison("serial", None, holds=False, reason="why")
    found = report(Change.VOID, control=control, notes=("the host was busy",))
    assert check.notes(found) == ["why", "the host was busy"]


def test_a_margin_of_nothing_is_not_shown():
    """Verdicts have none."""
    assert (
        check.margin(finding(Change.CHANGED, margin=0.0)),
        check.margin(finding(Change.CHANGED)),
    ) == ("", "5 %")
