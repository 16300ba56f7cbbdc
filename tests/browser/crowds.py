"""The figures of runs that crowd them, on a page that has nothing else: many targets, one core, many cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gilbench.claims.judging import judge_claims
from gilbench.model import CoresSample, Record, Verdict
from gilbench.report.drawing import svg
from gilbench.report.figures import charts
from gilbench.results import tables
from gilbench.results.tables import Tables
from tests.synthetic import World, make_run
from tests.synthetic_targets import EIGHT, of_targets, one_after_the_other

CORES = (1, 64, 192)
FONT = 'text { font-family: "DejaVu Sans", Verdana, sans-serif; }'


def crowds() -> Iterator[tuple[str, Tables]]:
    """Each run that was never measured, with its name."""
    run, records = of_targets(EIGHT, launches=2)
    yield "8-targets", tables.build(run, records, _timeline(2, records))
    for cores in CORES:
        world = World(cores=cores, launches=2)
        run = make_run(world.plan(), targets=world.targets, host=world.host)
        records = one_after_the_other(world.records())
        yield f"{cores}-cores", tables.build(run, records, _timeline(cores, records))


def _timeline(cores: int, records: Sequence[Record]) -> list[CoresSample]:
    """Samples over the whole run."""
    lasts_s = max(getattr(record, "began_s", 0.0) for record in records)
    return [CoresSample(tick * lasts_s / 20, (0.75,) * cores) for tick in range(21)]


def figures_page() -> str:
    """Every figure of each of these runs, in the size that it has on a wide page."""
    parts = []
    for name, measured in crowds():
        parts += _figures(name, measured, judge_claims(measured))
    return f"<!doctype html><meta charset=utf-8><style>{FONT}</style>{''.join(parts)}"


def _figures(name: str, measured: Tables, verdicts: list[Verdict]) -> Iterator[str]:
    for chart in charts():
        figure = chart.for_run(measured).draw(measured, verdicts)
        if figure is not None:
            drawn = svg.inline(figure, f"{chart.stem}-{name}")
            size = f'width="{drawn.width * 1.5}" height="{drawn.height * 1.5}"'
            box = f'viewBox="0 0 {drawn.width} {drawn.height}"'
            yield (
                f'<figure><svg class="chart" id="{chart.stem}-{name}" {box} {size}>'
                f"{drawn.body}</svg></figure>"
            )
