"""The verdict board as the page shows it: each verdict with what a reader needs to judge it. It decides nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.claims.registry import all_claims
from gilbench.model import Bound, Comparison, Estimate, Evidence, Experiment, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import formatting

ROOM = 0.06  # of a strip's width at either end


@dataclass(frozen=True)
class Strip:
    """Where an interval and its bounds lie on a line from 0 to 100; the ends of an interval are cut there."""

    lo: float
    center: float
    hi: float
    bounds: tuple[tuple[float, Bound], ...]


@dataclass(frozen=True)
class Piece:
    """One quantity behind a verdict: what was asked of it in words, and where it lies."""

    evidence: Evidence
    asked: str
    strip: Strip | None


@dataclass(frozen=True)
class Entry:
    """One row of the board. ``place`` is its number in ``verdicts.json``, ``anchor`` its address on the page,
    ``surprise`` why its answer may surprise; that is empty where the ledger does not know the claim."""

    verdict: Verdict
    place: int
    anchor: str
    family: str
    pieces: tuple[Piece, ...]
    measured_as: tuple[str, ...]
    surprise: str


def entries(tables: Tables, verdicts: Sequence[Verdict]) -> list[Entry]:
    """A row a verdict, in the order of the verdicts."""
    claims = {claim.id: claim for claim in all_claims()}
    targets = {target.id: target for target in tables.run.targets}
    seen: dict[str, int] = {}
    found = []
    for place, one in enumerate(verdicts):
        seen[one.id] = seen.get(one.id, 0) + 1
        pieces = tuple(_piece(piece, one.bounds_of(piece.quantity)) for piece in one.evidence)
        anchor = f"claim-{one.id}" + (f"-{seen[one.id]}" if seen[one.id] > 1 else "")
        claim = claims.get(one.id)
        family, surprise = (claim.family, claim.surprise) if claim else ("other", "")
        measured_as = tuple(_measured_as(tables, one, targets[one.target]))
        found.append(Entry(one, place, anchor, family, pieces, measured_as, surprise))
    return found


def _piece(evidence: Evidence, bounds: Sequence[Bound]) -> Piece:
    return Piece(evidence, _asked(bounds), _strip(evidence.estimate, bounds) if bounds else None)


def _asked(bounds: Sequence[Bound]) -> str:
    """``proved above 0.5 and below 1.15; refuted above 1.15``."""
    told = []
    for proves, outcome in ((True, "proved"), (False, "refuted")):
        sides = [f"{'above' if bound.above else 'below'} {bound.value:g}" for bound in bounds if bound.proves == proves]
        if sides:
            told.append(f"{outcome} {' and '.join(dict.fromkeys(sides))}".replace("-", "−"))
    return "; ".join(told)


def _strip(estimate: Estimate, bounds: Sequence[Bound]) -> Strip | None:
    """Ratios on a scale of doublings. The bounds and the middle are always seen, of an interval what is near them."""
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
    return Strip(at(ends[0]), at(marks[0]), at(ends[1]), tuple((at(scale(bound.value)), bound) for bound in bounds))


def _scaled(scale: object, end: float, otherwise: float) -> float:
    if scale is math.log:
        return math.log(end) if 0 < end < math.inf else (-math.inf if end <= 0 else math.inf)
    return end if not math.isnan(end) else otherwise


def _measured_as(tables: Tables, verdict: Verdict, target: Target) -> list[str]:
    """A sentence for each item that the verdict rests on: what was run, and how often."""
    planned = {one.item.id: one.item for one in tables.run.plan}
    told = []
    for item_id in dict.fromkeys(piece.item for piece in verdict.evidence):
        item = planned.get(item_id)
        if isinstance(item, Comparison):
            told.append(f"{item.id}: {_of_comparison(tables, item)}")
        elif isinstance(item, Experiment):
            conditions = formatting.plural(len(item.conditions), "condition")
            launches = formatting.plural(len(tables.seen(item)), "launch")
            told.append(f"{item.id}: {_summary(target, item.probe)}; {conditions} in random order, {launches}.")
    return told


def _of_comparison(tables: Tables, item: Comparison) -> str:
    case, launches = item.case, tables.of(item.id)
    work = f"rounds of {formatting.plural(item.tasks, 'task')} of {case.workload}"
    paired = f"each paired with a round of the same work under {item.reference.strategy}"
    sample = f"{formatting.plural(len(launches), 'launch')}, {formatting.plural(int(launches['pairs'].sum()), 'pair')}"
    control = ", a ceiling control in each launch" if item.ceiling else ""
    return (
        f"{work} under {case.strategy} with {formatting.plural(case.workers, 'worker')}, {paired}; {sample}{control}."
    )


def _summary(target: Target, probe: str) -> str:
    try:
        return target.probe(probe).summary
    except KeyError:
        return "a probe"
