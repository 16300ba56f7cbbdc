"""How numbers and outcomes are written, the same on the page, in Markdown and in the terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from gilbench.model import Ground, Label, Outcome

if TYPE_CHECKING:
    from gilbench.model import Estimate

# Of outcomes and labels, which compare equal by their words
SYMBOLS: dict[str, str] = {
    Outcome.PROVED: "✓",
    Label.HELD: "●",
    Outcome.REFUTED: "✗",
    Outcome.INCONCLUSIVE: "?",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.VOID: "∅",
}
# Okabe and Ito (2008), told apart by readers with any kind of colour vision.
OUTCOME_COLOURS: dict[str, str] = {
    Outcome.PROVED: "#009E73",
    Label.HELD: "#0072B2",
    Outcome.REFUTED: "#D55E00",
    Outcome.INCONCLUSIVE: "#8A6D00",
    Outcome.NOT_APPLICABLE: "#6B7280",
    Outcome.VOID: "#A64D79",
}
# What a decision rests on, for readers
GROUNDS = {
    Ground.MEASUREMENT: (
        "It rests on measurement: what decides lies beyond its bound with the certainty that all "
        "claims of a run share"
    ),
    Ground.EVERY_TRIAL: (
        "It rests on trials without an exception: that is how it was in each of them, and rare "
        "exceptions are not excluded"
    ),
    Ground.SIGHTING: "It rests on a sighting: what was seen once has happened",
}
COUNT_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
FAMILIAR_UNITS = {"×", " cores", ""}  # ratios and counts of cores have two decimals
USUAL_DECIMALS = 2
MOST_DECIMALS = 6
# What a disturbed host does to the verdicts, said once for all of its warnings.
EFFECT_OF_WARNINGS = "No verdict turns by it: what lacks cores stays undecided."
# The space at which no line ends: the number would stand on one line and its unit on the next.
BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|[mµn]s\b|[KM]iB\b)")


def count(number: int) -> str:
    """A small number as a word: ``two``; beyond twelve in digits."""
    return COUNT_WORDS[number] if 0 <= number < len(COUNT_WORDS) else str(number)


def plural(number: int, noun: str) -> str:
    """``1 launch``, ``4 launches``."""
    ending = "es" if noun.endswith(("ch", "s", "sh", "x")) else "s"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{ending}"


def fixed(value: float, decimals: int = USUAL_DECIMALS) -> str:
    """A number with a true minus sign, and never minus zero."""
    return f"{value:z.{decimals}f}".replace("-", "−")


def percent(share: float, decimals: int = 0) -> str:
    """``43 %`` of a share from 0 to 1."""
    return f"{fixed(100 * share, decimals)} %"


def share_interval(share: Estimate) -> str:
    """``43 % [40 %, 47 %]``; without the brackets where there is no interval."""
    if share.lo is None or share.hi is None:
        return percent(share.center)
    return f"{percent(share.center)} [{percent(share.lo)}, {percent(share.hi)}]"


def milliseconds(value: float) -> str:
    """``0.7 ms``, ``12 ms``: one decimal below 3."""
    return f"{fixed(value, 0 if value >= 3 else 1)} ms"


def interval(
    center: float, lo: float | None, hi: float | None, unit: str, outside: float | None = None
) -> str:
    """``1.42× [1.37, 1.48]``; without the brackets where there is no interval.

    Args:
        center: The estimate.
        lo: The lower end of its interval.
        hi: The upper end.
        unit: What is written after the estimate.
        outside: A value beyond the interval, which no end is rounded to.
    """
    known = [abs(value) for value in (center, lo, hi) if value is not None]
    decimals = _decimals(max(known), unit)
    if lo is None or hi is None:
        return f"{fixed(center, decimals)}{unit}"
    if outside is not None:
        while decimals < MOST_DECIMALS and outside in (round(lo, decimals), round(hi, decimals)):
            decimals += 1
    return f"{fixed(center, decimals)}{unit} [{fixed(lo, decimals)}, {fixed(hi, decimals)}]"


def number(value: float, unit: str) -> str:
    """``1.42×``, with as many decimals as an interval of that size has."""
    return f"{fixed(value, _decimals(abs(value), unit))}{unit}"


def effect(estimate: Estimate | None) -> str:
    """An estimate with its interval, a share of trials as a count; an en dash for None."""
    if estimate is not None and estimate.sample == "trial":
        return str(estimate)
    return interval(estimate.center, estimate.lo, estimate.hi, estimate.unit) if estimate else "–"


def _decimals(largest: float, unit: str) -> int:
    """Two for ratios and cores; three significant figures for quantities of any size."""
    if unit in FAMILIAR_UNITS or largest == 0 or not math.isfinite(largest):
        return USUAL_DECIMALS
    return max(0, USUAL_DECIMALS - math.floor(math.log10(largest)))


def bearing(as_expected: bool | None) -> str:
    """Whether a verdict is what the ledger expected, in words."""
    if as_expected is None:
        return "nothing to compare"
    return "as expected" if as_expected else "not as expected"


def meaning(text: str, labels: Collection[Label]) -> str:
    """What the outcomes of a claim mean, with HELD in place of PROVED where it held.

    Args:
        text: As the claim has it.
        labels: How the claim turned out.
    """
    return text.replace(Label.PROVED, Label.HELD) if Label.HELD in labels else text


def listed(parts: list[str], joint: str = "and") -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def duration(seconds: float) -> str:
    """``4 min 42 s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def short_duration(seconds: float) -> str:
    """``1.2 ms``: three digits in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns" if seconds else "no time"
