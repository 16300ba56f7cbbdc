"""The part of the page that shows a run beside the runs before it in its folder."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gilbench.model import Run
from gilbench.report import trend_png
from gilbench.results import history
from gilbench.summary.trend import Trend, find_trend, step_in_words, trend_in_words


@dataclass(frozen=True)
class Section:
    """What ``trend.html.j2`` sets: how many runs came before, the figure, and what stepped or flipped, in words."""

    earlier: int
    summary: str
    png: bytes
    alt: str
    changes: Sequence[str]

    @property
    def data_uri(self) -> str:
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the PNG's header."""
        return int.from_bytes(self.png[16:20]), int.from_bytes(self.png[20:24])


def make(folder: Path, run: Run) -> Section | None:
    """The section of a run whose verdicts and summary are written; None where nothing before it can stand beside it.

    Runs begun later are left out, so that the report of a run does not change with what is measured after it.
    """
    trend = find_trend(history.read(folder.parent, until=run), only=run)
    png = trend_png.draw(trend)
    if png is None:
        return None
    earlier = {point.run for line in trend.lines for point in line.points} - {run.id}
    return Section(
        len(earlier), trend_in_words(trend), png, trend_png.in_words(trend), _changes(trend)
    )


def _changes(trend: Trend) -> list[str]:
    flips = [
        f"{one.claim} on {one.target} turned from {one.before} to {one.after}"
        for one in trend.flips
    ]
    return flips + [
        f"{line.name}: {step_in_words(mark, line.unit)}"
        for line in trend.stepped
        for mark in line.marks
    ]
