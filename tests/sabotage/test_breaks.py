"""Every claim against a world that was broken for it: its verdict turns, or the claim measures nothing."""

from __future__ import annotations

import json
import sys

import pytest
from tests import synthetic
from tests.sabotage.breaks import BREAKS

from gilbench.claims import ledger
from gilbench.claims.claim import Setting
from gilbench.model import Outcome

every_break = pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: f"{broken.claim}-{broken.verdict.value}")

BUSY = ("is not certain enough", "too uncertain to rely on", "other work takes the cores away")


def test_every_claim_has_a_break_and_every_break_a_claim():
    """A claim that nobody has seen turn does not count."""
    assert sorted({one.claim for one in BREAKS}) == sorted(claim.id for claim in ledger.claims())


@pytest.mark.parametrize("claim", ledger.claims(), ids=lambda claim: claim.id)
def test_a_break_leads_to_what_is_not_expected(claim):
    """A verdict turns away from the expected one; where either is news there is a break for each."""
    verdicts = {one.verdict for one in BREAKS if one.claim == claim.id}
    expected = claim.expected(Setting(synthetic.make_target(), synthetic.make_host()))
    assert verdicts == {Outcome.PROVED, Outcome.REFUTED} or (expected is not None and expected not in verdicts)


@every_break
def test_what_a_break_replaces_is_still_there(target_copy, broken):
    """A break of code that has changed since fails here, in no time, and leaves something that compiles."""
    broken.apply(target_copy)
    compile((target_copy / broken.file).read_text(encoding="utf-8"), broken.file, "exec")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="the breaks are for builds with the GIL"
)
@every_break
def test_a_break_turns_the_verdict(gilbench, target_copy, broken):
    """The claim, really measured in the broken world, comes to the other verdict; a busy host may leave it open."""
    broken.apply(target_copy)
    for profile in ("quick", "standard"):
        asked = ("--claim", broken.claim, "--profile", profile)
        done = gilbench("run", *asked, "--json", "--quiet", GILBENCH_TARGET_DIR=str(target_copy))
        if "does not apply here" in done.stderr:
            pytest.skip(done.stderr.strip())
        assert done.returncode == 0, done.stderr
        (verdict,) = json.loads(done.stdout)
        if verdict["verdict"] not in ("INCONCLUSIVE", "VOID"):
            break
    if verdict["verdict"] == "VOID" or any(words in verdict["reason"] for words in BUSY):
        pytest.skip(verdict["reason"])
    assert verdict["verdict"] == broken.verdict.value, verdict["reason"]
