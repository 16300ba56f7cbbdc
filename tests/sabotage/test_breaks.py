"""Every claim against a world that was broken for it: its verdict turns, or the claim measures nothing."""

from __future__ import annotations

import shutil
import sys

import pytest
from tests import synthetic
from tests.sabotage import __main__ as runner
from tests.sabotage import turning
from tests.sabotage.breaks import BREAKS

from gilbench.claims.claim import Setting
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome

REFUTED = Outcome.REFUTED

every_break = pytest.mark.parametrize(
    "broken", BREAKS, ids=lambda broken: f"{broken.claim}-{broken.verdict.value}"
)


def test_every_claim_has_a_break_and_every_break_a_claim():
    """A claim that nobody has seen turn does not count."""
    assert sorted({one.claim for one in BREAKS}) == sorted(claim.id for claim in all_claims())


def test_a_break_leads_to_what_is_not_expected(subtests):
    """A verdict turns away from the expected one; where either is news there is a break for each."""
    setting = Setting(synthetic.make_target(), synthetic.make_host())
    for claim in all_claims():
        with subtests.test(claim=claim.id):
            verdicts = {broken.verdict for broken in BREAKS if broken.claim == claim.id}
            expected = claim.expected(setting)
            assert verdicts == {Outcome.PROVED, Outcome.REFUTED} or (
                expected is not None and expected not in verdicts
            )


def test_what_a_break_replaces_is_still_there(target_copy, tmp_path, subtests):
    """A break of code that has changed since fails here, in no time, and leaves something that compiles."""
    for number, broken in enumerate(BREAKS):
        with subtests.test(claim=broken.claim, verdict=broken.verdict.value):
            copy = tmp_path / str(number)
            shutil.copytree(target_copy, copy)
            broken.apply(copy)
            compile((copy / broken.file).read_text(encoding="utf-8"), broken.file, "exec")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(),
    reason="the breaks are for builds with the GIL",
)
@every_break
def test_a_break_turns_the_verdict(target_copy, broken):
    """The claim, really measured in the broken world, comes to the other verdict; a busy host may leave it open."""
    broken.apply(target_copy)
    turned = turning.turn(broken, target_copy)
    if turned.outcome in (turning.NOISY, turning.NOT_HERE):
        pytest.skip(f"{turned.outcome}: {turned.reason}")
    assert turned.outcome == turning.TURNED, turned.reason


def test_only_what_leans_to_the_broken_verdict_is_noise():
    """A claim that leans the other way in a broken world measures nothing, however uncertain it is."""
    assert turning.is_noise("leans to REFUTED: share 0.6; more time would decide", REFUTED)
    assert not turning.is_noise("leans to PROVED: share 0.8; more time would decide", REFUTED)


@pytest.fixture
def asked(monkeypatch):
    """What was measured, each of which turns at once, except for what ``turns`` says otherwise."""
    turns: dict[str, str] = {}
    measured: list[str] = []

    def turn(broken, target, places):
        assert (target / broken.file).exists()
        measured.append(broken.claim)
        return turning.Turn(turns.get(broken.claim, turning.TURNED), "seen")

    monkeypatch.setattr(runner, "turn", turn)
    return measured, turns


def test_what_was_turned_is_not_turned_again(asked, tmp_path, capsys):
    """A journal says what was made; a noisy host's is made again, and only that."""
    measured, turns = asked
    journal, claims = tmp_path / "build" / "journal.jsonl", ["--claim", "A1", "--claim", "A5"]
    turns["A5"] = turning.NOISY
    assert runner.main([str(journal), *claims]) == 3
    assert measured == ["A1", "A5"]
    del turns["A5"]
    assert runner.main([str(journal), *claims]) == 0
    assert measured == ["A1", "A5", "A5"]
    assert runner.main([str(journal), *claims, "--minutes", "0"]) == 0
    assert "left: none" in capsys.readouterr().out


def test_a_verdict_that_stays_is_named(asked, tmp_path, capsys):
    """With its reason, and the exit code is 1, now and when nothing is left."""
    _, turns = asked
    turns["A1"] = turning.STAYED
    for _ in range(2):
        assert runner.main([str(tmp_path / "journal.jsonl"), "--claim", "A1"]) == 1
        assert ": seen" in capsys.readouterr().out


def test_nothing_is_begun_when_the_time_is_over(asked, tmp_path):
    """The pieces that are left are for the next call."""
    measured, _ = asked
    assert runner.main([str(tmp_path / "journal.jsonl"), "--claim", "A1", "--minutes", "0"]) == 3
    assert measured == []
