"""Measures a claim in a world that was broken for it, and says whether its verdict turned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sabotage.a_break import Break

from gilbench.claims import margins
from gilbench.model import Outcome

JUDGE = Path(__file__).with_name("judge.py")
PATIENCE_S = 300
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
TURNED, NOISY, NOT_HERE, STAYED = (
    "turned",
    "the host was too noisy",
    "does not apply",
    "DID NOT TURN",
)


class NotHere(Exception):
    """The claim does not apply here, or a target is not there."""


@dataclass(frozen=True)
class Turn:
    """What came of a break: TURNED, NOISY, NOT_HERE or STAYED, and why."""

    outcome: str
    reason: str


def turn(broken: Break, target: Path, places: Mapping[str, str] | None = None) -> Turn:
    """Measure the claim of a break in its world, again and longer where a short run leaves it open.

    Args:
        broken: The break, which was applied.
        target: The broken copy of the target package.
        places: Name of an interpreter → its executable, for those that are not found by name.
    """
    try:
        verdict = judged(broken.claim, "quick", target, places or {})
        if verdict["verdict"] in OPEN and margins.BUSY_HOST not in verdict["reason"]:
            verdict = judged(broken.claim, "standard", target, places or {})
    except NotHere as error:
        return Turn(NOT_HERE, str(error))
    reason = str(verdict["reason"])
    if verdict["verdict"] == broken.verdict.value:
        return Turn(TURNED, reason)
    if verdict["verdict"] in OPEN and is_noise(reason, broken.verdict):
        return Turn(NOISY, reason)
    return Turn(STAYED, f"{verdict['verdict']}: {reason}")


def is_noise(reason: str, broken: Outcome) -> bool:
    """Whether the host left a verdict open that already leans to what the broken world must show."""
    leans = reason.startswith(f"leans to {broken.value}: ")
    return leans or any(words in reason for words in UNCERTAIN)


def judged(claim: str, profile: str, target: Path, places: Mapping[str, str]) -> dict[str, Any]:
    """The verdict on a claim whose launches run a copy of the target package.

    Raises:
        NotHere: The claim does not apply, or has no target.
        RuntimeError: The measurement failed.
    """
    pythons = []
    for named in TARGETS.get(claim, ()):
        name, comma, settings = named.partition(",")
        pythons.append(f"{places.get(name, name)}{comma}{settings}")
    done = subprocess.run(
        [sys.executable, str(JUDGE), claim, profile, *pythons],
        env={**os.environ, "GILBENCH_TARGET_DIR": str(target)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode == 3:
        raise NotHere(done.stdout.strip())
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))
