"""How a run begins: fresh, or (in ``resume``) where an interrupted one stopped."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from gilbench import __version__
from gilbench.measure.git import git_commit
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.measure.sentinel import Sentinel
from gilbench.measure.session import Session, tell_nobody
from gilbench.model import ItemEnd, PlannedItem, Record, Run, as_utf8
from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from gilbench.run.compose import Request, compose, size_tasks
from gilbench.run.recorder import utc_now
from gilbench.run.run_plan import RunPlan


class Start(Protocol):
    """What a run is begun from.

    Attributes:
        session: What is held open while the run is measured.
        plan: The run put together.
        folder: Where the run is kept; None if it is not, or before ``open_folder``.
    """

    session: Session
    plan: RunPlan
    folder: Path | None

    @property
    def kept(self) -> Sequence[Record]:
        """The records that the run has already."""

    @property
    def owed(self) -> Sequence[ItemEnd]:
        """Ends of items whose launches are all among those records."""

    @property
    def unmeasured(self) -> Sequence[PlannedItem]:
        """The items that this process is to measure."""

    @property
    def sees_every_round(self) -> bool:
        """Whether this process measures the whole run."""

    def open_folder(self) -> None:
        """Make the run's folder if it is to be kept; InputError if it cannot be written."""
        ...

    def begin(self, selected: Sequence[PlannedItem]) -> Run:
        """Get the targets ready; returns what ``run.json`` is to say.

        ``selected`` is what of the plan is measured.
        """
        ...

    def open_journal(self) -> Journal | None:
        """The files of the run's folder, open to write; None where the run is not kept."""
        ...

    def close(self) -> None:
        """Release everything that was opened for the run."""
        ...

    def discard_folder(self) -> None:
        """Remove the folder that was made for a run which never began."""
        ...


class FreshStart:
    """A new run: nothing is kept, and its targets are calibrated when it begins."""

    kept: Sequence[Record] = ()
    owed: Sequence[ItemEnd] = ()
    sees_every_round = True

    def __init__(
        self,
        composer: Callable[[Session], RunPlan],
        out: Path | None,
        command: Sequence[str],
        seed: int = 0,
        doing: Callable[[str], None] = tell_nobody,
    ) -> None:
        """Put the run together.

        Args:
            composer: Lays out what is measured.
            out: The folder in which runs are kept; None to write nothing.
            command: The command line that the run is due to, for ``run.json``.
            seed: Decides every random order.
            doing: Gets a line for each step before anything is measured.

        Raises:
            InputError: What was asked for cannot be measured.
        """
        self.folder: Path | None = None
        self._journal: Journal | None = None
        self._out, self._command = out, tuple(map(as_utf8, command))
        self.session = Session(seed, doing=doing)
        with ExitStack() as on_error:
            on_error.callback(self.session.close)
            self.plan = composer(self.session)
            on_error.pop_all()

    @classmethod
    def on_claims(
        cls,
        request: Request,
        out: Path | None,
        command: Sequence[str],
        doing: Callable[[str], None] = tell_nobody,
    ) -> FreshStart:
        """A run of the matrix and of what claims need.

        Raises:
            InputError: The request cannot be measured.
        """
        return cls(functools.partial(compose, request), out, command, request.seed, doing)

    @property
    def unmeasured(self) -> Sequence[PlannedItem]:
        return self.plan.items

    def open_folder(self) -> None:
        if self._out is not None and self.folder is None:
            with INTERRUPTS:
                self.folder = layout.create(self._out)
                self._journal = Journal(self.folder)  # its lock shows that the folder is in use

    def begin(self, selected: Sequence[PlannedItem]) -> Run:
        targets = size_tasks(self.plan, self.session)
        if self.plan.watched_on is not None:
            watched = self.session.targets[self.plan.watched_on]
            self.session.sentinel = Sentinel(watched, self.session.target_bundle)
        return Run(
            id=self.folder.name if self.folder else "unsaved",
            status="running",
            started_utc=utc_now(),
            ended_utc=None,
            profile=self.plan.profile.name,
            seed=self.session.seed,
            command=self._command,
            gilbench=__version__,
            git_commit=git_commit(),
            host=self.plan.host,
            targets=targets,
            plan=tuple(selected),
            claims=self.plan.claims,
            target_code=self.session.target_code,
            chained=True,
        )

    def open_journal(self) -> Journal | None:
        return self._journal

    def close(self) -> None:
        self._close_journal()
        self.session.close()

    def _close_journal(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def discard_folder(self) -> None:
        self._close_journal()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
