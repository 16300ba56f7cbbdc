"""Measures a call of the user on its targets, and keeps what was observed as a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gilbench import __version__
from gilbench.measure.git import git_commit
from gilbench.measure.host import inspect
from gilbench.measure.session import Session, tell_nobody
from gilbench.measure.targets import calls, loading
from gilbench.measure.targets.calls import CallSpec
from gilbench.measure.targets.interpreters import newest_free_threaded
from gilbench.model import (
    Effort,
    Experiment,
    Host,
    InputError,
    ItemEnd,
    LaunchStart,
    Observation,
    PlannedItem,
    Run,
    Stop,
    Target,
)
from gilbench.plan.call_plan import PROFILE, Job
from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from gilbench.results.verification import publish
from gilbench.run.call_sweeps import CallSweeps
from gilbench.run.recorder import utc_now

LAST_SHARE, LAST_S = 0.2, 2.0  # of the budget, to judge, print and write what was measured
FIRST_ANSWER_S = 3.5  # into the budget, at which there is a first answer if no sweep is complete
FREE_THREADED_SHARE = 0.25  # of the time, for an interpreter that nobody asked for


@dataclass(frozen=True)
class Advised:
    """What was measured of a call.

    Attributes:
        folder: The run's folder.
        run: What ``run.json`` says.
        observations: The journal.
    """

    folder: Path
    run: Run
    observations: Sequence[Observation]


class CallRecords:
    """Everything that was observed of a call, in the form of experiments with their conditions.

    Args:
        clock_s: The run's clock, in seconds.
    """

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self.observations: list[Observation] = []
        self._clock_s = clock_s
        self._conditions: dict[str, list[dict[str, Any]]] = {}
        self._pids: dict[tuple[str, int], int] = {}  # of the first process of each launch

    def add(
        self,
        target: Target,
        probe: str,
        condition: dict[str, Any],
        launch: int,
        observed: dict[str, Any],
        wall_s: float,
        pid: int = 0,
    ) -> None:
        """Keep what was observed under a condition, which took ``wall_s`` seconds until now.

        ``pid`` is the launch's; 0 where nothing was started for it.
        """
        item = f"{probe}@{target.id}"
        conditions = self._conditions.setdefault(item, [])
        if condition not in conditions:
            conditions.append(condition)
        index, began_s = conditions.index(condition), round(self._clock_s() - wall_s, 6)
        self._pids.setdefault((item, launch), pid)
        self.observations.append(
            Observation(item, launch, index, began_s, int(wall_s * 1e9), observed)
        )

    def under(self, target: Target, probe: str, condition: dict[str, Any]) -> list[dict[str, Any]]:
        """What was observed under a condition so far."""
        item = f"{probe}@{target.id}"
        conditions = self._conditions.get(item, [])
        return [
            observation.observed
            for observation in self.observations
            if observation.item == item and conditions[observation.condition] == condition
        ]

    def plan(self) -> Iterator[PlannedItem]:
        """The experiments that were made."""
        for item, conditions in self._conditions.items():
            probe, _, target = item.partition("@")
            experiment = Experiment(target, probe, tuple(conditions))
            yield PlannedItem(experiment, Effort((len(self._launches_of(item)),), 1))

    def journal(self) -> Iterator[LaunchStart | Observation]:
        """The observations launch by launch, each launch after its start.

        Launches of a probe are numbered without those in which nothing of it was measured.
        """
        for item in self._conditions:
            for number, launch in enumerate(self._launches_of(item)):
                observations = [
                    each for each in self.observations if (each.item, each.launch) == (item, launch)
                ]
                pid = self._pids[item, launch]
                yield LaunchStart(item, number, pid, observations[0].began_s, 0)
                for observation in observations:
                    yield msgspec.structs.replace(observation, launch=number)

    def _launches_of(self, item: str) -> list[int]:
        return sorted({each.launch for each in self.observations if each.item == item})


class Advising:
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
        specs = [_with_packages(text) for text in pythons or [calls.active_python()]]
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
        self, out: Path, command: Sequence[str], first: Callable[[Advised], None] | None = None
    ) -> Advised:
        """Measure everything and write the run's folder.

        Args:
            out: The folder in which runs are kept.
            command: The command line that the run is due to.
            first: Called once, with what was measured by then, when there is a first answer.

        Raises:
            InputError: The call cannot be made at all, or the folder cannot be written.
        """
        with self._session:
            sweeps = self._tried()
            try:
                self._sweep(sweeps, first)
                status = "complete"
            except KeyboardInterrupt:  # what was measured so far is kept
                status = "interrupted"
        folder = layout.create(out)
        run = self._run(folder.name, status, command)
        with Journal(folder) as journal:
            journal.write_run(run)
            for record in self._records.journal():
                journal.add(record)
            for planned in run.plan if status == "complete" else ():
                journal.add(ItemEnd(planned.item.id, planned.effort.most_launches, Stop.TIME))
            run = msgspec.structs.replace(run, seal=journal.seal())
            journal.write_run(run)
        if status == "complete":
            publish(folder)
        return Advised(folder, run, self._records.observations)

    def _tried(self) -> dict[CallSweeps, float]:
        """The targets on which the call can be made, each with its part of the time."""
        sweeps = {}
        for target in self._targets:
            each = self._sweeps_of(target)
            each.try_it(self._left_s() / len(self._targets))
            sweeps[each] = 1.0 / len(self._targets)
        if self._extra is not None:
            each = self._sweeps_of(self._extra)
            try:
                each.try_it(FREE_THREADED_SHARE * self._left_s())
            except InputError:  # the answer says why
                return sweeps
            sweeps = {other: share * (1 - FREE_THREADED_SHARE) for other, share in sweeps.items()}
            sweeps[each] = FREE_THREADED_SHARE
        return sweeps

    def _sweeps_of(self, target: Target) -> CallSweeps:
        return CallSweeps(self._session, self._host, self._spec, target, self._records, self._asked)

    def _sweep(
        self, sweeps: Mapping[CallSweeps, float], first: Callable[[Advised], None] | None
    ) -> None:
        """Measure on every target; the next launch is of the one that is furthest behind."""
        open_sweeps = {each: each.launches(self._end_s, share) for each, share in sweeps.items()}
        used_s = dict.fromkeys(sweeps, 0.0)
        while open_sweeps:
            each = min(open_sweeps, key=lambda each: used_s[each] / sweeps[each])
            began_s = time.monotonic()
            sweep = next(open_sweeps[each], None)
            used_s[each] += time.monotonic() - began_s
            if sweep is None:
                del open_sweeps[each]
            late = time.monotonic() - self._began_s > FIRST_ANSWER_S
            if first is not None and (late or sweep != 0) and open_sweeps:
                first(Advised(Path(), self._run("", "running", ()), self._records.observations))
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
            command=tuple(command),
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


def _with_packages(spec: str) -> str:
    """A target whose launches have its installed packages, as the user's own Python has."""
    return spec if "site=" in spec else f"{spec},site=1"
