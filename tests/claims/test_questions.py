"""Which claims a run covers, and what they need measured."""

import msgspec
from tests import synthetic

from gilbench.claims.claim import NotApplicable, Question
from gilbench.claims.judging import judge_claims
from gilbench.claims.questions import ask_claims, wanted_items


def test_claims_beyond_the_plan_are_not_judged():
    """A run narrowed to some cases answers the claims about these and is silent on the others."""
    judged = {
        verdict.id
        for verdict in judge_claims(synthetic.World(launches=8, claims=frozenset({"A20"})).tables())
    }
    assert "A20" in judged and not judged & {"A16", "A17", "A18"}


def test_wanted_names_every_claim_that_needs_an_item():
    """An item that two claims need is measured once, and says which claims it is for."""
    target, host = synthetic.make_target(), synthetic.make_host(2)
    wanted = wanted_items([target], host)
    for entry in ask_claims([target], host):
        for item in entry.question.items if isinstance(entry.question, Question) else ():
            assert entry.claim.id in wanted[item.id].claims
    for needed in wanted.values():
        assert len(needed.claims) == len(set(needed.claims)) > 0


def test_a_run_of_a_version_that_knew_less_is_judged_all_the_same():
    """A target that describes no such strategy or probe makes a claim not applicable, with the reason."""
    target = synthetic.make_target()
    fewer = tuple(
        strategy for strategy in target.description.strategies if strategy.name != "interpreter"
    )
    described = msgspec.structs.replace(target.description, strategies=fewer)
    older = msgspec.structs.replace(target, description=described)
    questions = {
        entry.claim.id: entry.question for entry in ask_claims([older], synthetic.make_host(2))
    }
    assert (
        isinstance(questions["B13"], NotApplicable) and "'interpreter'" in questions["B13"].reason
    )
    assert isinstance(questions["A16"], Question)
