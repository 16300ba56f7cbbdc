"""``benchmark.json`` from the journal, in pytest-benchmark's format and with its statistics.

pytest writes the file itself when a run ends; this is for runs that were interrupted before that.
In both, times are those of a unit of work, and ``extra_info`` holds the speedup with its interval.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest_benchmark
from pytest_benchmark import plugin, stats

from gilbench.measure.git import commit_info
from gilbench.model import Comparison, Experiment, Host, PlannedItem, Run
from gilbench.results.tables import Tables
from gilbench.summary.cases import measured

# pytest-benchmark has no annotations.
HOOKS: Any = plugin
METADATA: Any = stats.Metadata
OPTIONS = {"disable_gc": False, "timer": "gilbench.target_clock", "warmup": False}


def render(tables: Tables) -> str:
    """The file's text.

    Items that were not measured to their end are left out, as pytest-benchmark does.
    """
    run = tables.run
    benchmarks = [
        metadata
        for planned in run.plan
        if planned.item.id in tables.ends and (metadata := _metadata(tables, planned))
    ]
    made: dict[str, Any] = HOOKS.pytest_benchmark_generate_json(
        config=None,
        benchmarks=benchmarks,
        include_data=True,
        machine_info=_machine_info(run.host),
        commit_info=commit_info(run.git_commit),
    )
    made["datetime"] = run.ended_utc or run.started_utc
    made["version"] = pytest_benchmark.__version__
    return json.dumps(made, indent=4) + "\n"


def times_s(tables: Tables, item: Comparison | Experiment) -> list[float]:
    """The timed rounds of an item as pytest-benchmark saw them.

    Returns:
        Seconds per unit of work in each of the case's rounds, or the seconds that each condition of
        a probe took.
    """
    rounds, observations = tables.rounds, tables.observations
    if not isinstance(item, Comparison):
        walls_ns = observations["wall_ns"][observations["item"] == item.id]
        return [float(wall_ns) / 1e9 for wall_ns in walls_ns]
    is_timed = (rounds["role"] == "case") & ~rounds["warmup"].astype(bool)
    size, _ = _unit_of_work(tables.run, item)
    units = item.tasks * size
    walls_ns = rounds["wall_ns"][(rounds["item"] == item.id) & is_timed]
    return [float(wall_ns) / 1e9 / units for wall_ns in walls_ns]


def extra_info(tables: Tables, item: Comparison | Experiment) -> dict[str, Any]:
    """What the file says of an item besides its times, as plain JSON.

    Returns:
        The item's id and target; for a comparison also its reference, the tasks of a round, the
        size of a task in ``unit``, which is the unit of work that times are of, and the speedup
        over the reference: its center, the ends of its 95 % interval (None after a single launch)
        and the number of launches.
    """
    if not isinstance(item, Comparison):
        return {"gilbench_item": item.id, "target": item.target}
    size, unit = _unit_of_work(tables.run, item)
    analyses = tables.analyses_of(item.id)
    speedup = measured(tables.of(item.id)["log_speedup"], "×", log=True, analyses=analyses)
    return {
        "gilbench_item": item.id,
        "target": item.case.target,
        "reference": f"{item.reference.label}@{item.reference.target}",
        "tasks": item.tasks,
        "task_size": size,
        "unit": unit,
        "speedup": speedup
        and {"center": speedup.center, "lo": speedup.lo, "hi": speedup.hi, "n": speedup.n},
    }


def add_extra_info(tables: Tables, benchmarks: Iterable[dict[str, Any]]) -> None:
    """Complete ``extra_info`` in pytest-benchmark's document, which may hold other benchmarks too.

    Args:
        tables: The run that was measured.
        benchmarks: The document's benchmarks, which are changed in place.
    """
    items = {planned.item.id: planned.item for planned in tables.run.plan}
    for benchmark in benchmarks:
        item = items.get(benchmark["extra_info"].get("gilbench_item", ""))
        if item is not None:
            benchmark["extra_info"].update(extra_info(tables, item))


def _unit_of_work(run: Run, item: Comparison) -> tuple[int, str]:
    return run.target(item.reference.target).unit_of_work(item.case.workload)


def _metadata(tables: Tables, planned: PlannedItem) -> Any:
    durations_s = times_s(tables, planned.item)
    if not durations_s:
        return None
    kind, group = _kind_and_group(tables.run, planned)
    label = planned.item.id if len(tables.run.targets) > 1 else planned.item.label
    name = f"test_{kind}[{label}]"
    module = "experiments" if kind == "experiment" else kind
    fixture = SimpleNamespace(
        name=name,
        fullname=f"benchmarks/test_{module}.py::{name}",
        group=group,
        param=label,
        params={kind: planned.item.id},
        extra_info=extra_info(tables, planned.item),
        cprofile_stats=None,
        has_error=False,
    )
    metadata = METADATA(fixture, iterations=1, options=OPTIONS)
    for duration_s in durations_s:
        metadata.update(duration_s)
    return metadata


def _kind_and_group(run: Run, planned: PlannedItem) -> tuple[str, str]:
    """The test that measures the item, and its group in pytest-benchmark's table.

    The test is ``cpu``, ``io`` or ``experiment``.
    """
    item = planned.item
    if not isinstance(item, Comparison):
        return "experiment", item.probe
    workload = item.case.workload
    return run.target(item.case.target).workload(workload).kind, workload


def _machine_info(host: Host) -> dict[str, Any]:
    """The run's host in pytest-benchmark's format.

    This machine if the run was measured on it; otherwise what the run recorded of its host.
    """
    here: dict[str, Any] = HOOKS.pytest_benchmark_generate_machine_info()
    if (f"{here['system']} {here['release']}", here["cpu"].get("count")) == (
        host.kernel,
        host.logical_cores,
    ):
        return here
    system, _, release = host.kernel.partition(" ")
    return {
        "system": system,
        "release": release,
        "cpu": {"brand_raw": host.model, "count": host.logical_cores},
    }
