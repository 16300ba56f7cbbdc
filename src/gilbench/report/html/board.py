"""The verdict board as the page shows it: each verdict with what a reader needs to check it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.claims.registry import all_claims
from gilbench.model import Bound, Comparison, Estimate, Evidence, Experiment, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import formatting

ROOM = 0.06  # of a strip's width at either end


@dataclass(frozen=True)
class Strip:
    """Where an estimate, its interval and its bounds lie on a line from 0 to 100."""

    lo: float
    center: float
    hi: float
    bounds: tuple[tuple[float, Bound], ...]


@dataclass(frozen=True)
class Piece:
    """One quantity behind a verdict: what the claim needs of it in words, and where it lies."""

    evidence: Evidence
    needs: str
    strip: Strip | None


@dataclass(frozen=True)
class Entry:
    """One row of the board.

    Args:
        verdict: What the row shows.
        place: The index of the verdict in ``verdicts.json``.
        anchor: The address of the row on the page.
        family: The heading that the claim stands under.
        pieces: The quantities behind the verdict.
        measured_as: A sentence for each item that was measured for it.
        surprise: Why the answer may surprise; empty where this version does not know the claim.
    """

    verdict: Verdict
    place: int
    anchor: str
    family: str
    pieces: tuple[Piece, ...]
    measured_as: tuple[str, ...]
    surprise: str


def entries(tables: Tables, verdicts: Sequence[Verdict]) -> list[Entry]:
    """One row per verdict, in the order of the verdicts."""
    claims = {claim.id: claim for claim in all_claims()}
    targets = {target.id: target for target in tables.run.targets}
    rows_of_claim: Counter[str] = Counter()
    rows = []
    for place, verdict in enumerate(verdicts):
        rows_of_claim[verdict.id] += 1
        count = rows_of_claim[verdict.id]
        claim = claims.get(verdict.id)
        entry = Entry(
            verdict=verdict,
            place=place,
            anchor=f"claim-{verdict.id}" if count == 1 else f"claim-{verdict.id}-{count}",
            family=claim.family if claim else "other",
            pieces=tuple(_piece(piece, verdict) for piece in verdict.evidence),
            measured_as=tuple(_measured_as(tables, verdict, targets[verdict.target])),
            surprise=claim.surprise if claim else "",
        )
        rows.append(entry)
    return rows


def _piece(evidence: Evidence, verdict: Verdict) -> Piece:
    bounds = verdict.bounds_of(evidence.quantity)
    strip = _strip(evidence.estimate, bounds) if bounds else None
    return Piece(evidence, _needs(bounds), strip)


def _needs(bounds: Sequence[Bound]) -> str:
    """``to prove > 0.5 and < 1.15; to refute > 1.15``."""
    needs = []
    for proves, infinitive in ((True, "to prove"), (False, "to refute")):
        sides = []
        for bound in bounds:
            if bound.proves == proves:
                side = f"{'>' if bound.above else '<'} {bound.value:g}"
                sides.append("all" if bound.every_trial else side)
        if sides:
            needs.append(f"{infinitive} {' and '.join(dict.fromkeys(sides))}")
    return "; ".join(needs).replace("-", "−")


def _strip(estimate: Estimate, bounds: Sequence[Bound]) -> Strip | None:
    """Lay out a quantity: ratios on a log scale, the estimate and all bounds in sight.

    An interval is cut where it extends far beyond them. None where nothing finite is to be drawn.
    """
    values = [estimate.center, *(bound.value for bound in bounds)]
    scale = math.log if estimate.unit == "×" and min(values) > 0 else float
    if not all(map(math.isfinite, values)):
        return None
    marks = [scale(value) for value in values]
    spread = max(max(marks) - min(marks), 1e-3)
    ends = [_scaled(scale, end, marks[0]) for end in (estimate.lo, estimate.hi)]
    low = max(min([*marks, ends[0]]), min(marks) - spread)
    high = min(max([*marks, ends[1]]), max(marks) + spread)

    def at(value: float) -> float:
        return 100 * (ROOM + (1 - 2 * ROOM) * (min(max(value, low), high) - low) / (high - low))

    if high <= low:
        return None
    places = tuple((at(scale(bound.value)), bound) for bound in bounds)
    return Strip(at(ends[0]), at(marks[0]), at(ends[1]), places)


def _scaled(scale: object, end: float, otherwise: float) -> float:
    """An end of an interval on the scale of its strip; ``otherwise`` where it is not known."""
    if scale is not math.log:
        return otherwise if math.isnan(end) else end
    if end <= 0:
        return -math.inf
    return math.log(end) if end < math.inf else math.inf


def _measured_as(tables: Tables, verdict: Verdict, target: Target) -> list[str]:
    """A sentence for each item that the verdict rests on: what was run, and how often."""
    items = {planned.item.id: planned.item for planned in tables.run.plan}
    sentences = []
    for item_id in dict.fromkeys(piece.item for piece in verdict.evidence):
        item = items.get(item_id)
        if isinstance(item, Comparison):
            sentences.append(f"{item.id}: {_of_comparison(tables, item)}")
        elif isinstance(item, Experiment):
            conditions = formatting.plural(len(item.conditions), "condition")
            launches = formatting.plural(len(tables.seen(item)), "launch")
            what = _summary(target, item.probe)
            sentences.append(f"{item.id}: {what}; {conditions} in random order, {launches}.")
    return sentences


def _of_comparison(tables: Tables, item: Comparison) -> str:
    plural = formatting.plural
    case, launches = item.case, tables.of(item.id)
    work = f"rounds of {plural(item.tasks, 'task')} of {case.workload}"
    strategy = f"{case.strategy} with {plural(case.workers, 'worker')}"
    paired = f"each paired with a round of the same work under {item.reference.strategy}"
    pairs = plural(int(launches["pairs"].sum()), "pair")
    control = ", a ceiling control in each launch" if item.ceiling else ""
    sample = f"{plural(len(launches), 'launch')}, {pairs}{control}"
    return f"{work} under {strategy}, {paired}; {sample}."


def _summary(target: Target, probe: str) -> str:
    try:
        return target.probe(probe).summary
    except KeyError:
        return "a probe"
