"""The journal as pandas frames: rounds, launches, observations and the core timeline. It computes sums and ratios and
draws no conclusions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gilbench.model import (
    Comparison,
    Control,
    CoresSample,
    Experiment,
    Failure,
    ItemEnd,
    Observation,
    Record,
    Round,
    Run,
    Stretch,
)
from gilbench.plan import ask_the_same
from gilbench.results import folder as layout

ROUND_COLUMNS = [
    "item",
    "role",
    "launch",
    "pair",
    "position",
    "warmup",
    "began_s",
    "wall_ns",
    "launch_ns",
    "compute_ns",
    "join_ns",
    "cpu_ns",
    "host_busy_s",
    "host_steal_s",
    "tasks",
    "peak_rss_bytes",
    "switches_voluntary",
    "switches_forced",
    "gil_before",
    "gil_after",
]
LAUNCH_COLUMNS = [
    "item",
    "launch",
    "pairs",
    "log_speedup",
    "wall_s",
    "reference_wall_s",
    "launch_s",
    "compute_s",
    "join_s",
    "cores_used",
    "reference_cores_used",
    "foreign_cores",
    "steal_share",
    "log_ceiling",
]
Seen = list[dict[str, Any]]  # what one launch observed, by condition
MOST_CEILING = 2  # times the workers: a core that works alone may be slower than all, but not by half
LEAST_CEILING = 0.01  # a control whose processes were all but starved; its logarithm must exist


@dataclass(frozen=True, eq=False)
class Tables:
    """A run and its journal. Two are the same only if they are one object: comparing frames says nothing.

    ``rounds``: a row a round, warm-up included, ROUND_COLUMNS. ``launches``: a row a launch of a comparison, warm-up
    left out, LAUNCH_COLUMNS; logarithms are natural, times are means in seconds, ``foreign_cores`` is what the rest of
    the host used meanwhile, in cores. ``observations``: a row an observation (item, launch, condition, began_s,
    wall_ns, observed). ``cores``: a row a sample, ``t_s`` and a column a core. ``failures``, ``ends`` and
    ``stretches`` (by item and launch): the records themselves. ``located`` remembers what was
    computed from these frames, which are never changed.
    """

    run: Run
    rounds: pd.DataFrame
    launches: pd.DataFrame
    observations: pd.DataFrame
    cores: pd.DataFrame
    workers: dict[tuple[str, int, int, str], Round]
    failures: tuple[Failure, ...]
    ends: dict[str, ItemEnd]
    stretches: dict[tuple[str, int], Stretch] = field(default_factory=dict)
    located: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False)

    def of(self, item: str) -> pd.DataFrame:
        """The launches of one item, in order; empty if it was not measured."""
        return self.launches[self.launches["item"] == item]

    def seen(self, experiment: Experiment) -> list[Seen]:
        """What each launch of an experiment observed; launches that lack a condition are left out. Nothing, if the run
        asked something else under the same name, as another version of a claim may have."""
        asked = (planned.item for planned in self.run.plan if planned.item.id == experiment.id)
        if any(isinstance(one, Experiment) and not ask_the_same(one, experiment) for one in asked):
            return []
        by_launch: dict[int, dict[int, dict[str, Any]]] = {}
        mine = self.observations[self.observations["item"] == experiment.id]
        for launch, condition, observed in zip(mine["launch"], mine["condition"], mine["observed"], strict=True):
            by_launch.setdefault(launch, {})[condition] = observed
        conditions = range(len(experiment.conditions))
        return [[one[index] for index in conditions] for one in by_launch.values() if len(one) == len(conditions)]

    @property
    def comparisons(self) -> list[Comparison]:
        """The comparisons of the plan that have at least one complete pair, in the plan's order."""
        measured = set(self.launches["item"])
        return [
            planned.item
            for planned in self.run.plan
            if isinstance(planned.item, Comparison) and planned.item.id in measured
        ]


def load(folder: Path) -> Tables:
    """Read a run folder; raises InputError where its files cannot be used."""
    return build(layout.read_run(folder), layout.read_records(folder), layout.read_cores(folder))


def build(run: Run, records: Iterable[Record], cores: Iterable[CoresSample] = ()) -> Tables:
    records = list(records)
    rounds = [record for record in records if isinstance(record, Round)]
    frame = _rounds(rounds)
    return Tables(
        run=run,
        rounds=frame,
        launches=_launches(frame, [record for record in records if isinstance(record, Control)]),
        observations=pd.DataFrame(
            [
                (seen.item, seen.launch, seen.condition, seen.began_s, seen.wall_ns, seen.observed)
                for seen in records
                if isinstance(seen, Observation)
            ],
            columns=["item", "launch", "condition", "began_s", "wall_ns", "observed"],
        ),
        cores=_cores(list(cores)),
        workers={(one.item, one.launch, one.pair, one.role): one for one in rounds if not one.warmup},
        failures=tuple(record for record in records if isinstance(record, Failure)),
        ends={record.item: record for record in records if isinstance(record, ItemEnd)},
        stretches={(record.item, record.launch): record for record in records if isinstance(record, Stretch)},
    )


def _rounds(rounds: list[Round]) -> pd.DataFrame:
    rows = [
        (
            one.item,
            one.role,
            one.launch,
            one.pair,
            one.position,
            one.warmup,
            one.began_s,
            one.wall_ns,
            one.launch_ns,
            one.compute_ns,
            one.join_ns,
            one.cpu_self_ns + one.cpu_children_ns,
            sum(one.host.busy_s),
            one.host.steal_s,
            one.tasks,
            one.peak_rss_bytes,
            one.switches_voluntary,
            one.switches_forced,
            one.gil_before,
            one.gil_after,
        )
        for one in rounds
    ]
    return pd.DataFrame(rows, columns=ROUND_COLUMNS)


def _launches(rounds: pd.DataFrame, controls: list[Control]) -> pd.DataFrame:
    """Pairs that lack one half (an interrupted run) are left out."""
    key = ["item", "launch"]
    timed = rounds[~rounds["warmup"].astype(bool)]
    case = timed[timed["role"] == "case"].set_index([*key, "pair"])
    reference = timed[timed["role"] == "reference"].set_index([*key, "pair"])
    pairs = case.join(reference.add_suffix("_reference"), how="inner")
    if pairs.empty:
        return pd.DataFrame(columns=LAUNCH_COLUMNS)
    pairs["log_speedup"] = np.log(pairs["wall_ns_reference"] / pairs["wall_ns"])
    pairs["pairs"] = 1
    grouped = pairs.groupby(level=key, sort=False)
    total, mean = grouped.sum(numeric_only=True), grouped.mean(numeric_only=True)
    both_s = (total["wall_ns"] + total["wall_ns_reference"]) / 1e9
    own_s = (total["cpu_ns"] + total["cpu_ns_reference"]) / 1e9
    busy_s = total["host_busy_s"] + total["host_busy_s_reference"]
    launches = pd.DataFrame(
        {
            "pairs": total["pairs"],
            "log_speedup": mean["log_speedup"],
            "wall_s": mean["wall_ns"] / 1e9,
            "reference_wall_s": mean["wall_ns_reference"] / 1e9,
            "launch_s": mean["launch_ns"] / 1e9,
            "compute_s": mean["compute_ns"] / 1e9,
            "join_s": mean["join_ns"] / 1e9,
            "cores_used": total["cpu_ns"] / total["wall_ns"],
            "reference_cores_used": total["cpu_ns_reference"] / total["wall_ns_reference"],
            "foreign_cores": ((busy_s - own_s) / both_s).clip(lower=0),
            "steal_share": (total["host_steal_s"] + total["host_steal_s_reference"]) / both_s,
        }
    )
    reached = {(control.item, control.launch): _ceiling(control) for control in controls}
    ceilings = pd.Series(reached, dtype=float).apply(np.log)
    launches["log_ceiling"] = ceilings.reindex(launches.index) if len(ceilings) else np.nan
    return launches.reset_index()[LAUNCH_COLUMNS]


def _ceiling(control: Control) -> float:
    """What the control reached; nan where it is more than there can be, since then its processes were starved alone."""
    return max(control.ceiling, LEAST_CEILING) if control.ceiling <= MOST_CEILING * control.workers else math.nan


def _cores(samples: list[CoresSample]) -> pd.DataFrame:
    width = max((len(sample.busy) for sample in samples), default=0)
    frame = pd.DataFrame([sample.busy for sample in samples], columns=range(width), dtype=float)
    frame.insert(0, "t_s", [sample.t_s for sample in samples])
    return frame
