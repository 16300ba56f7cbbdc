"""Worlds that were never measured, as figures are given them: their tables and verdicts."""

from tests.synthetic import make_run

from gilbench.claims.judging import judge_claims
from gilbench.model import CoresSample
from gilbench.report.drawing import png
from gilbench.report.figures import charts
from gilbench.results import tables

# Figures of experiments, by the probes that they show.
PROBES = {
    "channels": {"messages"},
    "latency": {"wakeup"},
    "locks": {"locking", "counting"},
    "release": {"release-sweep"},
    "start-cost": {"start"},
    "switching": {"switching"},
    "turns": {"turns"},
}


def png_of(figure):
    return png.encoded(png.image(figure))


def chart_of(stem):
    return next(chart for chart in charts() if chart.stem == stem)


def seen(world, busy=(0.75, 0.25)):
    """A world's tables, with a timeline, and their verdicts."""
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    found = tables.build(run, world.records(), [CoresSample(tick / 20, busy) for tick in range(20)])
    return found, judge_claims(found)
