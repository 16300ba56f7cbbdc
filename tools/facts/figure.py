"""A claim's figure: one row per interpreter, its interval over the ground on which the claim is proved or refuted.

It is written as SVG by hand: five rows do not need a plotting library, and 70 such files stay small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tools.facts.journals import Fact

from gilbench.model import Bound, Estimate, Label
from gilbench.report.drawing import style
from gilbench.report.drawing.regions import regions
from gilbench.summary import formatting

WIDTH, ROW, TOP, FOOT = 620, 24, 6, 22
LEFT, RIGHT = 122, 400  # of the plot
ROOM = 14  # at either end of it
MOST_DECADES = 4.0  # of a scale of ratios; intervals are cut where they extend further
QUIET_WORDS = {
    Label.NOT_APPLICABLE: "does not apply",
    Label.INCONCLUSIVE: "undecided",
    Label.VOID: "void",
}


@dataclass(frozen=True)
class Scale:
    """From a value to its place across the figure.

    Attributes:
        low, high: The ends, as logarithms where ``is_log``.
        is_log: Whether ratios keep their distance.
    """

    low: float
    high: float
    is_log: bool

    def place(self, value: float) -> float:
        """The place of a value; of one that lies outside, the edge of the plot."""
        at = _log(value) if self.is_log else value
        if at > self.high:
            return RIGHT
        if at < self.low or math.isnan(at):
            return LEFT
        share = (at - self.low) / (self.high - self.low)
        return LEFT + ROOM + share * (RIGHT - LEFT - 2 * ROOM)


def _log(value: float) -> float:
    return math.log10(value) if value > 0 else -math.inf


def scale_of(estimates: Sequence[Estimate], bounds: Sequence[Bound]) -> Scale | None:
    """A scale on which every estimate and bound can be seen; None where there is nothing finite."""
    values = [each.center for each in estimates] + [bound.value for bound in bounds]
    values = [value for value in values if math.isfinite(value)]
    if not values:
        return None
    is_log = all(each.unit == "×" for each in estimates) and min(values) > 0
    convert = _log if is_log else float
    marks = [convert(value) for value in values]
    ends = [convert(end) for each in estimates for end in (each.lo, each.hi)]
    spread = max(max(marks) - min(marks), 0.05 if is_log else 1e-9)
    finite = [end for end in ends if math.isfinite(end)]
    low = max(min(marks + finite), min(marks) - spread)
    high = min(max(marks + finite), max(marks) + spread)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    return Scale(max(low, high - MOST_DECADES) if is_log else low, high, is_log)


def draw(facts: Sequence[Fact], label: str) -> str:
    """The figure of a claim.

    Args:
        facts: One per interpreter, in the order of the rows.
        label: What the figure says, for those who do not see it.
    """
    shown = [fact.verdict for fact in facts if fact.verdict.estimate is not None]
    bounds = {fact.python: _bounds(fact) for fact in facts}
    scale = scale_of(
        [verdict.estimate for verdict in shown if verdict.estimate is not None],
        [bound for each in bounds.values() for bound in each],
    )
    height = TOP + ROW * len(facts) + FOOT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(label, quote=True)}" font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" rx="4" fill="#fff"/>',
    ]
    for index, fact in enumerate(facts):
        lines += _row(fact, TOP + ROW * index, scale, bounds[fact.python])
    if scale is not None:
        lines += _ticks(scale, bounds, TOP + ROW * len(facts))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bounds(fact: Fact) -> tuple[Bound, ...]:
    """The bounds of the quantity that is drawn; none where another one decided."""
    verdict = fact.verdict
    for evidence in verdict.evidence:
        if evidence.estimate == verdict.estimate:
            return verdict.bounds_of(evidence.quantity)
    return ()


def _row(fact: Fact, top: float, scale: Scale | None, bounds: Sequence[Bound]) -> list[str]:
    verdict, centre_y = fact.verdict, top + ROW / 2
    colour = formatting.OUTCOME_COLOURS[verdict.label]
    lines = [_text(8, centre_y, fact.python.replace("free-threaded", "no GIL"), style.INK)]
    if scale is not None and verdict.estimate is not None:
        for region in regions(bounds, scale.place, LEFT, RIGHT):
            fill = style.PROVES if region.proves else style.REFUTES
            lines.append(
                f'<rect x="{region.left:.1f}" y="{top + 2}" width="{region.right - region.left:.1f}"'
                f' height="{ROW - 4}" fill="{fill}"/>'
            )
        lo, hi = scale.place(verdict.estimate.lo), scale.place(verdict.estimate.hi)
        center = scale.place(verdict.estimate.center)
        lines.append(
            f'<path d="M{lo:.1f} {centre_y}H{hi:.1f}" stroke="{colour}" stroke-width="3"/>'
            f'<circle cx="{center:.1f}" cy="{centre_y}" r="4.5" fill="{colour}"/>'
        )
    symbol, _, words = in_words(fact).partition(" ")
    lines.append(_text(RIGHT + 10, centre_y, symbol, colour))
    lines.append(_text(RIGHT + 28, centre_y, words, style.INK))
    return lines


def in_words(fact: Fact) -> str:
    """``✓ 1.84× [1.81, 1.88]``, or why there is no number."""
    label, estimate = fact.verdict.label, fact.verdict.estimate
    symbol = formatting.SYMBOLS[label]
    if estimate is None or label == Label.NOT_APPLICABLE:
        return f"{symbol} {QUIET_WORDS.get(label, label.value.lower())}"
    return f"{symbol} {formatting.effect(estimate)}"


def _ticks(scale: Scale, bounds: dict[str, tuple[Bound, ...]], top: float) -> list[str]:
    """The bounds by their values, those that would overlap left out."""
    values = sorted({bound.value for each in bounds.values() for bound in each})
    lines, last = [], -math.inf
    for value in values:
        x, words = scale.place(value), f"{value:.3g}"
        lines.append(f'<path d="M{x:.1f} {TOP}V{top}" stroke="{style.QUIET}" stroke-width=".6"/>')
        if x - last > 6 * (len(words) + 1):
            lines.append(_text(x, top + 10, words, style.QUIET, anchor="middle"))
            last = x
    return lines


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y + 4.5:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'
