"""Shows a run while it is measured: the current item, the time left, the verdicts so far.

On a terminal it is one picture that changes and never outgrows the screen; elsewhere, or with
``NO_COLOR``, plain lines: one for each claim that is settled, and now and then the progress. It is
drawn between rounds, while nothing is measured.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from gilbench.claims import margins
from gilbench.model import (
    CeilingControl,
    Failure,
    ItemEnd,
    LaunchLost,
    LaunchStart,
    PlannedItem,
    Record,
    Run,
    Verdict,
)
from gilbench.results.tables import Tables
from gilbench.summary import formatting
from gilbench.terminal.status import pretty
from gilbench.terminal.verdicts_so_far import VerdictsSoFar

REDRAW_S = 0.5  # often enough to be alive, seldom enough to leave the cores to what is measured
SILENT_S = 1.5  # after which a picture is drawn during a round too, so that nothing seems to hang
WARN_AGAIN_S = 60.0
PROGRESS_S = 5.0  # between two lines of progress where there is no picture
BAR_WIDTH = 24
MARGIN_LINES = 2  # below the picture: the cursor's line, and one to spare for a wrapped message


class RunSoFar(Protocol):
    """What is read of a run while it is measured."""

    @property
    def run(self) -> Run:
        """What ``run.json`` says."""
        ...

    @property
    def ended(self) -> Collection[str]:
        """Ids of the items that were measured to their end, or failed."""
        ...

    def tables(self) -> Tables:
        """Everything recorded so far."""
        ...

    def verdicts(self) -> Sequence[Verdict]:
        """The verdicts on claims as they stand now."""
        ...

    def remaining_s(self) -> float:
        """About how many seconds the rest takes."""
        ...


class LiveView:
    """A watcher of a run; use it as a context manager.

    Args:
        console: Where to show it.
        warns: Whether to say what disturbs the host; False where the result says it.
    """

    def __init__(self, console: Console, *, warns: bool = True) -> None:
        self._console = console
        self._warns = warns
        self._live = (
            Live(console=console, auto_refresh=False, transient=True) if pretty(console) else None
        )
        self._verdicts = VerdictsSoFar()
        self._so_far: RunSoFar | None = None
        self._plan: dict[str, PlannedItem] = {}
        self._now = "getting ready"
        self._spinner = Spinner("dots", style="cyan")
        self._began_s = time.monotonic()
        self._drawn_s = self._warned_s = float("-inf")
        self._progress_s = self._began_s
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> LiveView:
        """Start showing."""
        if self._live is not None:
            self._live.start()
            self._ticker.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop showing; the live picture goes away, lines stay."""
        self._over.set()
        if self._live is not None:
            self._ticker.join()
            self._live.stop()

    def doing(self, what: str) -> None:
        """What is done now, before anything is measured."""
        if what == self._now:
            return
        self._now = what
        if self._live is None:
            self.say(f"{what} …")
        else:
            self._draw()

    def begun(self, run: RunSoFar) -> None:
        """The plan stands and the targets are calibrated; the run is read from here on."""
        self._so_far = run
        self._plan = {planned.item.id: planned for planned in run.run.plan}
        warnings = run.run.host.warnings if self._warns else ()
        for warning in warnings:
            self.say(f"warning: {warning.message}; {warning.remedy}", "yellow")
        if warnings:
            self.say(f"         {formatting.EFFECT_OF_WARNINGS}", "dim")
        for line in run.run.host.not_done:
            self.say(line, "dim")

    def recorded(self, record: Record) -> None:
        """A record was journalled."""
        if isinstance(record, LaunchStart):
            self._launching(record)
        elif isinstance(record, ItemEnd):
            self.show_verdicts()
        elif isinstance(record, CeilingControl):
            self._watch_ceiling(record)
        elif isinstance(record, Failure):
            label = self._label(self._plan[record.item])
            self.say(f"{label} could not be measured: {record.message}", "red")
        elif isinstance(record, LaunchLost):
            label = self._label(self._plan[record.item])
            launch = f"{label}, launch {record.launch + 1}"
            self.say(f"{launch}: {record.message}; it is measured again", "yellow")
        if time.monotonic() - self._drawn_s >= REDRAW_S:
            self._draw()

    def _launching(self, start: LaunchStart) -> None:
        """A launch begins: between launches the claims are judged, and what is settled is shown."""
        planned = self._plan[start.item]
        self._now = f"{self._label(planned)}, launch {start.launch + 1}"
        self.show_verdicts()
        now_s = time.monotonic()
        if self._live is None and now_s - self._progress_s >= PROGRESS_S:
            self._progress_s = now_s
            self.say(f"{self._progress()}, {_clock(self._begun.remaining_s())} left")

    def show_verdicts(self) -> None:
        """Show the verdicts as they stand now; where there is no picture, those that are new."""
        for verdict in self._verdicts.update(self._begun.verdicts()):
            if self._live is None:
                self.say(self._settled(verdict))

    def _settled(self, verdict: Verdict) -> str:
        where = f" on {verdict.target}" if self._of_several else ""
        effect = formatting.effect(verdict.estimate)
        return f"{verdict.label} {verdict.id}{where}: {verdict.statement}: {effect}"

    def _progress(self) -> str:
        items = formatting.plural(len(self._plan), "item")
        return f"{len(self._begun.ended)} of {items} measured"

    def say(self, line: str, style: str = "") -> None:
        """A line that stays."""
        self._console.print(Text(line, style), soft_wrap=self._live is None)

    @property
    def _begun(self) -> RunSoFar:
        if self._so_far is None:
            raise RuntimeError("the run has not begun")
        return self._so_far

    @property
    def _of_several(self) -> bool:
        """Whether the run has several targets, so that they must be named."""
        return len(self._begun.run.targets) > 1

    def _label(self, planned: PlannedItem) -> str:
        return planned.item.id if self._of_several else planned.item.label

    def _watch_ceiling(self, control: CeilingControl) -> None:
        """Warn, now and then, while other work uses the cores that scaling claims need."""
        enough = min(control.workers, self._begun.run.host.usable_cores) >= 2
        now_s = time.monotonic()
        if (
            enough
            and control.ceiling < margins.CEILING_TO_SCALE
            and now_s - self._warned_s > WARN_AGAIN_S
        ):
            self._warned_s = now_s
            self.say(
                f"warning: {control.workers} spinning processes reached {control.ceiling:.2f}× "
                f"of one just now; {margins.BUSY_HOST}",
                "yellow",
            )

    def _tick(self) -> None:
        while not self._over.wait(SILENT_S / 3):
            if time.monotonic() - self._drawn_s >= SILENT_S:
                self._draw()

    def _draw(self) -> None:
        if self._live is not None:
            self._drawn_s = time.monotonic()
            self._live.update(self.picture(), refresh=True)

    def picture(self) -> RenderableType:
        """What the terminal shows now, no higher than it is."""
        elapsed_s = time.monotonic() - self._began_s
        now = Table.grid(padding=(0, 1))
        now.add_row(self._spinner, Text(self._now, "cyan", overflow="ellipsis", no_wrap=True))
        if self._so_far is None:
            now.add_row("", Text(f"{_clock(elapsed_s)} so far", "dim"))
            return now
        left_s = self._so_far.remaining_s()
        head = Table.grid(padding=(0, 1))
        head.add_row(
            ProgressBar(total=elapsed_s + left_s, completed=elapsed_s, width=BAR_WIDTH),
            Text(
                f"{len(self._so_far.ended)} of {formatting.plural(len(self._plan), 'item')}", "bold"
            ),
            Text(f"{_clock(elapsed_s)} gone, about {_clock(left_s)} left"),
        )
        parts: list[RenderableType] = [head, now]
        if self._verdicts.latest:
            parts.append(Text(self._verdicts.tally(), "bold", overflow="ellipsis", no_wrap=True))
            rows = self._console.size.height - len(parts) - MARGIN_LINES
            targets = [target.id for target in self._begun.run.targets]
            parts.append(self._verdicts.table(rows, targets))
        return Group(*parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
