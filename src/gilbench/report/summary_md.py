"""``summary.md``: the verdict board, the host and the key table, for a CI job's summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gilbench.model import Host, Verdict, for_markdown
from gilbench.results.tables import Tables
from gilbench.summary import cases, controls, formatting, headline, speedup_grid
from gilbench.summary.call_lines import lines_of
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.cases import Measured
from gilbench.summary.speedup_grid import SpeedupGrid

MOST_LINES = 30  # of a list
CUT = "\n\n(cut here for its size; report.html has all of it)\n"
MOST_BYTES = 1_000_000 - len(CUT)  # GitHub refuses summaries of more than 1 MiB


def render(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    """The file's text; what comes from a run is escaped, so that it shows as it is."""
    run = tables.run
    warnings = [f"{each.message}: {each.remedy}" for each in controls.run_warnings(tables)]
    failures = [f"{each.item}, launch {each.launch}: {each.message}" for each in tables.failures]
    settings = f"profile {run.profile}, seed {run.seed}, gilbench {run.gilbench}"
    parts = [
        f"# gilbench: {for_markdown(run.id)}",
        *map(for_markdown, headline.paragraphs(tables, verdicts)),
        *_recommendations(tables),
        *_calls(tables),
        *_board(verdicts),
        *_grids(speedup_grid.speedup_grids(tables, cases.rows(tables))),
        *_host(run.host),
        *_list("Warnings", warnings),
        *_list("Failures", failures),
        for_markdown(f"Run {run.status}, {settings}."),
    ]
    return _fitting("\n\n".join(parts) + "\n")


def _fitting(text: str) -> str:
    """The text, cut at the end of a line if a CI job would refuse it for its size."""
    data = text.encode("utf-8")
    if len(data) <= MOST_BYTES:
        return text
    return data[:MOST_BYTES].decode("utf-8", "ignore").rpartition("\n")[0] + CUT


def _board(verdicts: Sequence[Verdict]) -> list[str]:
    if not verdicts:
        return ["No claim is covered by this run."]
    several_targets = len({verdict.target for verdict in verdicts}) > 1
    rows = []
    for verdict in verdicts:
        on_target = f" ({verdict.target})" if several_targets else ""
        row = [
            f"{formatting.SYMBOLS[verdict.label]} {verdict.label.value}",
            f"{verdict.id} {verdict.statement}{on_target}",
            formatting.effect(verdict.estimate),
            formatting.bearing(verdict.as_expected),
            verdict.reason,
        ]
        rows.append(row)
    return ["## Verdicts", _table(["Verdict", "Claim", "Effect, 95 %", "Expected?", "Why"], rows)]


def _recommendations(tables: Tables) -> list[str]:
    """A sentence or more for each target; the page has the table."""
    lines = []
    for target in tables.run.targets:
        sentences = headline.recommended(tables, target)
        if sentences:
            lines.append(f"{target.id}: {sentences}")
    return _list("Strategies", lines)


def _calls(tables: Tables) -> list[str]:
    """What was measured of a user's call, way by way."""
    parts = []
    for answer in call_answers(tables):
        parts.append(f"## {for_markdown(answer.call)} on {for_markdown(answer.where)}")
        parts.append(f"**{for_markdown(answer.answer[:1].upper() + answer.answer[1:])}.**")
        reasons = [f"why not more: {reason}" for reason in answer.why_not_more]
        seen = [*reasons, *lines_of(answer)]
        parts.append("\n".join(f"- {for_markdown(line)}" for line in seen))
        rows = []
        for row in answer.ways:
            rows.append([row.name, f"{row.result}: {row.failed}" if row.failed else row.result])
        parts.append(_table(["Way", "As fast as one call after another, 95 %"], rows))
    return parts


def _grids(grids: Iterable[SpeedupGrid]) -> list[str]:
    parts = []
    for grid in grids:
        workers = formatting.plural(grid.workers, "worker")
        parts.append(f"## Speedup over serial code, {workers}, {for_markdown(grid.target)}")
        rows = []
        for workload, cells in grid.rows:
            rows.append([workload, *map(_cell, cells)])
        parts.append(_table(["Workload", *map(for_markdown, grid.strategies)], rows))
    return parts


def _cell(speedup: Measured | None) -> str:
    return str(speedup) if speedup else "–"


def _host(host: Host) -> list[str]:
    facts = (
        f"{host.model}, {host.usable_cores} of {host.logical_cores} cores usable, "
        f"{host.memory_bytes / 2**30:.1f} GiB, {host.kernel}"
    )
    return ["## Host", for_markdown(facts)]


def _list(title: str, lines: Iterable[str]) -> list[str]:
    items = [f"- {for_markdown(line)}" for line in lines]
    if not items:
        return []
    if len(items) > MOST_LINES:
        items[MOST_LINES:] = [f"- and {len(items) - MOST_LINES} more: see report.html"]
    return [f"## {title}", "\n".join(items)]


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header)]
    for row in rows:
        lines.append([*map(for_markdown, row)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
