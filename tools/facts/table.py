"""The table of every verdict for the page of measurements, with what is against expectation or open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tools.facts.journals import ROOT, Fact, Facts
from tools.facts.page import UNEXPECTED, claims_shown, escaped, measured_by

from gilbench.model import Label
from gilbench.summary import formatting

PAGE = ROOT / "docs" / "measurements" / "claims-side-by-side.md"
OPENING, CLOSING = "<!-- run -->", "<!-- /run -->"  # what the page has between them is replaced
OPEN = (Label.INCONCLUSIVE, Label.VOID)


def table(facts: Facts, notes: Mapping[str, str]) -> Iterator[str]:
    """The lines: one row per claim with a cell per interpreter, then the exceptions."""
    for run in facts.runs:
        yield f"- {measured_by(run)}"
    yield ""
    yield f"| claim | {' | '.join(facts.pythons)} |"
    yield f"|---|{'---|' * len(facts.pythons)}"
    claims = claims_shown(facts)
    for claim in claims:
        of_claim = facts.by_claim[claim.id]
        cells = " | ".join(cell(of_claim.get(python)) for python in facts.pythons)
        yield f"| [{claim.id}](../facts.md#{claim.id}) {escaped(claim.statement)} | {cells} |"
    yield from ("", "### Against expectation", "")
    unexpected = [claim.id for claim in claims if _unexpected(facts, claim.id)]
    for claim_id in unexpected:
        pythons = [fact.python for fact in _unexpected(facts, claim_id)]
        note = " ".join(notes.get(claim_id, "No explanation is known.").split())
        yield f"- **{claim_id}** on {formatting.listed(pythons)}. {_relinked(note)}"
    if not unexpected:
        yield "None."
    yield from ("", "### Open", "")
    undecided = [
        fact for claim in claims for fact in facts.of(claim.id) if fact.verdict.label in OPEN
    ]
    for fact in undecided:
        yield f"- **{fact.verdict.id}** on {fact.python}: {escaped(fact.verdict.reason)}."
    if not undecided:
        yield "None."


def cell(fact: Fact | None) -> str:
    """The label and the effect of a verdict; an en dash where the claim does not apply."""
    if fact is None or fact.verdict.label == Label.NOT_APPLICABLE:
        return "–"
    verdict = fact.verdict
    label = "open" if verdict.label in OPEN else verdict.label.value
    if verdict.as_expected is False:
        label += f" {UNEXPECTED}"
    return f"{label} {formatting.effect(verdict.estimate)}"


def _unexpected(facts: Facts, claim_id: str) -> list[Fact]:
    return [fact for fact in facts.of(claim_id) if fact.verdict.as_expected is False]


def _relinked(note: str) -> str:
    """A note whose links, written for the page of facts, lead to the same places from this one."""
    return note.replace("](#", "](../facts.md#").replace("](measurements/", "](")


def put(facts: Facts, notes: Mapping[str, str]) -> None:
    """Replace what the page has of earlier runs."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(OPENING)
    _, _, after = rest.partition(CLOSING)
    lines = "\n".join(table(facts, notes))
    PAGE.write_text(f"{before}{OPENING}\n{lines}\n{CLOSING}{after}", encoding="utf-8")
