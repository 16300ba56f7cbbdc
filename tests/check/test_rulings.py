"""What becomes of verdicts between two stored runs."""

import msgspec
import pytest
from tests.check.conftest import changed, stored_on

from gilbench.check.decision import Change
from gilbench.check.findings import exit_code
from gilbench.check.margins import Margins
from gilbench.check.rulings import compare_rulings
from gilbench.check.stored import judge_stored
from gilbench.check.stored_run import put_side_by_side
from gilbench.model import Outcome


def test_a_claim_that_one_side_lacks_is_no_pass(baseline):
    """Verdicts are cases too."""
    judged = judge_stored(baseline, changed(baseline, rulings=()), Margins())
    assert exit_code(judged) == 2


def test_a_voided_verdict_is_no_pass(baseline):
    """Its control failed."""
    voided = [
        msgspec.structs.replace(one, verdict=Outcome.VOID) for one in baseline.portable.rulings
    ]
    judged = judge_stored(baseline, changed(baseline, rulings=tuple(voided)), Margins())
    assert (judged.outcome, exit_code(judged)) == (Change.VOID, 3)


def turned(there: Outcome | None, here: Outcome | None, *, across_versions: bool = False) -> Change:
    """How a verdict that was ``there`` and is ``here`` is called; None for a claim that was not asked."""
    release = "3.12.1" if across_versions else "3.13.0"
    baseline, head = stored_on(release), stored_on("3.13.0")
    sides = []
    for run, outcome in ((baseline, there), (head, here)):
        (ruling,) = [one for one in run.portable.rulings if one.claim == "A17"]
        turned_to = () if outcome is None else (msgspec.structs.replace(ruling, verdict=outcome),)
        sides.append(changed(run, rulings=turned_to))
    (finding,) = compare_rulings(put_side_by_side(*sides, across_versions=across_versions))
    return finding.change


@pytest.mark.parametrize(
    ("there", "here", "change"),
    [
        (Outcome.PROVED, Outcome.PROVED, Change.EQUIVALENT),
        (Outcome.PROVED, Outcome.INCONCLUSIVE, Change.INCONCLUSIVE),
        (Outcome.PROVED, Outcome.NOT_APPLICABLE, Change.INCONCLUSIVE),
        (Outcome.INCONCLUSIVE, Outcome.REFUTED, Change.LEFT_OUT),
        (Outcome.PROVED, None, Change.MISSING),
        (None, Outcome.INCONCLUSIVE, Change.MISSING),
        (None, Outcome.NOT_APPLICABLE, Change.LEFT_OUT),
        (Outcome.NOT_APPLICABLE, None, Change.LEFT_OUT),
    ],
)
def test_what_becomes_of_a_verdict(there, here, change):
    """One that turned is a finding; one that the baseline left open, or that applies to neither side, is none."""
    assert turned(there, here) == change


def test_a_claim_may_not_apply_to_another_release():
    """That is no change of the code."""
    assert turned(Outcome.PROVED, Outcome.NOT_APPLICABLE, across_versions=True) == Change.LEFT_OUT


WHOLE = ("A16", "A17", "A18", "A20", "B1", "B2", "B3")


def on_claims(*claims: str):
    """A stored run whose verdicts are all PROVED, on these claims."""
    run = stored_on("3.13.0")
    ruling = run.portable.rulings[0]
    rulings = []
    for claim in claims:
        rulings.append(msgspec.structs.replace(ruling, claim=claim, verdict=Outcome.PROVED))
    return changed(run, rulings=tuple(rulings))


def changes_of(baseline: tuple[str, ...], head: tuple[str, ...]) -> dict[str, Change]:
    """How the verdict on each claim moved."""
    sides = put_side_by_side(on_claims(*baseline), on_claims(*head), across_versions=False)
    findings = compare_rulings(sides)
    changes = {}
    for finding in findings:
        changes[finding.case.partition("@")[0]] = finding.change
    return changes


def test_a_claim_that_is_newer_than_the_baseline_is_left_out():
    """By its number, or by a letter that the baseline does not have."""
    changes = changes_of(WHOLE, (*WHOLE, "A21", "B4", "C1"))
    new = {claim for claim, change in changes.items() if change == Change.LEFT_OUT}
    assert new == {"A21", "B4", "C1"}


@pytest.mark.parametrize("lacking", ["A17", "B1", "A16"])
def test_a_baseline_that_lacks_an_older_claim_was_narrowed(lacking):
    """Then nothing counts as new, and what it lacks is missing."""
    baseline = tuple(claim for claim in WHOLE if claim != lacking)
    changes = changes_of(baseline, (*WHOLE, "C1"))
    assert changes[lacking] == changes["C1"] == Change.MISSING


def test_a_baseline_without_the_headline_was_narrowed():
    """Even if it lacks no smaller number."""
    assert changes_of(("A1",), ("A1", "A2"))["A2"] == Change.MISSING


@pytest.mark.parametrize("named", ["tall", "A", "mine-7", "A1²"])
def test_the_claim_of_a_plugin_has_no_number(named):
    """It is compared by its name where both have it, and has no say in what is new where one lacks it."""
    changes = changes_of((*WHOLE, named), (*WHOLE, named, "A21"))
    assert changes[named] == Change.EQUIVALENT and changes["A21"] == Change.LEFT_OUT
    changes = changes_of(WHOLE, (*WHOLE, named, "A21"))
    assert changes[named] == Change.MISSING and changes["A21"] == Change.LEFT_OUT
