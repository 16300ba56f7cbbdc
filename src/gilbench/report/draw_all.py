"""Draws every chart of a run, as markup for the page and as PNG files, on all cores where the platform can fork."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from gilbench.model import Verdict
from gilbench.report import social_card
from gilbench.report.drawing import png, svg
from gilbench.report.drawing.svg import Markup
from gilbench.report.figures import charts
from gilbench.results.tables import Tables

SOCIAL = "social"
MOST_HANDS = 4  # a dozen figures are not worth more


@dataclass(frozen=True)
class Printed:
    """A chart as it came out for this run, and what it shows in words."""

    stem: str
    markup: Markup
    alt: str


@dataclass(frozen=True)
class Job:
    """What each figure is drawn from, and where its files go."""

    folder: Path
    tables: Tables
    verdicts: Sequence[Verdict]

    def draw(self, stem: str) -> Printed | None:
        """Draw one chart, or the run's card, and write its files; remove those of an earlier report where there is
        nothing to show now."""
        if stem == social_card.STEM:
            _write(self.folder / f"{stem}.png", social_card.render(self.tables, self.verdicts))
            return None
        chart = next(one for one in charts() if one.stem == stem).for_run(self.tables)
        path, social = (folder / f"{stem}.png" for folder in (self.folder, self.folder / SOCIAL))
        figure = chart.draw(self.tables, self.verdicts)
        if figure is None:
            path.unlink(missing_ok=True)
            social.unlink(missing_ok=True)
            return None
        markup = svg.inline(figure, stem)
        image = png.image(figure)
        path.write_bytes(png.encoded(image))
        card = png.social(image, chart.title)
        _write(social, None if card is None else png.encoded(card))
        return Printed(stem, markup, chart.alt(self.tables, self.verdicts))


def _write(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(data)


def draw_all(folder: Path, tables: Tables, verdicts: Sequence[Verdict]) -> list[Printed]:
    """Every chart that has something to show, in the order of the report; the card is made beside them."""
    (folder / SOCIAL).mkdir(parents=True, exist_ok=True)
    with _hands(Job(folder, tables, verdicts)) as each:
        return [
            one
            for one in each([*(chart.stem for chart in charts()), social_card.STEM])
            if one is not None
        ]


_job: Job | None = None  # of a forked hand, which inherits what it would take long to be sent


def _take_up(job: Job) -> None:
    global _job  # noqa: PLW0603 - one process, one job
    _job = job


def _draw(stem: str) -> Printed | None:
    assert _job is not None
    return _job.draw(stem)


@contextmanager
def _hands(job: Job) -> Iterator[Callable[[Iterable[str]], Iterator[Printed | None]]]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if (
        cores == 1 or sys.platform != "linux"
    ):  # elsewhere the fork of a process with libraries like these may crash
        yield lambda stems: map(job.draw, stems)
        return
    with warnings.catch_warnings():
        # From 3.12 on a fork beside threads is warned of. Those of the linear algebra library hold no lock of ours.
        warnings.filterwarnings("ignore", ".*multi-threaded.*fork", DeprecationWarning)
        pool = ProcessPoolExecutor(
            min(cores, MOST_HANDS),
            mp_context=get_context("fork"),
            initializer=_take_up,
            initargs=(job,),
        )
        with pool:
            yield lambda stems: pool.map(_draw, stems)
