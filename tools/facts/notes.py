"""What is said of verdicts that are not as expected: an explanation, or that it is an open question."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.facts.journals import ROOT, Facts

NOTES = ROOT / "docs" / "facts" / "notes.toml"


def read(path: Path = NOTES) -> dict[str, str]:
    """Claim → its note, in Markdown."""
    return {claim: text.strip() for claim, text in tomllib.loads(path.read_text("utf-8")).items()}


def unexplained(facts: Facts, notes: Mapping[str, str]) -> Iterator[str]:
    """One line for each verdict against expectation without a note, and for each note without a claim."""
    for claim in facts.by_claim:
        pythons = [fact.python for fact in facts.of(claim) if fact.verdict.as_expected is False]
        if pythons and claim not in notes:
            yield f"{claim} is against expectation on {', '.join(pythons)}: say why in {NOTES.name}"
    for claim in notes:
        if claim not in facts.by_claim:
            yield f"{NOTES.name} has a note of {claim}, which no kept run measured"
