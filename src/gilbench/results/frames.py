"""The DataFrames of a run, made from its records: rounds, launches, observations and cores."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gilbench.model import CeilingControl, CoresSample, Observation, Round

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
    "log_evenness",
    "host_busy_s",
    "host_steal_s",
    "tasks",
    "checksum",
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
    "log_compute_speedup",
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
    "log_evenness",
]
OBSERVATION_COLUMNS = ["item", "launch", "condition", "began_s", "wall_ns", "observed"]
# Over the pairs of a launch, of both halves and of the case alone
SUMMED = ("wall_ns", "compute_ns", "cpu_ns", "host_busy_s", "host_steal_s")
AVERAGED = ("launch_ns", "join_ns", "log_evenness")
MOST_CEILING = 2  # times the workers: one core alone may be slower than all, but not by half
LEAST_CEILING = 0.01  # of a control whose processes were nearly starved; its logarithm must exist
NAMES = ("item", "role")  # the columns of text: few texts, each in many rows
DERIVED = ("cpu_ns", "log_evenness", "host_busy_s", "host_steal_s")
# Converted at a time, which bounds the memory besides that of the frames themselves
ROUNDS_AT_ONCE, SAMPLES_AT_ONCE = 65_536, 16_384
Ceilings = Mapping[tuple[str, int], Sequence[float]]  # logarithms, by item and launch
PLAIN = [name for name in ROUND_COLUMNS if name not in (*NAMES, *DERIVED)]
# All others of these are whole numbers
NOT_WHOLE: dict[str, type] = {
    "began_s": float,
    "warmup": bool,
    "gil_before": bool,
    "gil_after": bool,
}


class RoundColumns:
    """The columns of rounds, extended with some rounds at a time.

    A name is kept once, and the rows hold its number.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[str, int]] = {name: {} for name in NAMES}
        self._parts: list[dict[str, NDArray[Any]]] = []

    def extend(self, rounds: Sequence[Round]) -> None:
        """Append rounds."""
        if not rounds:
            return
        part: dict[str, NDArray[Any]] = {}
        for name in NAMES:
            part[name] = self._numbered(name, map(attrgetter(name), rounds))
        plain = zip(*map(attrgetter(*PLAIN), rounds), strict=True)
        for name, values in zip(PLAIN, plain, strict=True):
            part[name] = np.array(values, dtype=NOT_WHOLE.get(name, np.int64))
        part["cpu_ns"] = np.array([timed.cpu_self_ns + timed.cpu_children_ns for timed in rounds])
        part["log_evenness"] = np.array([_log_evenness(timed) for timed in rounds], dtype=float)
        part["host_busy_s"] = np.array([sum(timed.host.busy_s) for timed in rounds], dtype=float)
        part["host_steal_s"] = np.array([timed.host.steal_s for timed in rounds], dtype=float)
        self._parts.append(part)

    def append(self, later: RoundColumns) -> None:
        """Append the rounds of other columns, whose names may have other numbers."""
        for part in later._parts:
            renumbered = {}
            for name in NAMES:
                numbers = self._numbered(name, later._known[name])
                renumbered[name] = numbers[part[name]]
            self._parts.append({**part, **renumbered})

    def _numbered(self, name: str, texts: Iterable[str]) -> NDArray[np.int32]:
        """The numbers of names, of which new ones get the next."""
        known = self._known[name]
        return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int32)

    def frame(self) -> pd.DataFrame:
        """All rounds with ROUND_COLUMNS; names are categories."""
        if not self._parts:
            return pd.DataFrame(columns=ROUND_COLUMNS)
        joined: dict[str, NDArray[Any]] = {}
        columns: dict[str, Any] = {}
        for name in ROUND_COLUMNS:
            values = joined[name] = np.concatenate([part.pop(name) for part in self._parts])
            if name in NAMES:
                columns[name] = pd.Categorical.from_codes(values, pd.Index(list(self._known[name])))
            else:
                columns[name] = values
        self._parts = [joined]  # the next frame joins later parts to it
        return pd.DataFrame(columns, copy=False)


def _log_evenness(timed: Round) -> float:
    """Speed of the slowest worker's core over the mean speed of all workers' cores, as a logarithm.

    Workers do equal tasks, and the CPU time of a task depends on nothing but the core's speed:
    waiting for a core or for the GIL is not part of it. 0 where the clock of CPU time is too coarse
    for a share, as on Windows.
    """
    if len(timed.workers) == 1:
        return 0.0
    try:
        logs = [math.log(worker.cpu_ns / worker.tasks) for worker in timed.workers if worker.tasks]
    except ValueError:  # of no time at all
        return 0.0
    return sum(logs) / len(logs) - max(logs) if logs else 0.0


class LaunchRows:
    """The rows of launches, each computed when its launch is over.

    A launch's rounds follow each other.
    """

    def __init__(self) -> None:
        self._over: pd.DataFrame | None = None  # all launches but the latest
        self._rounds_over = 0  # theirs
        self._amounts = (0, 0)  # of rounds and ceiling controls in the latest frame
        self._frame = pd.DataFrame(columns=LAUNCH_COLUMNS)

    def frame(self, rounds: pd.DataFrame, ceilings: Ceilings) -> pd.DataFrame:
        """A row per launch of a comparison, LAUNCH_COLUMNS.

        Args:
            rounds: All rounds so far: those of earlier calls, then the new ones.
            ceilings: All ceilings so far.
        """
        amounts = len(rounds), sum(map(len, ceilings.values()))
        if amounts != self._amounts:
            self._amounts = amounts
            self._frame = self._extended(rounds, ceilings)
        return self._frame

    def append(self, later: LaunchRows) -> None:
        """Append the rows of other launches, where both have frames of all their rounds."""
        self._over = _stacked(self._frame, later._over)
        self._frame = _stacked(self._frame, later._frame)
        self._rounds_over = self._amounts[0] + later._rounds_over
        self._amounts = (
            self._amounts[0] + later._amounts[0],
            self._amounts[1] + later._amounts[1],
        )

    def _extended(self, rounds: pd.DataFrame, ceilings: Ceilings) -> pd.DataFrame:
        recent = rounds.iloc[self._rounds_over :]
        parts = [launches_frame(part, ceilings) for part in whole_launches(recent, ROUNDS_AT_ONCE)]
        launches = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
        if launches.empty:
            return launches if self._over is None else self._over
        item, launch = recent["item"].iloc[-1], recent["launch"].iloc[-1]
        of_latest = ((recent["item"] == item) & (recent["launch"] == launch)).to_numpy()
        is_over = (launches["item"] != item) | (launches["launch"] != launch)
        if self._over is not None:
            launches = pd.concat([self._over, launches], ignore_index=True)
            is_over = np.concatenate([np.ones(len(self._over), dtype=bool), is_over])
        self._over = launches[np.asarray(is_over)]
        self._rounds_over += int(of_latest.argmax())
        return launches


def _stacked(launches: pd.DataFrame, later: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of both; pandas says that it will guess the types of a frame without rows."""
    if later is None or later.empty:
        return launches
    return later if launches.empty else pd.concat([launches, later], ignore_index=True)


def whole_launches(rounds: pd.DataFrame, at_least: int) -> list[pd.DataFrame]:
    """Rounds in parts of at least so many, none of which divides a launch; one part at least."""
    if len(rounds) <= at_least:
        return [rounds]
    items, launches = rounds["item"].cat.codes.to_numpy(), rounds["launch"].to_numpy()
    begins = np.flatnonzero((np.diff(items) != 0) | (np.diff(launches) != 0)) + 1
    parts, start = [], 0
    for begin in begins.tolist():
        if begin - start >= at_least:
            parts.append(rounds.iloc[start:begin])
            start = begin
    return [*parts, rounds.iloc[start:]]


def launches_frame(rounds: pd.DataFrame, ceilings: Ceilings) -> pd.DataFrame:
    """One row per launch of a comparison, with LAUNCH_COLUMNS.

    Pairs that lack one half, as an interrupted run may have, are left out.
    """
    key = ["item", "launch"]
    timed = rounds.loc[~rounds["warmup"].astype(bool), [*key, "role", "pair", *SUMMED, *AVERAGED]]
    pairs = timed[timed["role"] == "case"].merge(
        timed.loc[timed["role"] == "reference", [*key, "pair", *SUMMED]],
        on=[*key, "pair"],
        suffixes=("", "_reference"),
    )
    if pairs.empty:
        return pd.DataFrame(columns=LAUNCH_COLUMNS)
    pairs["log_speedup"] = np.log(pairs["wall_ns_reference"] / pairs["wall_ns"])
    pairs["log_compute_speedup"] = np.log(pairs["compute_ns_reference"] / pairs["compute_ns"])
    pairs["pairs"] = 1
    grouped = pairs.groupby(key, sort=False, observed=True)
    total, mean = grouped.sum(numeric_only=True), grouped.mean(numeric_only=True)
    both_s = (total["wall_ns"] + total["wall_ns_reference"]) / 1e9
    own_s = (total["cpu_ns"] + total["cpu_ns_reference"]) / 1e9
    busy_s = total["host_busy_s"] + total["host_busy_s_reference"]
    launches = pd.DataFrame(
        {
            "pairs": total["pairs"],
            "log_speedup": mean["log_speedup"],
            "log_compute_speedup": mean["log_compute_speedup"],
            "wall_s": mean["wall_ns"] / 1e9,
            "reference_wall_s": mean["wall_ns_reference"] / 1e9,
            "launch_s": mean["launch_ns"] / 1e9,
            "compute_s": mean["compute_ns"] / 1e9,
            "join_s": mean["join_ns"] / 1e9,
            "cores_used": total["cpu_ns"] / total["wall_ns"],
            "reference_cores_used": total["cpu_ns_reference"] / total["wall_ns_reference"],
            "foreign_cores": ((busy_s - own_s) / both_s).clip(lower=0),
            "log_evenness": mean["log_evenness"],
            "steal_share": (total["host_steal_s"] + total["host_steal_s_reference"]) / both_s,
        }
    )
    logs = [_mean_of_possible(ceilings.get(at, ())) for at in launches.index]
    launches["log_ceiling"] = np.array(logs, dtype=float)
    launches = launches.reset_index()
    launches["item"] = launches["item"].astype(object)
    return launches[LAUNCH_COLUMNS]


def log_ceiling(control: CeilingControl) -> float:
    """The logarithm of what a control reached; nan where that is impossible.

    It is impossible where a process that ran alone was starved.
    """
    if control.ceiling > MOST_CEILING * control.workers:
        return math.nan
    return math.log(max(control.ceiling, LEAST_CEILING))


def _mean_of_possible(logs: Sequence[float]) -> float:
    """The mean of those that are numbers; nan where none is."""
    possible = [log for log in logs if not math.isnan(log)]
    return sum(possible) / len(possible) if possible else math.nan


def cores_frame(cores: Iterable[CoresSample]) -> pd.DataFrame:
    """One row per sample: ``t_s``, and one column per core with its busy share.

    All samples have as many cores.
    """
    remaining = iter(cores)
    parts = []
    while samples := list(islice(remaining, SAMPLES_AT_ONCE)):
        times_s = np.array([sample.t_s for sample in samples], dtype=float)
        busy = np.array([sample.busy for sample in samples], dtype=float)
        parts.append(np.column_stack([times_s, busy]))
    if not parts:
        return pd.DataFrame({"t_s": []})
    rows = np.concatenate(parts)
    return pd.DataFrame(rows, columns=["t_s", *range(rows.shape[1] - 1)])


def observations_frame(observations: Iterable[Observation]) -> pd.DataFrame:
    """One row per observation of an experiment, with OBSERVATION_COLUMNS."""
    rows = list(map(attrgetter(*OBSERVATION_COLUMNS), observations))
    return pd.DataFrame(rows, columns=OBSERVATION_COLUMNS)
