"""What each way to run a user's call gained over one call after another."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from gilbench.model import Verdict
from gilbench.report.drawing import style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.call_ways import WayRow
from gilbench.summary.own_call import CallAdvice

ROW_IN, MARGIN_IN, WIDTH_IN = 0.32, 1.0, 7.0


def _rows(tables: Tables) -> list[tuple[CallAdvice, WayRow]]:
    rows = []
    for answer in call_answers(tables):
        rows += [(answer, row) for row in answer.ways if row.speed is not None]
    return rows


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    rows = _rows(tables)
    if not rows:
        return None
    figure = Figure(figsize=(WIDTH_IN, MARGIN_IN + ROW_IN * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    several = len(tables.run.targets) > 1
    names = []
    for place, (answer, row) in enumerate(rows):
        colour = style.VERMILION if row == answer.best else style.QUIET
        axes.plot(row.speed or 0.0, place, "o", color=colour)
        if row.gain is not None:
            axes.plot([row.gain.lo, row.gain.hi], [place, place], color=colour)
        names.append(f"{row.name} ({answer.target})" if several else row.name)
    axes.axvline(1, color=style.QUIET, linewidth=0.7)
    axes.set_xscale("log", base=2)
    most = max(row.speed or 1.0 for _, row in rows)
    axes.set_xlim(0.25, max(2.5, 1.5 * most))
    axes.xaxis.set_major_formatter("{x:g}×")
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    return figure


def alt(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    sentences = [f"{row.name}: {row.result}." for _, row in _rows(tables)]
    return style.alt_text("Gain over one call after another.", sentences)


CHART = Chart(
    title="Ways to run the call",
    stem="call-ways",
    caption=(
        "How many times as fast as one call after another each way ran the call, "
        "with 95 % intervals "
        "over launches; a point without one was measured in one launch. What processes hand over "
        "and "
        "back is pickled and part of it; starting the workers is not. The advised way is in colour."
    ),
    draw=draw,
    alt=alt,
    order=5,
    of_call=True,
)
