"""A run's journal as tables to look things up in: launches by item, observations by experiment."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gilbench.model import (
    CeilingControl,
    Comparison,
    CoresSample,
    Experiment,
    Failure,
    HostDrift,
    ItemEnd,
    Observation,
    Record,
    Round,
    Run,
    WorkerLog,
)
from gilbench.plan.amounts import ask_the_same
from gilbench.results.collection import collection_paused

# What only asks what can be measured does without pandas, which takes half a second to import, and
# without what reads files
if TYPE_CHECKING:
    import pandas as pd

MOST_KEPT = 9  # launches of a case whose workers are kept; a page shows a typical round
Seen = list[dict[str, Any]]  # what one launch observed, by condition


@dataclass(frozen=True, eq=False)
class Tables:
    """A run and its journal. Compared by identity; frames have no useful equality.

    Attributes:
        rounds: A row per round, warm-up included; ``frames.ROUND_COLUMNS``.
        launches: One row per launch of a comparison, without warm-up; ``frames.LAUNCH_COLUMNS``.
            Logarithms are natural, times are means in seconds, ``foreign_cores`` is what the rest
            of the host used meanwhile, in cores.
        observations: A row per observation of an experiment; ``frames.OBSERVATION_COLUMNS``.
        cores: One row per sample of the host: ``t_s``, and one column per core with its busy share.
        failures: The records themselves, as are ``ends`` by item and ``drifts`` by item and launch.
        workers: What each worker did in the first counted round of the case in each of the first
            ``MOST_KEPT`` launches, by item.
        located: What was computed from these frames, which are never changed.
    """

    run: Run
    rounds: pd.DataFrame
    launches: pd.DataFrame
    observations: pd.DataFrame
    cores: pd.DataFrame
    failures: tuple[Failure, ...]
    ends: dict[str, ItemEnd]
    drifts: dict[tuple[str, int], HostDrift] = field(default_factory=dict)
    workers: dict[str, list[tuple[WorkerLog, ...]]] = field(default_factory=dict)
    located: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False)

    def of(self, item: str) -> pd.DataFrame:
        """The launches of one item, in order; empty if it was not measured."""
        return self._by_item.get(item, self.launches[:0])

    def launches_of(self, item: Comparison | Experiment) -> int:
        """How many launches of an item have a value: a complete pair, or every condition."""
        if isinstance(item, Experiment):
            return len(self.seen(item))
        return len(self.of(item.id))

    def analyses_of(self, item: str) -> int:
        """At how many analyses the measuring of an item might have stopped.

        1 where no claim needs it: such an item has a fixed number of launches.
        """
        return self._analyses.get(item, 1)

    @cached_property
    def _analyses(self) -> dict[str, int]:
        stopped = (planned for planned in self.run.plan if planned.claims)
        return {planned.item.id: len(planned.effort.looks) for planned in stopped}

    def launch_s(self, item: Comparison | Experiment) -> float:
        """About how many seconds a launch of an item takes in rounds, warm-up included.

        0 where it has none.
        """
        if isinstance(item, Experiment):
            mine = self.observations[self.observations["item"] == item.id]
            return float(mine["wall_ns"].sum()) / 1e9 / max(1, self.launches_of(item))
        launches = self.of(item.id)
        if launches.empty:
            return 0.0
        pair_s = launches["wall_s"] + launches["reference_wall_s"]
        return float((pair_s * (launches["pairs"] + 1)).mean())

    @cached_property
    def _by_item(self) -> dict[str, pd.DataFrame]:
        return {str(item): launches for item, launches in self.launches.groupby("item", sort=False)}

    def seen(self, experiment: Experiment) -> list[Seen]:
        """What each launch of an experiment observed; launches that lack a condition are left out.

        Empty if the run planned another experiment under the same id, as another version of a claim
        may have.
        """
        if self.was_asked_otherwise(experiment):
            return []
        complete = []
        for by_condition in self._observed.get(experiment.id, {}).values():
            if len(by_condition) == len(experiment.conditions):
                complete.append(
                    [by_condition[index] for index in range(len(experiment.conditions))]
                )
        return complete

    def was_asked_otherwise(self, experiment: Experiment) -> bool:
        """Whether the run planned an experiment of the same id under other conditions."""
        planned = self._planned_experiments.get(experiment.id)
        return planned is not None and not ask_the_same(planned, experiment)

    @cached_property
    def _planned_experiments(self) -> dict[str, Experiment]:
        items = (planned.item for planned in self.run.plan)
        return {item.id: item for item in items if isinstance(item, Experiment)}

    @cached_property
    def _observed(self) -> dict[str, dict[int, dict[int, dict[str, Any]]]]:
        """Experiment → launch → condition → what was observed."""
        observed: dict[str, dict[int, dict[int, dict[str, Any]]]] = {}
        columns = (self.observations[name] for name in ("item", "launch", "condition", "observed"))
        for item, launch, condition, values in zip(*columns, strict=True):
            observed.setdefault(item, {}).setdefault(launch, {})[condition] = values
        return observed

    @property
    def comparisons(self) -> list[Comparison]:
        """The comparisons of the plan that have at least one complete pair, in the plan's order."""
        measured = set(self.launches["item"])
        items = (planned.item for planned in self.run.plan)
        return [item for item in items if isinstance(item, Comparison) and item.id in measured]


def load(folder: Path) -> Tables:
    """Read a run folder; raises InputError where its files cannot be used.

    The journal is read in chunks, so that one of a million rounds takes no more memory than its
    frame.
    """
    from gilbench.results import folder as layout
    from gilbench.results.parts import read_in_parts

    run = layout.read_run(folder)
    with collection_paused():
        builder = read_in_parts(folder, run, TablesBuilder)
        if builder is None:
            builder = TablesBuilder()
            for chunk in layout.chunks(folder, run):
                builder.extend(chunk)
            builder.add_cores(layout.cores_samples(folder, run))
        return builder.tables(run)


def build(run: Run, records: Iterable[Record], cores: Iterable[CoresSample] = ()) -> Tables:
    """The tables of records that are all there."""
    builder = TablesBuilder()
    builder.extend(records)
    builder.add_cores(cores)
    return builder.tables(run)


class TablesBuilder:
    """Builds tables from records that arrive in parts.

    Rounds are converted once, when they arrive, and launches once they are over, however many
    tables are built from them.
    """

    def __init__(self) -> None:
        from gilbench.results import frames

        self._rounds = frames.RoundColumns()
        self._launches = frames.LaunchRows()
        self._ceilings: dict[tuple[str, int], list[float]] = {}  # logarithms, by item and launch
        self._observations: list[Observation] = []
        self._failures: list[Failure] = []
        self._ends: dict[str, ItemEnd] = {}
        self._drifts: dict[tuple[str, int], HostDrift] = {}
        self._workers: dict[str, dict[int, tuple[WorkerLog, ...]]] = {}  # by item and launch
        self._cores = frames.cores_frame(())

    def extend(self, records: Iterable[Record]) -> None:
        """Add the next records of the journal."""
        from gilbench.results import frames

        rounds: list[Round] = []
        for record in records:
            match record:
                case Round():
                    rounds.append(record)
                    if record.role == "case" and not record.warmup:
                        of_item = self._workers.setdefault(record.item, {})
                        if len(of_item) < MOST_KEPT:
                            of_item.setdefault(record.launch, record.workers)
                case CeilingControl():
                    at = (sys.intern(record.item), record.launch)
                    of_launch = self._ceilings.setdefault(at, [])
                    of_launch.append(frames.log_ceiling(record))
                case Observation():
                    self._observations.append(record)
                case Failure():
                    self._failures.append(record)
                case ItemEnd():
                    self._ends[record.item] = record
                case HostDrift():
                    self._drifts[record.item, record.launch] = record
        self._rounds.extend(rounds)

    def add_cores(self, samples: Iterable[CoresSample]) -> None:
        """Add the timeline of the cores, all of it at once."""
        from gilbench.results import frames

        self._cores = frames.cores_frame(samples)

    def append(self, later: TablesBuilder) -> None:
        """Append what was built from the next records, which begin with a launch.

        What each has of launches is computed first, if it was not.
        """
        for builder in (self, later):
            builder.compute_launches()
        self._rounds.append(later._rounds)
        self._launches.append(later._launches)
        self._ceilings.update(later._ceilings)
        self._observations += later._observations
        self._failures += later._failures
        self._ends.update(later._ends)
        self._drifts.update(later._drifts)
        for item, launches in later._workers.items():
            of_item = self._workers.setdefault(item, {})
            for launch, workers in islice(launches.items(), MOST_KEPT - len(of_item)):
                of_item[launch] = workers

    def compute_launches(self) -> pd.DataFrame:
        """The launches so far, with ``frames.LAUNCH_COLUMNS``."""
        return self._launches.frame(self._rounds.frame(), self._ceilings)

    def tables(self, run: Run) -> Tables:
        """The records so far; later ones do not change what is returned."""
        from gilbench.results import frames

        rounds = self._rounds.frame()
        return Tables(
            run=run,
            rounds=rounds,
            launches=self._launches.frame(rounds, self._ceilings),
            observations=frames.observations_frame(self._observations),
            cores=self._cores,
            failures=tuple(self._failures),
            ends=dict(self._ends),
            drifts=dict(self._drifts),
            workers={item: list(seen.values()) for item, seen in self._workers.items()},
        )
