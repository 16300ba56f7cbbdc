"""Shows a fleet: a line for what happens, a table while it is measured, and one at the end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gilbench.model import Verdict
from gilbench.model.fleets import Fleet, HostStatus
from gilbench.summary.fleet import HostDifference, claim_rows, in_order_of_names
from gilbench.terminal.boards import PLAIN
from gilbench.terminal.boards import STYLES as STYLES_OF_VERDICTS
from gilbench.terminal.status import pretty

REFRESH_S = 0.5
SAY_EVERY_S = 30.0  # where the output is no terminal
MOST_ROWS = 20  # of hosts, while they are measured
STYLES = {
    HostStatus.COMPLETE: "green",
    HostStatus.MEASURING: "cyan",
    HostStatus.WAITING: "dim",
    HostStatus.LOST: "yellow",
    HostStatus.INTERRUPTED: "yellow",
    HostStatus.REFUSED: "red",
    HostStatus.FAILED: "red",
}


class Shown(Protocol):
    """What is shown of a host."""

    name: str
    status: HostStatus
    reason: str
    doing: str
    copy: Any


class FleetView:
    """The progress of a fleet on standard error."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._is_pretty = pretty(console)
        self._shown_s = 0.0

    def __enter__(self) -> Self:
        if self._is_pretty:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._is_pretty:
            self._live.stop()

    def tell(self, line: str) -> None:
        """Print what happened."""
        self._console.print(Text(line), soft_wrap=True)

    def show(self, hosts: Sequence[Shown]) -> None:
        """Show how far each host is."""
        now_s = time.monotonic()
        if now_s - self._shown_s < (REFRESH_S if self._is_pretty else SAY_EVERY_S):
            return
        is_first, self._shown_s = self._shown_s == 0, now_s
        if self._is_pretty:
            self._live.update(_progress(hosts), refresh=True)
        elif hosts and not is_first:
            self.tell("; ".join(f"{host.name} {_so_far(host)}" for host in hosts[:MOST_ROWS]))


def _so_far(host: Shown) -> str:
    copy = host.copy
    if not copy.items:
        return host.doing if host.status == HostStatus.MEASURING else str(host.status)
    rounds = f", {copy.rounds} rounds" if copy.rounds else ""  # experiments have none
    return f"{copy.ended} of {copy.items} items{rounds}"


def _progress(hosts: Sequence[Shown]) -> Table:
    table = Table(**PLAIN)
    for heading in ("Host", "Is", "So far"):
        table.add_column(heading)
    open_ones = [host for host in hosts if host.status != HostStatus.COMPLETE]
    for host in open_ones[:MOST_ROWS]:
        status = Text(str(host.status), STYLES[host.status])
        table.add_row(host.name, status, host.reason or _so_far(host))
    complete = len(hosts) - len(open_ones)
    more = len(open_ones) - MOST_ROWS
    table.add_row("", "", f"{complete} complete{f', {more} more' if more > 0 else ''}")
    return table


def print_fleet(
    console: Console, page: Path, fleet: Fleet, verdicts: Mapping[str, Sequence[Verdict]]
) -> None:
    """Print what became of every host, and the verdicts of all of them.

    Args:
        console: Where to print.
        page: The page of the fleet.
        fleet: What ``fleet.json`` says.
        verdicts: Those of every host.
    """
    table = Table(**PLAIN)
    for heading in ("Host", "Is", "Interpreters", "Cores", "Why, and what is missing"):
        table.add_column(heading, overflow="fold")
    for host in in_order_of_names(fleet.hosts):
        plan = host.plan
        why = [host.reason] if host.reason else []
        why += [
            f"{gap.began_utc} to {gap.ended_utc or 'the end'}: {gap.reason}" for gap in host.gaps
        ]
        table.add_row(
            host.name,
            Text(str(host.status), STYLES[host.status]),
            ", ".join(plan.targets) if plan else "",
            str(plan.usable_cores) if plan else "",
            "; ".join(why),
        )
    console.print(table)
    _print_claims(console, [verdict for of_host in verdicts.values() for verdict in of_host])
    console.print(f"report: {page}", soft_wrap=True)


def _print_claims(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print how many verdicts of every claim turned out how."""
    rows = [row for row in claim_rows(verdicts) if row.applies]
    if not rows:
        return
    table = Table(**PLAIN)
    table.add_column("Id", no_wrap=True)
    table.add_column("Claim", ratio=1, overflow="fold")
    table.add_column("Verdicts")
    for row in rows:
        counts = []
        for label, number in row.tally:
            counts.append(Text(f"{label} {number}", STYLES_OF_VERDICTS[label]))
        table.add_row(row.id, Text(row.statement), Text(", ").join(counts))
    console.print(table)


def print_host_pair(console: Console, one: str, other: str, rows: Sequence[HostDifference]) -> None:
    """Print the speedups of one host over those of another, with their 95 % intervals."""
    table = Table(title=f"{one}: its speedup over that of {other}", title_justify="left", **PLAIN)
    table.add_column("Case")
    table.add_column("Ratio", justify="right")
    for row in rows:
        table.add_row(row.case, str(row.ratio))
    console.print(table)
