"""The page of a fleet: its hosts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model.fleets import Fleet
from gilbench.report.draw_all import RenderedChart
from gilbench.report.drawing import host_curves, svg
from gilbench.report.html.environment import compacted, environment, shared_context
from gilbench.report.html.side_by_side import outcome_counts
from gilbench.summary import host_differences
from gilbench.summary.fleet import HostColumn, claim_rows
from gilbench.summary.formatting import duration

MOST_COLUMNS = 24  # of a table; the hosts of a larger fleet are counted by outcome
MOST_ROWS = 60  # of differences and spreads
STEM = "hosts"
CAPTION = (
    "Each panel is a workload under a strategy, each line a host; bars are 95 % intervals over "
    "launches within the host. Both axes double from tick to tick; the level line is serial code "
    "on the same host."
)


def render(fleet: Fleet, columns: Sequence[HostColumn], *, has_pages: bool = True) -> str:
    """The page's text; everything that comes from the hosts is escaped.

    Args:
        fleet: What ``fleet.json`` says.
        columns: Every target of every host that has measured something.
        has_pages: Whether each of these hosts has a report to link to.
    """
    drawn = _charts(columns)
    markups, figure_styles = svg.with_shared_styles([chart.markup for chart in drawn])
    charts = [replace(chart, markup=markup) for chart, markup in zip(drawn, markups, strict=True)]
    differences = host_differences.differences(columns)
    spreads = host_differences.spreads(columns)
    shown = columns if len(columns) <= MOST_COLUMNS else []
    verdicts = [verdict for column in columns for verdict in column.verdicts.values()]
    claims = claim_rows(verdicts)
    page = environment().get_template("fleet.html.j2").render(
        **shared_context(drawn),
        fleet=fleet,
        with_pages={column.host.name for column in columns} if has_pages else set(),
        columns=shown,
        several_targets=len({column.target for column in columns}) > 1,
        facts=_facts_of(shown),
        duration=duration(fleet.elapsed_s),
        outcomes=[outcome_counts(column.verdicts.values()) for column in shown],
        complete=sum(host.status == "complete" for host in fleet.hosts),
        claims=[row for row in claims if row.applies],
        not_asked=[row for row in claims if not row.applies],
        differences=differences[:MOST_ROWS],
        more_differences=max(0, len(differences) - MOST_ROWS),
        certain_from=host_differences.certain_from(columns),
        spreads=spreads[:MOST_ROWS],
        confidence=SHOWN_CONFIDENCE,
        charts=charts,
        figure_styles=figure_styles,
        shared_machines=_shared_machines(fleet),
    )  # fmt: skip
    return compacted(page)


def _facts_of(columns: Sequence[HostColumn]) -> list[tuple[str, list[str]]]:
    """Each fact's name, and what it is in every column."""
    if not columns:
        return []
    names = [name for name, _ in columns[0].facts]
    values = zip(*([value for _, value in column.facts] for column in columns), strict=True)
    return [(name, list(row)) for name, row in zip(names, values, strict=True)]


def _charts(columns: Sequence[HostColumn]) -> list[RenderedChart]:
    """The figures of the page."""
    figure = host_curves.draw(columns)
    if figure is None:
        return []
    alt = host_curves.alt(columns)
    return [RenderedChart(STEM, "Speedup by host", CAPTION, svg.inline(figure, STEM), alt)]


def _shared_machines(fleet: Fleet) -> list[str]:
    """The names of the hosts that share a machine, one line per machine."""
    by_machine: dict[str, list[str]] = {}
    for host in fleet.hosts:
        if host.facts is not None:
            by_machine.setdefault(host.facts.machine, []).append(host.name)
    return [", ".join(names) for names in by_machine.values() if len(names) > 1]
