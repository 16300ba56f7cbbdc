"""``report.html``: one self-contained page. Python prepares what is said here, the template only sets it."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from gilbench.analysis.location import TRIM
from gilbench.claims.ledger import ALPHA, GUARD_CONFIDENCE
from gilbench.claims.quantities import SHOWN_CONFIDENCE
from gilbench.model import Failure, Host, Outcome, Run, Verdict
from gilbench.report import between, cases, checks, headline, matrix, without_gil, words
from gilbench.report.cases import CaseRow
from gilbench.report.figures import Chart
from gilbench.report.trend_section import Section
from gilbench.results import folder as layout
from gilbench.results.tables import Tables

TEMPLATES = Path(__file__).parent / "templates"
UNDECIDED = (Outcome.INCONCLUSIVE, Outcome.VOID)


@dataclass(frozen=True)
class Drawn:
    """A chart as it came out for this run."""

    chart: Chart
    png: bytes
    alt: str

    @property
    def data_uri(self) -> str:
        return f"data:image/png;base64,{base64.b64encode(self.png).decode('ascii')}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the PNG's header: a page that knows them does not jump while it loads."""
        return int.from_bytes(self.png[16:20]), int.from_bytes(self.png[20:24])


def render(tables: Tables, verdicts: Sequence[Verdict], drawn: Sequence[Drawn], trend: Section | None = None) -> str:
    """The page's text; everything that comes from the run is escaped. ``trend`` is what runs before it say."""
    case_rows = cases.rows(tables)
    return _environment().get_template("page.html.j2").render(
        run=tables.run,
        lasted=lasted(tables.run),
        paragraphs=headline.paragraphs(tables, verdicts),
        tally=[(outcome, sum(one.verdict == outcome for one in verdicts)) for outcome in Outcome],
        surprises=sum(one.as_expected is False for one in verdicts),
        board=_by_target(tables.run, verdicts),
        drawn=drawn,
        trend=trend,
        grids=matrix.grids(tables, case_rows),
        sides=between.sides(tables),
        without_gil=without_gil.section(tables, verdicts),
        tables_of_cases=_by_workload(case_rows),
        controls=checks.controls(case_rows),
        host=_host(tables.run.host),
        warnings=checks.warnings(tables),
        failures=tables.failures,
        failure_words=failure_words,
        undecided=[one for one in verdicts if one.verdict in UNDECIDED],
        command=shlex.join(tables.run.command),
        launches=len(tables.launches),
        pairs=int(tables.launches["pairs"].sum()),
        alpha=ALPHA,
        trim=TRIM,
        confidence=SHOWN_CONFIDENCE,
        guard_confidence=GUARD_CONFIDENCE,
        files=layout,
    )  # fmt: skip


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "effect": words.effect,
        "fixed": words.fixed,
        "plural": words.plural,
        "bearing": words.bearing,
        "symbol": words.SYMBOLS.__getitem__,
        "slug": lambda outcome: outcome.value.lower().replace(" ", "-"),
        "target_name": headline.name,
    }
    environment.filters.update(filters)
    return environment


def _by_target(run: Run, verdicts: Sequence[Verdict]) -> list[tuple[str, list[Verdict]]]:
    groups = [(target.id, [one for one in verdicts if one.target == target.id]) for target in run.targets]
    return [group for group in groups if group[1]]


def _by_workload(case_rows: Sequence[CaseRow]) -> list[tuple[str, str, list[CaseRow]]]:
    found: dict[tuple[str, str], list[CaseRow]] = {}
    for row in case_rows:
        found.setdefault((row.case.target, row.case.workload), []).append(row)
    return [(target, workload, rows) for (target, workload), rows in found.items()]


def lasted(run: Run) -> str | None:
    """How long the run took, without the time that it lay interrupted; None where it never came to an end."""
    if run.ended_utc is None:
        return None
    took = datetime.fromisoformat(run.ended_utc) - datetime.fromisoformat(run.started_utc)
    return words.duration(took.total_seconds() - sum(one.idle_s for one in run.resumed))


def failure_words(failure: Failure) -> str:
    """What happened, and what became of the item."""
    done = words.plural(failure.launch, "launch") if failure.launch else "no launch"
    return f"{failure.message}. It had {done} complete by then; the items after it were measured all the same."


def _host(host: Host) -> list[tuple[str, str]]:
    quota = "none" if host.cgroup_quota_cores is None else f"{host.cgroup_quota_cores:g} cores"
    where = [host.container or "no container", "virtual machine" if host.virtualised else "no virtual machine"]
    physical = "unknown" if host.physical_cores is None else str(host.physical_cores)
    return [
        ("Processor", host.model),
        ("Cores", f"{host.usable_cores} usable, {host.logical_cores} logical, {physical} physical"),
        ("CPU quota", quota),
        ("Memory", f"{host.memory_bytes / 2**30:.1f} GiB"),
        ("Kernel", host.kernel),
        ("Runs in", ", ".join(where)),
        ("Frequency governor", host.governor or "unknown"),
        ("At the start", f"{host.busy_share:.0%} busy, load {host.load_1min:.2f}, {host.steal_share:.1%} stolen"),
    ]
