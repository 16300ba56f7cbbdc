"""What ``gilbench explain`` says of every claim: measurement, rule, source and meaning, and the rule's own bounds."""

import json
import re

import pytest
from tests.synthetic import world_of

from gilbench import cli
from gilbench.claims import rules
from gilbench.claims.claim import Claim, Guard, Question
from gilbench.claims.judging import ALPHA
from gilbench.claims.questions import ask_claims
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome
from gilbench.summary.sources import addresses_of

CORES = 2  # bounds that follow the cores are said in words
SAID = ("measured", "rule", "source", "meaning")


def question_of(claim: Claim) -> Question:
    """The claim's question in a world in which it applies."""
    world = world_of(claim.id)
    asked = ask_claims(world.targets, world.host, only=[claim.id])
    return next(entry.question for entry in asked if isinstance(entry.question, Question))


def guards_of(claim: Claim, gil: bool) -> list[Guard]:
    """Those of its question with the GIL, or without it; none where it does not apply."""
    world = world_of(claim.id, gil=gil)
    guards: list[Guard] = []
    for entry in ask_claims(world.targets, world.host, only=[claim.id]):
        if isinstance(entry.question, Question):
            guards += entry.question.guards
    return guards


def spellings(test: rules.Test) -> set[str]:
    """How a rule in words may give a bound: as a number, a per cent, or the words of its kind."""
    bound = test.bound
    if isinstance(test, rules.Always):
        return {"every", "any trial"}
    if isinstance(test, rules.Ever):
        return {"one"}
    numbers = {f"{bound:g}", f"{bound:.2f}", f"{bound:.3g}"}
    per_cent = {f"{100 * bound:g} %", f"{100 - 100 * bound:g} %"}
    return numbers | per_cent | ({"the number of cores"} if bound == CORES else set())


def test_a_claim_says_all_four(subtests):
    """One sentence on each of measurement, rule and meaning, none of them another claim's measurement."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            for field in SAID:
                assert getattr(claim, field).strip()
            for field in ("measured", "rule", "meaning"):
                sentence = getattr(claim, field)
                assert sentence.endswith(".") and len(sentence.split()) >= 8
                assert len(re.findall(r"\.( |$)", sentence)) == 1
            assert "PROVED if" in claim.rule and "REFUTED if" in claim.rule
            assert "PROVED" in claim.meaning and "REFUTED" in claim.meaning
            assert [one.id for one in all_claims() if one.measured == claim.measured] == [claim.id]


def test_every_bound_of_a_question_stands_in_its_rule(subtests):
    """A bound that is changed, or a guard that is added, without the words fails here."""
    for claim in all_claims():
        question = question_of(claim)
        guards = [guard.test for guard in question.guards]
        for test in (*question.proved.tests(), *question.refuted.tests(), *guards):
            with subtests.test(claim=claim.id, quantity=test.quantity.name, bound=test.bound):
                words = spellings(test)
                said = [
                    word
                    for word in words
                    if re.search(rf"(?<![\d.]){re.escape(word)}(?![\d])", claim.rule)
                ]
                assert said, f"none of {sorted(words)} in: {claim.rule}"


def test_a_rule_says_where_trials_make_it_hold(subtests):
    """What trials without an exception prove is shown as HELD, and the rule says so."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            by_trials = any(
                isinstance(test, rules.Always) for test in question_of(claim).proved.tests()
            )
            assert ("HELD" in claim.rule) == by_trials


def test_a_rule_says_what_one_outcome_alone_needs(subtests):
    """A guard of proving or of refuting alone is told from one of the question."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            proving, _, refuting = claim.rule.partition("REFUTED if")
            texts = {Outcome.PROVED: proving, Outcome.REFUTED: refuting, None: claim.rule}
            guards = question_of(claim).guards
            for guard in guards:
                text = texts[guard.only_for]
                assert any(word in text for word in spellings(guard.test)), guard.test.quantity.name
            if any(guard.only_for is None for guard in guards):
                assert "asked only where" in claim.rule


NUMBER = re.compile(r"\d+(?:\.\d+)?(?: %)?")
NO_BOUND = ("p90", "time.sleep(0)")  # names of what is compared


def test_every_condition_of_a_rule_is_a_guard(subtests):
    """A guard that is dropped without the words fails here."""
    for claim in all_claims():
        conditions = re.split(
            r"asked only where|refuted only while|and only where| while other", claim.rule
        )[1:]
        text = " ".join(conditions)
        for words in NO_BOUND:
            text = text.replace(words, "")
        said = set()
        for gil in (True, False):
            for guard in guards_of(claim, gil):
                said |= spellings(guard.test)
        with subtests.test(claim=claim.id):
            assert [number for number in NUMBER.findall(text) if number not in said] == []


def test_a_source_can_be_looked_up(subtests):
    """It names something that has an address: documentation, a PEP, an issue, a file of CPython."""
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            assert addresses_of(claim.source)


@pytest.mark.parametrize("claim", [claim.id for claim in all_claims()][:3])
def test_explain_prints_all_four(claim, capsys):
    """Each under its heading, whatever the width."""
    assert cli.main(["explain", claim]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for heading in ("What is measured:", "Rule:", "Source:", "What it means for your program:"):
        assert heading in printed
    assert "Read it at: https://" in printed
    assert f"wrong in {100 * ALPHA:g} % of runs" in printed


def test_explain_has_all_four_as_json(capsys):
    """Under the names of the claim's fields."""
    assert cli.main(["explain", "A16", "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert all(explained[field] for field in SAID)
    assert explained["source_addresses"] == addresses_of(explained["source"])
