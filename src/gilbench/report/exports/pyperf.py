"""pyperf's file format, version 1.0: a launch is one of its runs, a round one of its values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from gilbench.model import Host, Run, Target
from gilbench.report.exports import Format
from gilbench.report.exports._measured import Exported
from gilbench.results import fingerprint
from gilbench.results.tables import Tables

VERSION = "1.0"


def render(tables: Tables, exported: Sequence[Exported]) -> str:
    """The file's text. Values are seconds per unit of work: tasks are pyperf's loops, a task's size its inner loops."""
    targets = {target.id: target for target in tables.run.targets}
    benchmarks = [_benchmark(tables.run, targets[one.row.case.target], one) for one in exported]
    return (
        json.dumps(
            {"version": VERSION, "metadata": _of_run(tables.run), "benchmarks": benchmarks},
            indent=1,
        )
        + "\n"
    )


def _benchmark(run: Run, target: Target, one: Exported) -> dict[str, Any]:
    case = one.row.case
    metadata = {
        "name": one.name,
        "unit": "second",
        "loops": one.tasks,
        "inner_loops": one.size,
        "timer": "perf_counter_ns of the launch",
        "python_version": target.description.version,
        "python_implementation": target.description.implementation.lower(),
        "python_executable": target.executable,
        "gilbench_item": one.row.comparison.id,
        "gilbench_unit_of_work": one.unit,
        "gilbench_strategy": case.strategy,
        "gilbench_workers": case.workers,
        "gilbench_gil": "on" if target.gil_enabled else "off",
    }
    runs = [_run(run, one, launch) for _, launch in one.rounds.groupby("launch", sort=True)]
    return {"metadata": metadata, "runs": [made for made in runs if made["values"]]}


def _run(run: Run, one: Exported, launch: pd.DataFrame) -> dict[str, Any]:
    is_warmup = launch["warmup"].astype(bool)
    seconds = launch["wall_ns"] / 1e9
    began = datetime.fromisoformat(run.started_utc) + timedelta(
        seconds=float(launch["began_s"].min())
    )
    return {
        "warmups": [[one.tasks, float(value) / one.units] for value in seconds[is_warmup]],
        "values": [float(value) / one.units for value in seconds[~is_warmup]],
        "metadata": {
            "date": f"{began:%Y-%m-%d %H:%M:%S.%f}",
            "duration": float(seconds.sum()),
            "mem_max_rss": int(launch["peak_rss_bytes"].max()),
        },
    }


def _of_run(run: Run) -> dict[str, Any]:
    commit = {"commit_id": run.git_commit} if run.git_commit else {}
    return {
        "gilbench_version": run.gilbench,
        "gilbench_run": run.id,
        **commit,
        **_of_host(run.host),
    }


def _of_host(host: Host) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "cpu_model_name": host.model,
        "cpu_count": host.logical_cores,
        "platform": host.kernel,
        "load_avg_1min": host.load_1min,
        "gilbench_host": fingerprint.in_words(host),
    }
    return metadata


FORMAT = Format(
    "pyperf",
    "for pyperf show, check, stats and compare_to: launches are runs, rounds values",
    render,
)
