"""Measures a user's call on its targets, and keeps what was observed as a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench import __version__
from gilbench.measure.git import git_commit
from gilbench.measure.host import inspect
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.measure.session import Session, tell_nobody
from gilbench.measure.targets import calls, loading
from gilbench.measure.targets.calls import CallSpec
from gilbench.measure.targets.interpreters import newest_free_threaded
from gilbench.model import Host, InputError, ItemEnd, Observation, Run, Stop, Target, as_utf8
from gilbench.plan.call_plan import PROFILE, Job
from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from gilbench.results.verification import publish
from gilbench.run.call_records import CallRecords
from gilbench.run.call_sweeps import CallSweeps
from gilbench.run.call_trial import CallOnTarget, try_call
from gilbench.run.recorder import utc_now

LAST_SHARE, LAST_S = 0.2, 2.0  # of the budget, to judge, print and write what was measured
FIRST_ANSWER_S = 3.5  # into the budget, at which there is a first answer if no sweep is complete
FREE_THREADED_SHARE = 0.25  # of the time, for an interpreter that nobody asked for


@dataclass(frozen=True)
class MeasuredCall:
    """What was measured of a call.

    Attributes:
        folder: The run's folder.
        run: What ``run.json`` says.
        observations: The journal.
    """

    folder: Path
    run: Run
    observations: Sequence[Observation]


class CallMeasurement:
    """A call that is measured within a budget.

    Args:
        spec: What is called.
        pythons: Specs of targets; empty for the interpreter of the active environment.
        budget_s: Seconds from now on in which the answer is wanted, for all targets together.
        doing: Called with what is being done.
        asked: The ways that are measured, and no others; empty for all that suit.

    Raises:
        InputError: No target can be measured.
    """

    def __init__(
        self,
        spec: CallSpec,
        pythons: Sequence[str],
        budget_s: float,
        doing: Callable[[str], None] = tell_nobody,
        asked: Sequence[Job] = (),
    ) -> None:
        self._spec, self._asked = spec, asked
        self._began_s = time.monotonic()
        self._end_s = self._began_s + budget_s - min(LAST_S, LAST_SHARE * budget_s)
        self._began_utc = utc_now()
        self._session = Session(0, doing=doing)
        self._records = CallRecords(self._session.clock_s)
        try:
            self._host: Host = inspect()
            self._targets, self.problems = self._load(pythons)
            self._extra = None if pythons or asked else self._load_free_threaded()
        except BaseException:
            self._session.close()
            raise

    def _load(self, pythons: Sequence[str]) -> tuple[tuple[Target, ...], tuple[str, ...]]:
        specs = [calls.with_packages(text) for text in pythons or [calls.active_python()]]
        return loading.load_targets(specs, self._session.target_bundle)

    def _load_free_threaded(self) -> Target | None:
        """A free-threaded interpreter of this machine, to see what it does to the call."""
        executable = newest_free_threaded()
        if executable is None or self._targets[0].description.free_threaded_build:
            return None
        try:
            (target,), _ = self._load([executable])
        except InputError as error:  # nobody asked for it
            self._session.doing(f"a free-threaded Python was found, but {error}")
            return None
        return target if target.description.free_threaded_build else None

    def measure(
        self, out: Path, command: Sequence[str], first: Callable[[MeasuredCall], None] | None = None
    ) -> MeasuredCall:
        """Measure everything and write the run's folder.

        Args:
            out: The folder in which runs are kept.
            command: The command line that the run is due to.
            first: Called once, with what was measured by then, when there is a first answer.

        Raises:
            InputError: The call cannot be made at all, or the folder cannot be written.
        """
        with self._session:
            shares = self._try_call()
            folder = layout.create(out)  # before, because what is measured has to find a place
            with Journal(folder) as journal:  # its lock shows that the folder is in use
                try:
                    self._sweep(shares, first)
                    status = "complete"
                except BaseException as error:
                    if not INTERRUPTS.caused(error):
                        raise
                    status = "interrupted"  # what was measured so far is kept
                run = self._write(journal, self._run(folder.name, status, command))
        if status == "complete":
            publish(folder)
        return MeasuredCall(folder, run, self._records.observations)

    def _write(self, journal: Journal, run: Run) -> Run:
        """Write the run and its records; returns the run with its seal."""
        journal.write_run(msgspec.structs.replace(run, status="running"))
        for record in self._records.journal():
            journal.add(record)
        for planned in run.plan if run.status == "complete" else ():
            journal.add(ItemEnd(planned.item.id, planned.effort.most_launches, Stop.TIME))
        run = msgspec.structs.replace(run, seal=journal.seal())
        journal.write_run(run)
        return run

    def _try_call(self) -> dict[CallSweeps, float]:
        """Try the call on every target.

        Returns:
            The sweeps of the targets on which it can be made, each with its share of the time.
        """
        shares = {}
        targets = len(self._targets)
        for number, target in enumerate(self._targets):
            sweeps = self._tried_on(target, self._left_s() / (targets - number), targets)
            shares[sweeps] = 1.0 / targets
        needed_s = sum(sweeps.shortest_s for sweeps in shares)
        if self._extra is None or needed_s > (1 - FREE_THREADED_SHARE) * self._left_s():
            return shares
        try:
            free_threaded = self._tried_on(self._extra, FREE_THREADED_SHARE * self._left_s())
        except InputError:  # the answer says why
            return shares
        for sweeps in shares:
            shares[sweeps] *= 1 - FREE_THREADED_SHARE
        shares[free_threaded] = FREE_THREADED_SHARE
        return shares

    def _tried_on(self, target: Target, seconds: float, targets: int = 1) -> CallSweeps:
        """Try the call on a target; returns what measures it there.

        Args:
            target: The target.
            seconds: For which the first call is waited for.
            targets: How many share the budget.

        Raises:
            InputError: It cannot be called there.
        """
        call = CallOnTarget(self._session, self._host, self._spec, target)
        tried = try_call(call, self._records, self._asked, seconds, targets)
        return CallSweeps(call, tried, self._records, self._asked)

    def _sweep(
        self, shares: Mapping[CallSweeps, float], first: Callable[[MeasuredCall], None] | None
    ) -> None:
        """Measure on every target; the next launch is of the one that is furthest behind."""
        launches = {}
        for sweeps, share in shares.items():
            launches[sweeps] = sweeps.launches(self._end_s, share)
        used_s = dict.fromkeys(shares, 0.0)
        while launches:
            furthest_behind = min(launches, key=lambda sweeps: used_s[sweeps] / shares[sweeps])
            began_s = time.monotonic()
            sweep = next(launches[furthest_behind], None)
            used_s[furthest_behind] += time.monotonic() - began_s
            if sweep is None:
                del launches[furthest_behind]
            is_late = time.monotonic() - self._began_s > FIRST_ANSWER_S
            if first is not None and (is_late or sweep != 0) and launches:
                run = self._run("", "running", ())
                first(MeasuredCall(Path(), run, self._records.observations))
                first = None

    def _run(self, id: str, status: str, command: Sequence[str]) -> Run:
        """The run, with the experiments that were made so far."""
        extra = () if self._extra is None else (self._extra,)
        return Run(
            id=id,
            status=status,
            started_utc=self._began_utc,
            ended_utc=utc_now(),
            profile=PROFILE,
            seed=self._session.seed,
            command=tuple(map(as_utf8, command)),
            gilbench=__version__,
            git_commit=git_commit() if id else None,
            host=self._host,
            targets=(*self._targets, *extra),
            plan=tuple(self._records.plan()),
            target_code=self._session.target_code,
            chained=True,
        )

    def _left_s(self) -> float:
        return self._end_s - time.monotonic()
