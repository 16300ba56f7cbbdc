"""Draws every chart of a run, as markup for the page and as PNG files.

It uses several processes where the platform can fork.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from gilbench.measure import leftovers
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.model import Verdict
from gilbench.plan.call_plan import PROFILE
from gilbench.plugins.entry_points import Plugin, guarded, leave_out, plugins_left_out
from gilbench.report import social_card
from gilbench.report.drawing import png, svg
from gilbench.report.drawing.svg import Markup
from gilbench.report.figures import Chart, charts, find_chart
from gilbench.results.files import make_folder, write_file
from gilbench.results.forks import fork_warning_ignored, forks_at_once
from gilbench.results.tables import Tables

SOCIAL = "social"
MOST_PROCESSES = 4  # a dozen figures are not worth more


@dataclass(frozen=True)
class RenderedChart:
    """A chart as it was drawn for one run.

    Attributes:
        stem: The chart's name, and that of its file.
        title: Its heading on the page.
        caption: How to read it.
        markup: The drawing.
        alt: What it shows, in words.
        opens: Whether it stands above the verdicts.
    """

    stem: str
    title: str
    caption: str
    markup: Markup
    alt: str
    opens: bool = False


@dataclass(frozen=True)
class DrawingJob:
    """What each figure is drawn from, and where its files go."""

    folder: Path
    tables: Tables
    verdicts: Sequence[Verdict]

    def draw(self, stem: str) -> RenderedChart | None:
        """Draw one chart, or the run's social card, and write its files.

        Returns:
            None if the run has nothing for the chart; files of an earlier report are removed then.
        """
        if stem == social_card.STEM:
            self._write(self._path(stem), social_card.render(self.tables, self.verdicts))
            return None
        chart = find_chart(stem).for_run(self.tables)
        if chart.plugin is None:
            return self._rendered(chart)
        try:
            return guarded(chart.plugin, self._rendered, None)(chart)
        finally:
            if chart.plugin in plugins_left_out():
                self._write(self._path(stem), None)
                self._write(self._path(stem, SOCIAL), None)

    def _rendered(self, chart: Chart) -> RenderedChart | None:
        from matplotlib.figure import Figure

        stem = chart.stem
        path, card_path = self._path(stem), self._path(stem, SOCIAL)
        figure = chart.draw(self.tables, self.verdicts)
        if figure is None:
            self._write(path, None)
            self._write(card_path, None)
            return None
        if not isinstance(figure, Figure):
            raise TypeError(f"it draws a {type(figure).__name__}; draw a Figure of matplotlib")
        markup = svg.inline(figure, stem)
        image = png.image(figure)
        self._write(path, png.encoded(image))
        card = png.social(image, chart.title)
        self._write(card_path, None if card is None else png.encoded(card))
        alt = str(chart.alt(self.tables, self.verdicts))
        return RenderedChart(stem, chart.title, chart.caption, markup, alt, chart.opens)

    def _path(self, stem: str, subfolder: str = "") -> Path:
        return self.folder / subfolder / f"{stem}.png"

    @staticmethod
    def _write(path: Path, data: bytes | None) -> None:
        if data is None:
            path.unlink(missing_ok=True)
        else:
            write_file(path, data)


def draw_all(folder: Path, tables: Tables, verdicts: Sequence[Verdict]) -> list[RenderedChart]:
    """Draw every chart of a run, and its social card, into files.

    Args:
        folder: Where the files go; it is created if it is missing.
        tables: What was measured.
        verdicts: What was decided.

    Returns:
        Every chart that has something to show, in the order of the report.
    """
    make_folder(folder)
    make_folder(folder / SOCIAL)
    shown = charts(of_call=tables.run.profile == PROFILE)
    stems = [*(chart.stem for chart in shown), social_card.STEM]
    drawn = _drawn(DrawingJob(folder, tables, verdicts), stems)
    return [chart for chart in drawn if chart is not None]


_job: DrawingJob | None = None  # of a forked process, which inherits what is slow to be sent


def _begin(job: DrawingJob, parent: int) -> None:
    global _job  # noqa: PLW0603 - one process, one job
    INTERRUPTS.ignore()  # an interrupt of the terminal is the parent's business
    leftovers.die_with(parent)
    _job = job


def _draw(stem: str) -> tuple[RenderedChart | None, dict[Plugin, str]]:
    """Draw one chart in a forked process; returns the plugins too that it left out."""
    assert _job is not None
    return _job.draw(stem), plugins_left_out()


def _drawn(job: DrawingJob, stems: Sequence[str]) -> Sequence[RenderedChart | None]:
    """The charts, drawn in several processes where that is possible."""
    processes = forks_at_once(MOST_PROCESSES)
    if processes > 1:
        # OSError: no semaphores, since /dev/shm is full, read-only or not there. Broken: a process
        # was killed. What is wrong with a chart or its files shows again here.
        with suppress(OSError, BrokenExecutor), _open_pool(job, processes) as pool:
            charts_drawn = []
            with INTERRUPTS:  # Python ignores what is raised by the handler of a signal in a fork
                drawn = pool.map(_draw, stems)
            for chart, left_out in drawn:
                charts_drawn.append(chart)
                for plugin, reason in left_out.items():
                    leave_out(plugin, reason)
            return charts_drawn
    return [job.draw(stem) for stem in stems]


@contextmanager
def _open_pool(job: DrawingJob, processes: int) -> Iterator[ProcessPoolExecutor]:
    with fork_warning_ignored():
        pool = ProcessPoolExecutor(
            processes,
            mp_context=get_context("fork"),
            initializer=_begin,
            initargs=(job, os.getpid()),
        )
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)
