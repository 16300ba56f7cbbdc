"""The ledger as a whole: what every claim must have, and that a lawful world confirms what the field expects."""

import re

import pytest
from tests import synthetic

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import all_claims
from gilbench.model import Comparison, Outcome

SETTINGS = {
    f"{cores}-cores-{'gil' if gil else 'ft'}": Setting(
        synthetic.make_target(gil=gil), synthetic.make_host(cores)
    )
    for cores in (1, 2, 8)
    for gil in (True, False)
}

every_setting = pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)


def test_a_claim_says_what_where_from_and_why(subtests):
    """A claim has a statement, a family, a source and an explanation in whole sentences."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            assert claim.statement and claim.family and claim.source
            assert not claim.statement.endswith(".")
            assert len(claim.explanation.split()) >= 20 and claim.explanation.endswith(".")


def test_a_claim_says_why_it_may_surprise(subtests):
    """In whole sentences, which are no other claim's and no part of its explanation."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            surprise = claim.surprise
            assert len(surprise.split()) >= 20 and surprise.endswith(".")
            assert [other.id for other in all_claims() if other.surprise == surprise] == [claim.id]
            sentences = re.split(r"(?<=[.:?]) ", surprise)
            said = claim.explanation + claim.statement
            assert [sentence for sentence in sentences if sentence in said] == []


def test_a_claim_must_say_why_it_may_surprise():
    """There is no default to fall back on."""
    whole = vars(all_claims()[0])
    with pytest.raises(TypeError, match="surprise"):
        Claim(**{name: value for name, value in whole.items() if name != "surprise"})


@every_setting
def test_a_claim_can_be_asked_anywhere(setting, subtests):
    """On one core or many, with the GIL or without, a claim asks something measurable or says why it does not apply."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            question = claim.question(setting)
            if isinstance(question, NotApplicable):
                assert question.reason
                continue
            assert isinstance(question, Question)
            assert question.items and question.quantities[0] == question.effect
            assert list(question.proved.tests()) and list(question.refuted.tests())
            assert len({item.id for item in question.items}) == len(question.items)


@every_setting
def test_a_claim_expects_an_outcome_or_says_that_either_is_news(setting, subtests):
    """What the field expects is a decided outcome; INCONCLUSIVE is never an expectation."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            assert claim.expected(setting) in (Outcome.PROVED, Outcome.REFUTED, None)


@every_setting
def test_both_halves_of_a_comparison_do_the_same_work(setting, subtests):
    """Case and reference share workload and tasks, and every worker of the case gets as many of them."""
    for claim in all_claims():
        question = claim.question(setting)
        for item in question.items if isinstance(question, Question) else ():
            if isinstance(item, Comparison):
                with subtests.test(claim=claim.id, item=item.id):
                    assert item.case.workload == item.reference.workload
                    assert item.tasks % item.case.workers == 0


@pytest.mark.parametrize("cores", [2, 8])
@pytest.mark.parametrize("gil", [True, False], ids=["gil", "ft"])
def test_a_lawful_world_bears_out_the_ledger(cores, gil):
    """Where theory holds to the letter, every claim is decided as the field expects, or does not apply."""
    verdicts = judge_claims(synthetic.World(cores=cores, gil=gil, launches=12).tables())
    assert [verdict.id for verdict in verdicts] == [claim.id for claim in all_claims()]
    for verdict in verdicts:
        if verdict.verdict != Outcome.NOT_APPLICABLE:
            assert verdict.verdict in (Outcome.PROVED, Outcome.REFUTED), (
                f"{verdict.id}: {verdict.reason}"
            )
            assert verdict.expected in (verdict.verdict, None), f"{verdict.id}: {verdict.reason}"
            assert verdict.as_expected in (True, None)


def test_a_verdict_shows_its_effect_and_its_evidence():
    """A decided claim carries its estimate with n in launches, and the quantities behind it with their items."""
    world = synthetic.World(launches=12, claims=frozenset({"A16"}))
    verdict = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == "A16")
    assert verdict.estimate is not None and verdict.estimate.n == 12
    assert verdict.estimate.lo < verdict.estimate.center < verdict.estimate.hi
    assert verdict.evidence[0].estimate == verdict.estimate
    assert {evidence.item for evidence in verdict.evidence} <= {
        planned.item.id for planned in world.plan()
    }
    assert "fnv1a-thread-w2" in verdict.reason and "needs < 1.15" in verdict.reason
