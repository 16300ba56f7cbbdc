"""The verdict board of the page: each verdict with what a reader needs to check it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.claims.registry import all_claims
from gilbench.model import (
    Bound,
    Comparison,
    Evidence,
    Experiment,
    Outcome,
    Target,
    Verdict,
)
from gilbench.report.html.strips import Strip, is_held_by, lay_out_strip, verdict_strip
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.summary.deciding import deciding_limits
from gilbench.summary.sources import SourcePart, source_parts


@dataclass(frozen=True)
class EvidenceRow:
    """One quantity behind a verdict: what the claim needs of it, in words and as a strip."""

    evidence: Evidence
    needs: str
    strip: Strip | None


@dataclass(frozen=True)
class BoardEntry:
    """One row of the board.

    Args:
        verdict: What the row shows.
        place: The index of the verdict in ``verdicts.json``.
        anchor: The address of the row on the page.
        family: The heading that the claim stands under.
        first: The target of the claim's first row, which explains the claim, and its address; None
            for that row. Five targets would have every explanation five times.
        pieces: The quantities behind the verdict.
        measured_as: A sentence for each item that was measured for it.
        meaning: What either outcome means for the reader's program; HELD for PROVED where it held.
        surprise: Why the answer may surprise; empty where this version does not know the claim.
        source: Where the claim comes from, in parts that link to it.
    """

    verdict: Verdict
    place: int
    anchor: str
    family: str
    first: tuple[str, str] | None
    pieces: tuple[EvidenceRow, ...]
    measured_as: tuple[str, ...]
    meaning: str
    surprise: str
    source: tuple[SourcePart, ...]

    @property
    def strip(self) -> Strip | None:
        """The effect that its row shows, and the bounds of its quantity."""
        return verdict_strip(self.verdict)


def entries(tables: Tables, verdicts: Sequence[Verdict]) -> list[BoardEntry]:
    """One row per verdict, in the order of the verdicts.

    Args:
        tables: What was measured.
        verdicts: What was decided, in the order of ``verdicts.json``.
    """
    claims = {claim.id: claim for claim in all_claims()}
    rows_of_claim: Counter[str] = Counter()
    firsts: dict[str, tuple[str, str]] = {}
    rows = []
    for place, verdict in enumerate(verdicts):
        rows_of_claim[verdict.id] += 1
        first = firsts.get(verdict.id)
        firsts.setdefault(verdict.id, (verdict.target, _anchor(verdict.id, 1)))
        claim = claims.get(verdict.id)
        entry = BoardEntry(
            verdict=verdict,
            place=place,
            anchor=_anchor(verdict.id, rows_of_claim[verdict.id]),
            family=claim.family if claim else "other",
            first=first,
            pieces=tuple(_evidence_row(piece, verdict) for piece in verdict.evidence),
            measured_as=tuple(_measured_as(tables, verdict, tables.run.target(verdict.target))),
            meaning=formatting.meaning(claim.meaning, [verdict.label]) if claim else "",
            surprise=claim.surprise if claim else "",
            source=source_parts(verdict.source),
        )
        rows.append(entry)
    return rows


def _anchor(claim: str, count: int) -> str:
    """``claim-A1``, and ``claim-A1-2`` for the second target."""
    return f"claim-{claim}" if count == 1 else f"claim-{claim}-{count}"


def _evidence_row(evidence: Evidence, verdict: Verdict) -> EvidenceRow:
    bounds = verdict.bounds_of(evidence.quantity)
    strip = None
    if bounds and not is_held_by(bounds, verdict):
        limits = deciding_limits(bounds, verdict.verdict)
        strip = lay_out_strip(evidence.estimate, bounds, limits=limits)
    return EvidenceRow(evidence, _needs(bounds, verdict.verdict), strip)


def _needs(bounds: Sequence[Bound], outcome: Outcome) -> str:
    """``to prove > 0.5 (certainly > 0.93) and < 1.15 (certainly < 1.11); to refute > 1.15``.

    What is certain at the level that decides is left out on the side that the outcome rules out.
    """
    needs = []
    for proves, infinitive in ((True, "to prove"), (False, "to refute")):
        ruled_out = outcome == (Outcome.REFUTED if proves else Outcome.PROVED)
        sides = []
        for bound in bounds:
            if bound.proves == proves:
                sides.append(_side(bound, with_limit=not ruled_out))
        if sides:
            needs.append(f"{infinitive} {' and '.join(dict.fromkeys(sides))}")
    return "; ".join(needs).replace("-", "−")


def _side(bound: Bound, *, with_limit: bool) -> str:
    if bound.every_trial:
        return "all"
    sign = ">" if bound.above else "<"
    needed = f"{sign} {bound.value:.3g}"
    if bound.limit is None or not with_limit:
        return needed
    return f"{needed} (certainly {sign} {bound.limit:.3g})"


def _measured_as(tables: Tables, verdict: Verdict, target: Target) -> list[str]:
    """A sentence for each item that the verdict rests on: what was run, and how often."""
    items = {planned.item.id: planned.item for planned in tables.run.plan}
    sentences = []
    for item_id in dict.fromkeys(piece.item for piece in verdict.evidence):
        item = items.get(item_id)
        if isinstance(item, Comparison):
            sentences.append(f"{item.id}: {_comparison_in_words(tables, item)}")
        elif isinstance(item, Experiment):
            sentences.append(f"{item.id}: {_experiment_in_words(tables, item, target)}")
    return sentences


def _comparison_in_words(tables: Tables, item: Comparison) -> str:
    plural = formatting.plural
    case, launches = item.case, tables.of(item.id)
    work = f"rounds of {plural(item.tasks, 'task')} of {case.workload}"
    strategy = f"{case.strategy} with {plural(case.workers, 'worker')}"
    paired = f"each paired with a round of the same work under {item.reference.strategy}"
    pairs = plural(int(launches["pairs"].sum()), "pair")
    control = ", ceiling controls in each launch" if item.ceiling else ""
    sample = f"{plural(len(launches), 'launch')}, {pairs}{control}"
    return f"{work} under {strategy}, {paired}; {sample}."


def _experiment_in_words(tables: Tables, item: Experiment, target: Target) -> str:
    conditions = formatting.plural(len(item.conditions), "condition")
    launches = formatting.plural(len(tables.seen(item)), "launch")
    return f"{_summary(target, item.probe)}; {conditions} in random order, {launches}."


def _summary(target: Target, probe: str) -> str:
    """What a probe does; a target of another version may not know it."""
    try:
        return target.probe(probe).summary
    except KeyError:
        return "a probe"
