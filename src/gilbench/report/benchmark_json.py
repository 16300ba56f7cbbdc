"""``benchmark.json`` made again from the journal, in pytest-benchmark's own format and with its own statistics.

A run of pytest writes the file itself; this is for runs that ended before that, so that ``pytest-benchmark compare``
and the tools that read its format have something to read. Every record stands in the journal already.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest_benchmark
from pytest_benchmark import plugin, stats, utils

from gilbench.model import Comparison, Host, PlannedItem, Run
from gilbench.results.tables import Tables

# pytest-benchmark has no annotations.
HOOKS: Any = plugin
METADATA: Any = stats.Metadata
GET_COMMIT_INFO: Any = utils.get_commit_info
OPTIONS = {"disable_gc": False, "timer": "gilbench.target_clock", "warmup": False}


def render(tables: Tables) -> str:
    """The file's text. Items that were not measured to their end are left out, as pytest-benchmark leaves them out."""
    run = tables.run
    benchmarks = [
        metadata for planned in run.plan if planned.item.id in tables.ends and (metadata := _metadata(tables, planned))
    ]
    made: dict[str, Any] = HOOKS.pytest_benchmark_generate_json(
        config=None,
        benchmarks=benchmarks,
        include_data=True,
        machine_info=_machine_info(run.host),
        commit_info=_commit_info(run),
    )
    made["datetime"] = run.ended_utc or run.started_utc
    made["version"] = pytest_benchmark.__version__
    return json.dumps(made, indent=4) + "\n"


def seconds(tables: Tables, item: str) -> list[float]:
    """The timed rounds of an item as pytest-benchmark saw them: the case's half of each pair, or each condition."""
    rounds = tables.rounds
    timed = rounds[(rounds["item"] == item) & (rounds["role"] == "case") & ~rounds["warmup"].astype(bool)]
    seen = tables.observations[tables.observations["item"] == item]
    return [float(wall_ns) / 1e9 for wall_ns in (*timed["wall_ns"], *seen["wall_ns"])]


def _metadata(tables: Tables, planned: PlannedItem) -> Any:
    measured_s = seconds(tables, planned.item.id)
    if not measured_s:
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
        extra_info={"gilbench_item": planned.item.id},
        cprofile_stats=None,
        has_error=False,
    )
    metadata = METADATA(fixture, iterations=1, options=OPTIONS)
    for duration_s in measured_s:
        metadata.update(duration_s)
    return metadata


def _kind_and_group(run: Run, planned: PlannedItem) -> tuple[str, str]:
    """The test that measures the item, ``cpu``, ``io`` or ``experiment``, and its group in pytest-benchmark's table."""
    item = planned.item
    if not isinstance(item, Comparison):
        return "experiment", item.probe
    target = next(target for target in run.targets if target.id == item.case.target)
    return target.workload(item.case.workload).kind, item.case.workload


def _machine_info(host: Host) -> dict[str, Any]:
    """This machine in pytest-benchmark's words, if the run was measured here; else what the run knows of its own."""
    here: dict[str, Any] = HOOKS.pytest_benchmark_generate_machine_info()
    if (f"{here['system']} {here['release']}", here["cpu"].get("count")) == (host.kernel, host.logical_cores):
        return here
    system, _, release = host.kernel.partition(" ")
    return {"system": system, "release": release, "cpu": {"brand_raw": host.model, "count": host.logical_cores}}


def _commit_info(run: Run) -> dict[str, Any]:
    """The commit that the run was made at, in full where the working folder still stands at it."""
    here: dict[str, Any] = GET_COMMIT_INFO()
    if here["id"] == run.git_commit:
        return here
    return {"id": run.git_commit or "unversioned", "time": None, "author_time": None, "dirty": False,
            "project": here["project"], "branch": "(unknown)"}  # fmt: skip
