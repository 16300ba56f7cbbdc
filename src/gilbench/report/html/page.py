"""``report.html``: one self-contained page. Python prepares what is said here, the template only sets it."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from gilbench.analysis.location import TRIM
from gilbench.claims.judging import ALPHA, GUARD_CONFIDENCE
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import Failure, Host, Outcome, Run, Verdict
from gilbench.report.draw_all import Printed
from gilbench.report.drawing import svg
from gilbench.report.figures import Chart, charts
from gilbench.report.html import board
from gilbench.report.html.board import Entry
from gilbench.report.html.trend_section import Section
from gilbench.results import folder as layout
from gilbench.results.tables import Tables
from gilbench.summary import (
    cases,
    controls,
    formatting,
    headline,
    recommendation,
    speedup_grid,
    target_pairs,
    without_gil,
)
from gilbench.summary.columns import page_columns

TEMPLATES = Path(__file__).parent / "templates"
UNDECIDED = (Outcome.INCONCLUSIVE, Outcome.VOID)
SCRIPT = TEMPLATES / "page.js"


@dataclass(frozen=True)
class Drawn:
    """A chart as it came out for this run."""

    chart: Chart
    printed: Printed


@dataclass(frozen=True)
class Download:
    """A file of the run's folder that the page carries."""

    name: str
    size_bytes: int
    address: str


def render(
    tables: Tables,
    verdicts: Sequence[Verdict],
    printed: Sequence[Printed],
    files: dict[str, str],
    trend: Section | None = None,
) -> str:
    """The page's text; everything that comes from the run is escaped. ``files``: the text of each file (by its name) to
    be had from the page. ``trend`` is what runs before it say."""
    case_rows = cases.rows(tables)
    entries = board.entries(tables, verdicts)
    several = len(tables.run.targets) > 1
    glance = headline.headline(tables) if several else None
    return environment().get_template("page.html.j2").render(
        **furniture(printed),
        run=tables.run,
        lasted=lasted(tables.run),
        paragraphs=_paragraphs(tables, verdicts, alike=several and glance is None),
        glance=glance,
        recommendations=recommendation.recommendations(tables),
        recommendation_rule=recommendation.RULE,
        workload_summaries=_workload_summaries(tables.run),
        several_targets=several,
        tally=[(outcome, sum(one.verdict == outcome for one in verdicts)) for outcome in Outcome],
        surprises=sum(one.as_expected is False for one in verdicts),
        families=sorted({one.family for one in entries}),
        board=_by_target(tables.run, entries),
        drawn=_drawn(tables, printed),
        trend=trend,
        without_gil=without_gil.without_gil(tables, verdicts),
        grids=speedup_grid.speedup_grids(tables, case_rows),
        target_pairs=target_pairs.target_pairs(tables),
        case_rows=case_rows,
        case_columns=page_columns(several_targets=several),
        controls=controls.self_checks(case_rows),
        host=_host(tables.run.host),
        warnings=controls.run_warnings(tables),
        failures=tables.failures,
        failure_words=failure_words,
        undecided=_by_target(tables.run, [one for one in entries if one.verdict.verdict in UNDECIDED]),
        command=shlex.join(tables.run.command),
        launches=len(tables.launches),
        pairs=int(tables.launches["pairs"].sum()),
        alpha=ALPHA,
        trim=TRIM,
        confidence=SHOWN_CONFIDENCE,
        guard_confidence=GUARD_CONFIDENCE,
        files=layout,
        downloads=[_download(name, text) for name, text in files.items()],
    )  # fmt: skip


def furniture(printed: Sequence[Printed] = ()) -> dict[str, Any]:
    """What every page has: its script with the digest that alone may run, and the colours of its figures."""
    script = SCRIPT.read_text(encoding="utf-8")
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return {
        "script": script,
        "script_digest": f"sha256-{base64.b64encode(digest).decode('ascii')}",
        "figure_colours": svg.colours([one.markup.body for one in printed]),
    }


@cache
def environment() -> jinja2.Environment:
    """The templates, with what they may call."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "effect": formatting.effect,
        "fixed": formatting.fixed,
        "plural": formatting.plural,
        "bearing": formatting.bearing,
        "symbol": formatting.SYMBOLS.__getitem__,
        "slug": lambda outcome: outcome.value.lower().replace(" ", "-"),
        "target_name": headline.target_name,
    }
    made.filters.update(filters)
    return made


def _paragraphs(
    tables: Tables, verdicts: Sequence[Verdict], *, alike: bool
) -> list[tuple[str, str]]:
    """What is told of each target, with the advice that follows, then the answers; what is ``alike`` of all, once."""
    told = headline.by_target(tables, verdicts)
    if alike and told:
        start = f"On this {tables.run.host.usable_cores}-core host none of the comparisons that make a headline was"
        paragraphs = [(f"{start} measured on any of {formatting.plural(len(told), 'target')}.", "")]
    else:
        targets = {target.id: target for target in tables.run.targets}
        paragraphs = [
            (paragraph, headline.recommended(tables, targets[target]))
            for target, paragraph in told.items()
        ]
    return paragraphs + [(answer, "") for answer in headline.answers(tables)]


def _workload_summaries(run: Run) -> dict[str, str]:
    """Workload → what it does, in a few words."""
    summaries = {}
    for target in run.targets:
        for workload in target.description.workloads:
            summaries[workload.name] = workload.summary
    return summaries


def _drawn(tables: Tables, printed: Sequence[Printed]) -> list[Drawn]:
    by_stem = {one.stem: one for one in printed}
    return [
        Drawn(chart.for_run(tables), by_stem[chart.stem])
        for chart in charts()
        if chart.stem in by_stem
    ]


def _download(name: str, text: str) -> Download:
    data = text.encode("utf-8")
    kind = "application/json" if name.endswith(".json") else "text/csv"
    return Download(name, len(data), f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}")


def _by_target(run: Run, entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    groups = [
        (target.id, [one for one in entries if one.verdict.target == target.id])
        for target in run.targets
    ]
    return [group for group in groups if group[1]]


def lasted(run: Run) -> str | None:
    """How long the run took, without the time that it lay interrupted; None where it never came to an end."""
    if run.ended_utc is None:
        return None
    took = datetime.fromisoformat(run.ended_utc) - datetime.fromisoformat(run.started_utc)
    return formatting.duration(took.total_seconds() - sum(one.idle_s for one in run.resumed))


def failure_words(failure: Failure) -> str:
    """What happened, and what became of the item."""
    done = formatting.plural(failure.launch, "launch") if failure.launch else "no launch"
    return f"{failure.message}. It had {done} complete by then; the items after it were measured all the same."


def _host(host: Host) -> list[tuple[str, str]]:
    quota = "none" if host.cgroup_quota_cores is None else f"{host.cgroup_quota_cores:g} cores"
    where = [
        host.container or "no container",
        "virtual machine" if host.virtualised else "no virtual machine",
    ]
    physical = "unknown" if host.physical_cores is None else str(host.physical_cores)
    return [
        ("Processor", host.model),
        ("Cores", f"{host.usable_cores} usable, {host.logical_cores} logical, {physical} physical"),
        ("CPU quota", quota),
        ("Memory", f"{host.memory_bytes / 2**30:.1f} GiB"),
        ("Kernel", host.kernel),
        ("Runs in", ", ".join(where)),
        ("Frequency governor", host.governor or "unknown"),
        (
            "At the start",
            f"{host.busy_share:.0%} busy, load {host.load_1min:.2f}, {host.steal_share:.1%} stolen",
        ),
    ]
