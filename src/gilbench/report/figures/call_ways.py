"""What each way to run a user's call gained over one call after another."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from gilbench.model import Verdict
from gilbench.report.drawing import style
from gilbench.report.figures import Chart
from gilbench.results.tables import Tables
from gilbench.summary.call_advice import CallAdvice
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.call_ways import WayRow

ROW_IN, WIDTH_IN, RIGHT_IN, ABOVE_IN, BELOW_IN = 0.22, 4.6, 1.5, 0.1, 0.5
LEAST = 1 / 64  # the axis ends there, however slow a way is


def _rows(tables: Tables) -> list[tuple[CallAdvice, WayRow]]:
    rows = []
    for answer in call_answers(tables):
        rows += [(answer, row) for row in answer.ways if row.speed is not None]
    return rows


def draw(tables: Tables, verdicts: Sequence[Verdict]) -> Figure | None:
    rows = _rows(tables)
    if not rows:
        return None
    several = len(tables.run.targets) > 1
    names = []
    for answer, row in rows:
        names.append(f"{row.name} ({answer.where})" if several else row.name)
    left_in, height_in = 0.15 + max(map(style.text_in, names)), ROW_IN * len(rows)
    figure = style.new_figure(left_in + WIDTH_IN + RIGHT_IN, ABOVE_IN + height_in + BELOW_IN)
    axes = style.add_axes(figure, left_in, ABOVE_IN, WIDTH_IN, height_in)
    style.name_rows(axes, names)
    style.below(axes, "times as fast as one call after another")
    axes.set_xscale("log", base=2)
    ends = [1.0]
    for _, row in rows:
        ends += [row.speed or 1.0] if row.gain is None else [row.gain.lo, row.gain.hi]
    axes.set_xlim(max(LEAST, 0.9 * min(0.5, *ends)), 1.1 * max(2.2, *ends))
    axes.xaxis.set_major_formatter("{x:g}×")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.axvline(1, color=style.QUIET, linewidth=0.8, zorder=1)
    for place, (answer, row) in enumerate(rows):
        colour = style.VERMILION if row == answer.best else style.QUIET
        if row.gain is not None:
            axes.plot([row.gain.lo, row.gain.hi], [place, place], color=colour, linewidth=1.8)
        axes.scatter([row.speed or 0.0], [place], s=17, color=colour, linewidths=0, zorder=3)
        axes.annotate(
            row.result,
            (1, place),
            xytext=(4, 0),
            textcoords="offset points",
            xycoords=axes.get_yaxis_transform(),
            va="center",
            fontsize=style.TINY,
            color=style.darker(colour),
            annotation_clip=False,
        )
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
