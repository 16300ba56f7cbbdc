"""What the page says of a user's call: the numbers first, then every way to run it as a plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Estimate
from gilbench.report.html.strips import Strip, lay_out_strip
from gilbench.results.tables import Tables
from gilbench.summary.call_advice import CallAdvice
from gilbench.summary.call_lines import lines_of
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.call_ways import WayRow
from gilbench.summary.formatting import percent, short_duration

# Outcome of the advice → the class of its colour, and what it says in a few words.
OUTCOMES = {
    "use": ("proved", "a gain"),
    "serial": ("not-applicable", "no gain"),
    "undecided": ("inconclusive", "not decided"),
}


@dataclass(frozen=True)
class CallNumber:
    """One number about the call, as large letters.

    Attributes:
        question: What it is the number of.
        number: Formatted, with its unit.
        interval: Likewise; empty where it has none.
        slug: The class of its colour; empty for none.
        words: What it says; empty where the number does.
    """

    question: str
    number: str
    interval: str = ""
    slug: str = ""
    words: str = ""


@dataclass(frozen=True)
class WayPlot:
    """One way to run the call; the plots of all of them are on one scale."""

    way: WayRow
    strip: Strip | None
    is_advised: bool


@dataclass(frozen=True)
class CallSection:
    """The call on one target.

    Attributes:
        has_failures: Whether some way could not run it.
    """

    answer: CallAdvice
    numbers: tuple[CallNumber, ...]
    ways: tuple[WayPlot, ...]
    has_failures: bool
    lines: tuple[str, ...]


def call_sections(tables: Tables) -> list[CallSection]:
    """A section for every target on which the call was tried."""
    sections = []
    for answer in call_answers(tables):
        sections.append(
            CallSection(
                answer=answer,
                numbers=tuple(_numbers(answer)),
                ways=tuple(_plots(answer)),
                has_failures=any(way.failed for way in answer.ways),
                lines=tuple(lines_of(answer)),
            )
        )
    return sections


def _numbers(answer: CallAdvice) -> list[CallNumber]:
    """The best way, the share of time with the GIL and without work, how long others wait."""
    numbers = []
    way = answer.best or next(iter(answer.ways), None)
    if way is not None and way.speed is not None:
        slug, words = OUTCOMES[answer.outcome]
        numbers.append(CallNumber(way.name, f"{way.speed:.2f}×", _interval(way.gain), slug, words))
    if answer.holds_gil is not None:
        held = answer.holds_gil
        interval = f"[{percent(held.lo)}, {percent(held.hi)}]"
        numbers.append(CallNumber("Of its time with the GIL", percent(held.center), interval))
    numbers.append(CallNumber("Of its time waiting", percent(answer.waits), "", "", answer.bound))
    if answer.loop_stall_ms is not None:
        stall = short_duration(answer.loop_stall_ms / 1e3)
        numbers.append(CallNumber("An event loop that calls it stands still for", stall))
    return numbers


def _interval(gain: Estimate | None) -> str:
    return "one launch" if gain is None else f"[{gain.lo:.2f}, {gain.hi:.2f}]"


def _plots(answer: CallAdvice) -> list[WayPlot]:
    shown = [_shown(way) for way in answer.ways]
    others: Sequence[Estimate] = [estimate for estimate in shown if estimate is not None]
    plots = []
    for way, estimate in zip(answer.ways, shown, strict=True):
        strip = None
        if estimate is not None:
            strip = lay_out_strip(estimate, (), others, marks=(1.0,))
        plots.append(WayPlot(way, strip, way == answer.best))
    return plots


def _shown(way: WayRow) -> Estimate | None:
    """The gain; a point without an interval where one launch measured it."""
    if way.gain is not None or way.speed is None:
        return way.gain
    return Estimate(way.speed, way.speed, way.speed, "×", 1, 0.95)
