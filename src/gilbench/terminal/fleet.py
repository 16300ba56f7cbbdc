"""Shows a fleet: a line for what happens, a table while it is measured, and one at the end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gilbench.model import Verdict
from gilbench.model.fleets import Fleet, FleetHost, HostStatus
from gilbench.summary import formatting
from gilbench.summary.fleet import ClaimRow, claim_rows, in_order_of_names
from gilbench.summary.host_differences import HostDifference
from gilbench.terminal.boards import LINES_OF_HEAD, PLAIN, print_hidden, print_title, rows_on_screen
from gilbench.terminal.boards import STYLES as STYLES_OF_VERDICTS
from gilbench.terminal.status import pretty

REFRESH_S = 0.5
SAY_EVERY_S = 30.0  # where the output is no terminal
MOST_ROWS = 20  # of hosts, while they are measured
LINES_AROUND = 5  # the heads of two tables, hosts left out, the report, how to resume it
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

    def __exit__(self, *error: object) -> None:
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
    console: Console,
    page: Path,
    fleet: Fleet,
    verdicts: Mapping[str, Sequence[Verdict]],
    *,
    verbose: bool = False,
) -> None:
    """Print what became of every host, and the verdicts of all of them.

    Args:
        console: A terminal gets what fits its screen, what needs a look first.
        page: The page of the fleet.
        fleet: What ``fleet.json`` says.
        verdicts: Those of every host.
        verbose: Print all of it on a terminal too.
    """
    hosts = in_order_of_names(fleet.hosts)
    all_verdicts = [verdict for of_host in verdicts.values() for verdict in of_host]
    claims = [row for row in claim_rows(all_verdicts) if row.applies]
    room = rows_on_screen(console, LINES_AROUND, verbose=verbose)
    if room is None:
        console.print(_host_table(hosts))
        if claims:
            console.print(_claim_table(claims))
    else:
        _print_what_fits(console, hosts, claims, room)
    console.print(f"report: {page}", soft_wrap=True)


def _print_what_fits(
    console: Console, hosts: Sequence[FleetHost], claims: Sequence[ClaimRow], room: int
) -> None:
    """A line for each host and claim, incomplete hosts and differing claims first; then counts."""
    hosts = sorted(hosts, key=lambda host: host.status == HostStatus.COMPLETE)
    hosts_shown = hosts[: room - min(len(claims), room // 2)]
    console.print(_host_table(hosts_shown, cut=True))
    if len(hosts) > len(hosts_shown):
        left_out = formatting.plural(len(hosts) - len(hosts_shown), "more host")
        console.print(Text(f"  and {left_out}", "dim"))
    if not claims:
        return
    claims_shown = claims[: room - len(hosts_shown)]
    console.print(_claim_table(claims_shown, cut=True))
    if len(claims) > len(claims_shown):
        left_out = formatting.plural(len(claims) - len(claims_shown), "more claim")
        console.print(Text(f"  and {left_out}: gilbench report --verbose", "dim"))


def _host_table(hosts: Sequence[FleetHost], *, cut: bool = False) -> Table:
    """What became of every host."""
    table = Table(**PLAIN)
    for heading in ("Host", "Is", "Interpreters", "Cores", "Why, and what is missing"):
        table.add_column(heading, overflow="fold")
    for host in hosts:
        plan = host.plan
        why = [host.reason] if host.reason else []
        why += [
            f"{gap.began_utc} to {gap.ended_utc or 'the end'}: {gap.reason}" for gap in host.gaps
        ]
        table.add_row(
            _cell(host.name, cut=cut),
            Text(str(host.status), STYLES[host.status]),
            _cell(", ".join(plan.targets) if plan else "", cut=cut),
            str(plan.usable_cores) if plan else "",
            _cell("; ".join(why), cut=cut),
        )
    return table


def _claim_table(claims: Sequence[ClaimRow], *, cut: bool = False) -> Table:
    """How many verdicts of every claim turned out how."""
    table = Table(**PLAIN)
    table.add_column("Id", no_wrap=True)
    table.add_column("Claim", ratio=1, overflow="fold")
    table.add_column("Verdicts", no_wrap=cut)
    for claim in claims:
        counts = []
        for label, number in claim.tally:
            counts.append(Text(f"{label} {number}", STYLES_OF_VERDICTS[label]))
        table.add_row(claim.id, _cell(claim.statement, cut=cut), Text(", ").join(counts))
    return table


def _cell(text: str, *, cut: bool) -> Text:
    """A cell that is cut at the edge of its column; the column itself still gives way."""
    return Text(text, no_wrap=True, overflow="ellipsis") if cut else Text(text)


def print_host_pair(
    console: Console,
    host: str,
    other: str,
    rows: Sequence[HostDifference],
    *,
    verbose: bool = False,
) -> None:
    """Print the speedups of one host over those of another, with their 95 % intervals.

    Args:
        console: A terminal gets the largest differences that fit its screen.
        host: The one host.
        other: The other.
        rows: A row for each case of both, the largest difference first.
        verbose: Print all of them on a terminal too.
    """
    shown = rows[: rows_on_screen(console, LINES_OF_HEAD, verbose=verbose)]
    print_title(console, f"{host}: its speedup over that of {other}")
    table = Table(**PLAIN)
    table.add_column("Case")
    table.add_column("Ratio", justify="right")
    for row in shown:
        table.add_row(row.case, str(row.ratio))
    console.print(table)
    print_hidden(console, len(rows) - len(shown))
