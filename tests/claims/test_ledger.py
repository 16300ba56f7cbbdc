"""The ledger as a whole: what every claim must have, and that a lawful world bears out what the field expects."""

import re
import types

import msgspec
import pytest
from tests import synthetic

from gilbench.claims import ledger, registry
from gilbench.claims.asking import ask_claims, wanted_items
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import LedgerError, all_claims
from gilbench.model import Comparison, Outcome

SETTINGS = {
    f"{cores}-cores-{'gil' if gil else 'ft'}": Setting(synthetic.make_target(gil=gil), synthetic.make_host(cores))
    for cores in (1, 2, 8)
    for gil in (True, False)
}

every_claim = pytest.mark.parametrize("claim", all_claims(), ids=lambda claim: claim.id)
every_setting = pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)


def test_ids_are_unique_and_in_order():
    """A claim is found by its id, and the ledger reads A2 before A16 before B1."""
    ids = [(claim.id[0], int(claim.id[1:])) for claim in all_claims()]
    assert len(ids) > 0 and ids == sorted(set(ids))


@every_claim
def test_a_claim_says_what_where_from_and_why(claim):
    """A claim has a statement, a family, a source and an explanation in whole sentences."""
    assert claim.statement and claim.family and claim.source
    assert not claim.statement.endswith(".")
    assert len(claim.explanation.split()) >= 20 and claim.explanation.endswith(".")


@every_claim
def test_a_claim_says_why_it_may_surprise(claim):
    """In whole sentences of its own, which are no other claim's and no part of its explanation."""
    told = claim.surprise
    assert len(told.split()) >= 20 and told.endswith(".")
    assert [one.id for one in all_claims() if one.surprise == told] == [claim.id]
    sentences = re.split(r"(?<=[.:?]) ", told)
    assert [one for one in sentences if one in claim.explanation or one in claim.statement] == []


def test_a_claim_must_say_why_it_may_surprise():
    """There is no default to fall back on."""
    whole = vars(all_claims()[0])
    with pytest.raises(TypeError, match="surprise"):
        Claim(**{name: value for name, value in whole.items() if name != "surprise"})


@every_setting
@every_claim
def test_a_claim_can_be_asked_anywhere(claim, setting):
    """On one core or many, with the GIL or without, a claim asks something measurable or says why it does not apply."""
    question = claim.question(setting)
    if isinstance(question, NotApplicable):
        assert question.reason
        return
    assert isinstance(question, Question)
    assert question.items and question.quantities[0] == question.effect
    assert list(question.proved.tests()) and list(question.refuted.tests())
    assert len({item.id for item in question.items}) == len(question.items)


@every_setting
@every_claim
def test_a_claim_expects_an_outcome_or_says_that_either_is_news(claim, setting):
    """What the field expects is a decided outcome; INCONCLUSIVE is never an expectation."""
    assert claim.expected(setting) in (Outcome.PROVED, Outcome.REFUTED, None)


@every_setting
@every_claim
def test_both_halves_of_a_comparison_do_the_same_work(claim, setting):
    """Case and reference share workload and tasks, and every worker of the case gets as many of them."""
    question = claim.question(setting)
    for item in question.items if isinstance(question, Question) else ():
        if isinstance(item, Comparison):
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
            assert verdict.verdict in (Outcome.PROVED, Outcome.REFUTED), f"{verdict.id}: {verdict.reason}"
            assert verdict.expected in (verdict.verdict, None), f"{verdict.id}: {verdict.reason}"
            assert verdict.as_expected in (True, None)


def test_a_verdict_shows_its_effect_and_its_evidence():
    """A decided claim carries its estimate with n in launches, and the quantities behind it with their items."""
    world = synthetic.World(launches=12, claims=frozenset({"A16"}))
    verdict = next(verdict for verdict in judge_claims(world.tables()) if verdict.id == "A16")
    assert verdict.estimate is not None and verdict.estimate.n == 12
    assert verdict.estimate.lo < verdict.estimate.center < verdict.estimate.hi
    assert verdict.evidence[0].estimate == verdict.estimate
    assert {evidence.item for evidence in verdict.evidence} <= {planned.item.id for planned in world.plan()}
    assert "fnv1a-thread-w2" in verdict.reason and "needs < 1.15" in verdict.reason


def test_claims_beyond_the_plan_are_not_judged():
    """A run narrowed to some cases answers the claims about these and is silent on the others."""
    judged = {verdict.id for verdict in judge_claims(synthetic.World(launches=8, claims=frozenset({"A20"})).tables())}
    assert "A20" in judged and not judged & {"A16", "A17", "A18"}


def test_wanted_names_every_claim_that_asks():
    """An item that two claims need is measured once, and says which claims it is for."""
    setting = SETTINGS["2-cores-gil"]
    wanted = wanted_items([setting.target], setting.host)
    for asked in ask_claims([setting.target], setting.host):
        for item in asked.question.items if isinstance(asked.question, Question) else ():
            assert asked.claim.id in wanted[item.id][1]
    assert all(len(by) == len(set(by)) > 0 for _, by in wanted.values())


def test_an_id_that_stands_twice_is_a_loud_failure(monkeypatch):
    """Two files with one id do not silently replace one another."""
    twice = types.SimpleNamespace(__name__="gilbench.claims.ledger.zz_copy", CLAIMS=all_claims()[:1] * 2)
    monkeypatch.setattr(registry.pkgutil, "iter_modules", lambda path: [types.SimpleNamespace(name="zz_copy")])
    monkeypatch.setattr(registry.importlib, "import_module", lambda name: twice)
    with pytest.raises(LedgerError, match=r"duplicate claim id A1 in gilbench\.claims\.ledger\.zz_copy"):
        all_claims.__wrapped__()


def test_a_broken_file_of_the_ledger_is_a_loud_failure(monkeypatch, tmp_path):
    """A claim's file that does not import stops the ledger, and the error names the cause."""
    (tmp_path / "zz_broken.py").write_text("import nothing_of_that_name\n")
    monkeypatch.setattr(ledger, "__path__", [*ledger.__path__, str(tmp_path)])
    with pytest.raises(ImportError, match="nothing_of_that_name"):
        all_claims.__wrapped__()


def test_a_file_of_the_ledger_without_claims_is_a_loud_failure(monkeypatch, tmp_path):
    """A file that was dropped in and forgot its CLAIMS is named, and not passed over."""
    (tmp_path / "zz_empty.py").write_text("CLAIM = ()\n")
    monkeypatch.setattr(ledger, "__path__", [*ledger.__path__, str(tmp_path)])
    with pytest.raises(LedgerError, match=r"gilbench\.claims\.ledger\.zz_empty has no CLAIMS"):
        all_claims.__wrapped__()


def test_a_run_of_a_version_that_knew_less_is_judged_all_the_same():
    """A target that describes no such strategy or probe makes a claim not applicable, with the reason."""
    target = synthetic.make_target()
    fewer = tuple(one for one in target.description.strategies if one.name != "interpreter")
    described = msgspec.structs.replace(target.description, strategies=fewer)
    older = msgspec.structs.replace(target, description=described)
    asked = {one.claim.id: one.question for one in ask_claims([older], synthetic.make_host(2))}
    assert isinstance(asked["B13"], NotApplicable) and "'interpreter'" in asked["B13"].reason
    assert isinstance(asked["A16"], Question)
