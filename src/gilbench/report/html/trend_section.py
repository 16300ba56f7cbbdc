"""The section of the page that shows a run together with the runs before it in its folder."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gilbench.model import Run
from gilbench.report import trend_png
from gilbench.results import history
from gilbench.results.fleet_folder import is_fleet
from gilbench.summary.trend import Trend, find_trend, step_in_words, trend_in_words


@dataclass(frozen=True)
class TrendSection:
    """The variables of ``trend.html.j2``.

    Attributes:
        earlier: How many runs came before.
        summary: What is certain, in a sentence.
        png: The figure's file.
        alt: The figure in words.
        changes: A clause for each verdict that flipped and each step.
    """

    earlier: int
    summary: str
    png: bytes
    alt: str
    changes: Sequence[str]

    @property
    def data_uri(self) -> str:
        """The PNG as the value of a ``src`` attribute."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the PNG's header."""
        return int.from_bytes(self.png[16:20]), int.from_bytes(self.png[20:24])


def find_trend_section(folder: Path, run: Run) -> TrendSection | None:
    """The section for a run whose verdicts and summary are written.

    Runs that began later are left out, so that a run's report does not depend on what is measured
    after it.

    Args:
        folder: The run's folder.
        run: The run.

    Returns:
        None if no earlier run is comparable, and for a host of a fleet: its neighbours are other
        hosts, not earlier runs.
    """
    if is_fleet(folder.parent.parent):
        return None
    trend = find_trend(history.read(folder.parent, until=run), only=run)
    png = trend_png.draw(trend)
    if png is None:
        return None
    runs: set[str] = set()
    for line in trend.lines:
        runs.update(point.run for point in line.points)
    return TrendSection(
        earlier=len(runs - {run.id}),
        summary=trend_in_words(trend),
        png=png,
        alt=trend_png.in_words(trend),
        changes=_changes(trend),
    )


def _changes(trend: Trend) -> list[str]:
    changes = []
    for flip in trend.flips:
        changes.append(f"{flip.claim} on {flip.target} changed from {flip.before} to {flip.after}")
    for line in trend.stepped:
        changes += [f"{line.name}: {step_in_words(mark, line.unit)}" for mark in line.marks]
    return changes
