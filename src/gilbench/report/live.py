"""Shows a run while it is measured: what is measured now, the time that is left, and the verdicts so far.

On a terminal it is one picture that changes; elsewhere, or with ``NO_COLOR``, plain lines, one an item.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from gilbench.claims import ledger
from gilbench.claims.quantities import speedup
from gilbench.model import Comparison, Failure, ItemEnd, LaunchStart, Outcome, Planned, Record, Run, Verdict
from gilbench.results import tables

REDRAW_S = 0.5  # often enough to be alive, seldom enough to leave the cores to what is measured
COLOURS = {
    Outcome.PROVED: "green",
    Outcome.REFUTED: "red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.VOID: "magenta",
}


class LiveView:
    """A watcher of a run. ``remaining_s`` estimates the time that is left; use it as a context manager."""

    def __init__(self, console: Console, remaining_s: Callable[[], float]) -> None:
        self._console, self._remaining_s = console, remaining_s
        self._pretty = console.is_terminal and not console.no_color
        self._live = Live(console=console, auto_refresh=False, transient=True) if self._pretty else None
        self._records: list[Record] = []
        self._verdicts: list[Verdict] = []
        self._run: Run | None = None
        self._plan: dict[str, Planned] = {}
        self._done = 0
        self._now = "getting ready"
        self._began_s = time.monotonic()
        self._drawn_s = 0.0

    def __enter__(self) -> LiveView:
        """Start showing."""
        context: AbstractContextManager[object] = self._live or nullcontext()
        context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop showing; the live picture goes away, lines stay."""
        if self._live is not None:
            self._live.stop()

    def begun(self, run: Run) -> None:
        """The plan stands and the targets are calibrated."""
        self._run = run
        self._plan = {planned.item.id: planned for planned in run.plan}
        for warning in run.host.warnings:
            self.say(f"warning: {warning.message}; {warning.remedy}", "yellow")

    def recorded(self, record: Record) -> None:
        """A record was journalled."""
        self._records.append(record)
        if isinstance(record, LaunchStart):
            planned = self._plan[record.item]
            launches = planned.effort.looks[0]
            more = " at least" if len(planned.effort.looks) > 1 else ""
            self._now = f"{planned.item.label}, launch {record.launch + 1} of {launches}{more}"
        elif isinstance(record, ItemEnd | Failure):
            self._finished(record)
        self._redraw()

    def say(self, line: str, style: str = "") -> None:
        """A line that stays."""
        self._console.print(Text(line, style), soft_wrap=True)

    def _finished(self, record: ItemEnd | Failure) -> None:
        assert self._run is not None
        self._done += 1
        planned = self._plan[record.item]
        if isinstance(record, Failure):
            self.say(f"{planned.item.label} could not be measured: {record.message}", "red")
        if planned.claims or self._live is None:
            so_far = tables.build(self._run, self._records)
            if planned.claims:
                self._verdicts = ledger.judge(so_far)
            if self._live is None and isinstance(record, ItemEnd):
                self._line(planned, record, so_far)

    def _line(self, planned: Planned, end: ItemEnd, so_far: tables.Tables) -> None:
        item = planned.item
        effect = speedup(item).estimate(so_far) if isinstance(item, Comparison) else None
        decided = [
            f"{verdict.id} {verdict.verdict}"
            for verdict in self._verdicts
            if verdict.id in planned.claims and verdict.verdict != Outcome.INCONCLUSIVE
        ]
        self.say(
            f"[{self._done:3}/{len(self._plan)}] {item.label:<34} {effect or ''!s:<24} {end.launches:2} launches, "
            f"{_clock(self._remaining_s())} left" + (f"  {', '.join(decided)}" if decided else "")
        )

    def _redraw(self) -> None:
        if self._live is not None and time.monotonic() - self._drawn_s >= REDRAW_S:
            self._live.update(self._picture(), refresh=True)
            self._drawn_s = time.monotonic()

    def _picture(self) -> RenderableType:
        elapsed_s, left_s = time.monotonic() - self._began_s, self._remaining_s()
        head = Table.grid(padding=(0, 1))
        head.add_row(
            ProgressBar(total=elapsed_s + left_s, completed=elapsed_s, width=30),
            Text(f"{self._done} of {len(self._plan)} items, {_clock(left_s)} left", "bold"),
            Text(self._now, "cyan", overflow="ellipsis", no_wrap=True),
        )
        board = Table.grid(padding=(0, 2))
        for verdict in self._verdicts:
            outcome = Text(str(verdict.verdict), COLOURS[verdict.verdict])
            effect = str(verdict.estimate) if verdict.estimate else ""
            board.add_row(verdict.id, outcome, effect, Text(verdict.statement, no_wrap=True, overflow="ellipsis"))
        return Group(head, board)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
