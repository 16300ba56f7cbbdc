"""Every claim against a world that was broken for it: its verdict turns, or the claim measures nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import synthetic
from tests.sabotage.breaks import BREAKS

from gilbench.claims import margins
from gilbench.claims.claim import Setting
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome

REFUTED = Outcome.REFUTED

every_break = pytest.mark.parametrize(
    "broken", BREAKS, ids=lambda broken: f"{broken.claim}-{broken.verdict.value}"
)

JUDGE = Path(__file__).with_name("judge.py")
OPEN = (Outcome.INCONCLUSIVE.value, Outcome.VOID.value)
TARGETS = {  # of claims about builds that can do without the GIL
    "B13": ["3.14t,gil=1"],
    "C16": ["3.14t,gil=1"],
    "B17": ["3.14t"],
    "B15": ["3.14t,gil=0", "3.14t,gil=1"],
    "B16": ["3.14t,gil=0", "3.14t,gil=1"],
    "B24": ["3.14t,gil=0", "3.14"],
}
UNCERTAIN = (
    "too uncertain to rely on",
    margins.BUSY_HOST,
    "pairs of this workload prove nothing",
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
    verdict = judged(broken.claim, "quick", target_copy)
    if verdict["verdict"] in OPEN and not lacks_cores(verdict):
        verdict = judged(broken.claim, "standard", target_copy)
    if verdict["verdict"] in OPEN and is_noise(verdict["reason"], broken.verdict):
        pytest.skip(f"the host was too noisy: {verdict['reason']}")
    assert verdict["verdict"] == broken.verdict.value, verdict["reason"]


def is_noise(reason: str, broken: Outcome) -> bool:
    """Whether the host left a verdict open that already leans to what the broken world must show."""
    leans = reason.startswith(f"leans to {broken.value}: ")
    return leans or any(words in reason for words in UNCERTAIN)


def test_only_what_leans_to_the_broken_verdict_is_noise():
    """A claim that leans the other way in a broken world measures nothing, however uncertain it is."""
    assert is_noise("leans to REFUTED: share 0.6; more time would decide", REFUTED)
    assert not is_noise("leans to PROVED: share 0.8; more time would decide", REFUTED)


def judged(claim: str, profile: str, target: Path) -> dict[str, Any]:
    """The verdict on a claim whose launches run a copy of the target package."""
    done = subprocess.run(
        [sys.executable, str(JUDGE), claim, profile, *TARGETS.get(claim, ())],
        env={**os.environ, "GILBENCH_TARGET_DIR": str(target)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode == 3:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def lacks_cores(verdict: dict[str, Any]) -> bool:
    """More launches would not help where other work takes the cores away."""
    return margins.BUSY_HOST in verdict["reason"]
