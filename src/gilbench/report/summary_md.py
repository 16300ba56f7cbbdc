"""``summary.md``: the verdict board, the host and the key table, fit for the summary of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gilbench.model import Host, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import cases, controls, formatting, headline, speedup_grid
from gilbench.summary.speedup_grid import SpeedupGrid

ACTIVE = re.compile(r"([\\`*_\[\]<>|#&~])")
MOST_LINES = 30  # of a list
CUT = "\n\n(cut here for its size; report.html has all of it)\n"
MOST_BYTES = 1_000_000 - len(CUT)  # GitHub refuses summaries of more than 1 MiB


def render(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    """The file's text. What comes from a run is escaped: it shows as it is and marks up nothing."""
    run = tables.run
    parts = [
        f"# gilbench: {escaped(run.id)}",
        *map(escaped, headline.paragraphs(tables, verdicts)),
        *_recommendations(tables),
        *_board(verdicts),
        *_grids(speedup_grid.speedup_grids(tables, cases.rows(tables))),
        *_host(run.host),
        *_list(
            "Warnings", (f"{one.message}: {one.remedy}" for one in controls.run_warnings(tables))
        ),
        *_list(
            "Failures",
            (f"{one.item}, launch {one.launch}: {one.message}" for one in tables.failures),
        ),
        escaped(
            f"Run {run.status}, profile {run.profile}, seed {run.seed}, gilbench {run.gilbench}."
        ),
    ]
    return _fitting("\n\n".join(parts) + "\n")


def _fitting(text: str) -> str:
    """The text, cut at the end of a line where a job's summary would be refused for its size."""
    raw = text.encode("utf-8")
    if len(raw) <= MOST_BYTES:
        return text
    return raw[:MOST_BYTES].decode("utf-8", "ignore").rpartition("\n")[0] + CUT


def escaped(text: str) -> str:
    """Text that Markdown and HTML leave alone, on one line."""
    return ACTIVE.sub(r"\\\1", " ".join(text.split()))


def _board(verdicts: Sequence[Verdict]) -> list[str]:
    if not verdicts:
        return ["No claim is covered by this run."]
    several = len({verdict.target for verdict in verdicts}) > 1
    rows = [
        [
            f"{formatting.SYMBOLS[one.verdict]} {one.verdict.value}",
            f"{one.id} {one.statement}" + (f" ({one.target})" if several else ""),
            formatting.effect(one.estimate),
            formatting.bearing(one.as_expected),
            one.reason,
        ]
        for one in verdicts
    ]
    return ["## Verdicts", _table(["Verdict", "Claim", "Effect, 95 %", "Expected?", "Why"], rows)]


def _recommendations(tables: Tables) -> list[str]:
    """A sentence or more for each target; the page has the table."""
    lines = []
    for target in tables.run.targets:
        sentences = headline.recommended(tables, target)
        if sentences:
            lines.append(f"{target.id}: {sentences}")
    return _list("Strategies", lines)


def _grids(grids: Iterable[SpeedupGrid]) -> list[str]:
    parts = []
    for grid in grids:
        parts.append(
            f"## Speedup over serial code, {formatting.plural(grid.workers, 'worker')}, {escaped(grid.target)}"
        )
        rows = [
            [workload, *(str(cell) if cell else "–" for cell in cells)]
            for workload, cells in grid.rows
        ]
        parts.append(_table(["Workload", *map(escaped, grid.strategies)], rows))
    return parts


def _host(host: Host) -> list[str]:
    facts = (
        f"{host.model}, {host.usable_cores} of {host.logical_cores} cores usable, "
        f"{host.memory_bytes / 2**30:.1f} GiB, {host.kernel}"
    )
    return ["## Host", escaped(facts)]


def _list(title: str, lines: Iterable[str]) -> list[str]:
    items = [f"- {escaped(line)}" for line in lines]
    if len(items) > MOST_LINES:
        items[MOST_LINES:] = [f"- and {len(items) - MOST_LINES} more: see report.html"]
    return [f"## {title}", "\n".join(items)] if items else []


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
