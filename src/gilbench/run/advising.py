"""Measures a call of the user on its targets, and keeps what was observed as a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
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
from gilbench.model import (
    Effort,
    Experiment,
    Host,
    ItemEnd,
    LaunchStart,
    Observation,
    PlannedItem,
    Run,
    Stop,
    Target,
)
from gilbench.plan.call_plan import PROFILE
from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from gilbench.results.verification import publish
from gilbench.run.call_sweeps import CallSweeps
from gilbench.run.recorder import utc_now

JUDGING_S = 1.0  # of the budget, to judge and print what was measured


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

    Raises:
        InputError: No target can be measured.
    """

    def __init__(
        self,
        spec: CallSpec,
        pythons: Sequence[str],
        budget_s: float,
        doing: Callable[[str], None] = tell_nobody,
    ) -> None:
        self._spec = spec
        self._end_s = time.monotonic() + budget_s - JUDGING_S
        self._session = Session(0, doing=doing)
        try:
            self._host: Host = inspect()
            specs = [_with_packages(text) for text in pythons or [calls.active_python()]]
            self._targets, self.problems = loading.load_targets(specs, self._session.target_bundle)
        except BaseException:
            self._session.close()
            raise

    def measure(self, out: Path, command: Sequence[str]) -> Advised:
        """Measure everything and write the run's folder.

        Args:
            out: The folder in which runs are kept.
            command: The command line that the run is due to.

        Raises:
            InputError: The call cannot be made at all, or the folder cannot be written.
        """
        session = self._session
        with session:
            records = CallRecords(session.clock_s)
            began_utc = utc_now()
            sweeps = [
                CallSweeps(session, self._host, self._spec, target, records)
                for target in self._targets
            ]
            for each in sweeps:
                each.try_it(self._left_s() / len(sweeps))
            interrupted = self._sweep(sweeps)
        folder = layout.create(out)
        run = Run(
            id=folder.name,
            status="interrupted" if interrupted else "complete",
            started_utc=began_utc,
            ended_utc=utc_now(),
            profile=PROFILE,
            seed=session.seed,
            command=tuple(command),
            gilbench=__version__,
            git_commit=git_commit(),
            host=self._host,
            targets=self._targets,
            plan=tuple(records.plan()),
            target_code=session.target_code,
            chained=True,
        )
        with Journal(folder) as journal:
            journal.write_run(run)
            for record in records.journal():
                journal.add(record)
            for planned in () if interrupted else run.plan:
                journal.add(ItemEnd(planned.item.id, planned.effort.most_launches, Stop.TIME))
            run = msgspec.structs.replace(run, seal=journal.seal())
            journal.write_run(run)
        if not interrupted:
            publish(folder)
        return Advised(folder, run, records.observations)

    def _sweep(self, sweeps: Sequence[CallSweeps]) -> bool:
        """Measure on every target; returns whether that was interrupted."""
        try:
            for place, each in enumerate(sweeps):
                each.measure(self._left_s() / (len(sweeps) - place))
        except KeyboardInterrupt:  # what was measured so far is kept
            return True
        return False

    def _left_s(self) -> float:
        return self._end_s - time.monotonic()


def _with_packages(spec: str) -> str:
    """A target whose launches have its installed packages, as the user's own Python has."""
    return spec if "site=" in spec else f"{spec},site=1"
