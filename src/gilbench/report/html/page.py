"""``report.html``: one self-contained page.

Python prepares the contents, templates lay them out.
"""

from __future__ import annotations

import base64
import gzip
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gilbench.analysis.location import TRIM
from gilbench.claims.margins import ALPHA, GAIN, GUARD_CONFIDENCE
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import Failure, Host, Label, Run, Verdict
from gilbench.report.draw_all import RenderedChart
from gilbench.report.drawing import svg
from gilbench.report.html import board, call_section, opening
from gilbench.report.html.board import BoardEntry
from gilbench.report.html.environment import compacted, environment, shared_context
from gilbench.report.html.families import target_boards
from gilbench.report.html.trend_section import TrendSection
from gilbench.results import folder as layout
from gilbench.results.tables import Tables
from gilbench.summary import (
    cases,
    controls,
    evidence,
    formatting,
    speedup_grid,
    target_pairs,
    without_gil,
)
from gilbench.summary.columns import page_columns


@dataclass(frozen=True)
class Download:
    """A file of the run's folder that the page embeds, at a ``data:`` address."""

    name: str
    size_bytes: int
    address: str


def render(
    tables: Tables,
    verdicts: Sequence[Verdict],
    charts: Sequence[RenderedChart],
    files: dict[str, str],
    trend: TrendSection | None = None,
) -> str:
    """The page's text; everything that comes from the run is escaped.

    Args:
        tables: What was measured.
        verdicts: What was decided, in the order of ``verdicts.json``.
        charts: The figures, in the order of the page.
        files: The text of each file that the page embeds, by its name.
        trend: What the runs before it in its folder say; None if there are none like it.
    """
    context = (
        shared_context(charts)
        | opening.opening(tables, verdicts)
        | _board(tables, verdicts)
        | _tables(tables, verdicts)
        | _method(tables)
    )
    markups, figure_styles = svg.with_shared_styles([chart.markup for chart in charts])
    charts = [replace(chart, markup=markup) for chart, markup in zip(charts, markups, strict=True)]
    page = environment().get_template("page.html.j2").render(
        **context,
        run=tables.run,
        figure_styles=figure_styles,
        several_targets=len(tables.run.targets) > 1,
        charts=charts,
        opening_charts=[chart for chart in charts if chart.opens],
        other_charts=[chart for chart in charts if not chart.opens],
        trend=trend,
        files=layout,
        downloads=[_download(name, text) for name, text in files.items()],
    )  # fmt: skip
    return compacted(page)


def _board(tables: Tables, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Variables of ``board.html.j2``, and the open claims of ``method.html.j2``."""
    entries = board.entries(tables, verdicts)
    anchors = {entry.place: entry.anchor for entry in entries}
    undecided = []
    for entry in entries:
        if entry.verdict.verdict.is_open and not entry.verdict.is_unmeasured:
            undecided.append(entry)
    labels = Counter(verdict.label for verdict in verdicts)
    return {
        "anchors": anchors,
        "board": target_boards(tables.run, entries),
        "undecided": _by_target(tables.run, undecided),
        "families": sorted({entry.family for entry in entries}),
        "tally": [(label, labels[label]) for label in Label],
        "surprises": sum(verdict.as_expected is False for verdict in verdicts),
    }


def _tables(tables: Tables, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Variables of ``tables.html.j2``, and of the comparisons of targets."""
    case_rows = cases.rows(tables)
    return {
        "call_sections": call_section.call_sections(tables),
        "without_gil": without_gil.without_gil(tables, verdicts),
        "target_pairs": target_pairs.target_pairs(tables),
        "grids": speedup_grid.speedup_grids(tables, case_rows),
        "controls": controls.self_checks(case_rows),
        "case_rows": case_rows,
        "case_columns": page_columns(several_targets=len(tables.run.targets) > 1),
    }


def _method(tables: Tables) -> dict[str, Any]:
    """Variables of ``host.html.j2`` and ``method.html.j2``."""
    return {
        "host": _host(tables.run.host),
        "warnings": controls.run_warnings(tables),
        "effect_of_warnings": formatting.EFFECT_OF_WARNINGS,
        "failures": tables.failures,
        "failure_in_words": failure_in_words,
        "launches": len(tables.launches),
        "pairs": int(tables.launches["pairs"].sum()),
        "call_launches": len(tables.observations[["item", "launch"]].drop_duplicates()),
        "call_gain": GAIN,
        "call_as_good": evidence.AS_GOOD,
        "trim": TRIM,
        "confidence": SHOWN_CONFIDENCE,
        "guard_confidence": GUARD_CONFIDENCE,
        "alpha": ALPHA,
        "command": shlex.join(tables.run.command),
    }


def _download(name: str, text: str) -> Download:
    """The file, compressed: five targets have a megabyte of verdicts, which shrinks to a tenth."""
    data = gzip.compress(text.encode("utf-8"), mtime=0)
    address = f"data:application/gzip;base64,{base64.b64encode(data).decode('ascii')}"
    return Download(f"{name}.gz", len(data), address)


def _by_target(run: Run, entries: Sequence[BoardEntry]) -> list[tuple[str, list[BoardEntry]]]:
    groups = []
    for target in run.targets:
        of_target = [entry for entry in entries if entry.verdict.target == target.id]
        if of_target:
            groups.append((target.id, of_target))
    return groups


def failure_in_words(failure: Failure) -> str:
    """What happened, and what was measured of the item before."""
    launches = formatting.plural(failure.launch, "launch") if failure.launch else "no launch"
    before = f"It had {launches} complete by then"
    return f"{failure.message}. {before}; the items after it were measured nevertheless."


def _host(host: Host) -> list[tuple[str, str]]:
    """The facts about the host, each with its name."""
    physical_cores = _or_unknown(host.physical_cores)
    cores = f"{host.usable_cores} usable, {host.logical_cores} logical, {physical_cores} physical"
    quota = "none" if host.cgroup_quota_cores is None else f"{host.cgroup_quota_cores:g} cores"
    container = host.container or "no container"
    machine = "virtual machine" if host.virtualised else "no virtual machine"
    busy, stolen = formatting.percent(host.busy_share), formatting.percent(host.steal_share, 1)
    load = f"{busy} busy, load {host.load_1min:.2f}, {stolen} stolen"
    return [
        ("Processor", host.model),
        ("Cores", cores),
        ("CPU quota", quota),
        ("Memory", f"{host.memory_bytes / 2**30:.1f} GiB"),
        ("Kernel", host.kernel),
        ("Runs in", f"{container}, {machine}"),
        ("Frequency governor", _or_unknown(host.governor or None)),
        ("At the start", load),
    ]


def _or_unknown(value: int | str | None) -> str:
    return "unknown" if value is None else str(value)
