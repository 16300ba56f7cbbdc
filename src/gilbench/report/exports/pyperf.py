"""pyperf's file format, version 1.0: a launch is one of its runs, a round one of its values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from gilbench.model import Host, Run, Target
from gilbench.report.exports import Format
from gilbench.report.exports._measured import ExportedCase
from gilbench.results import fingerprint
from gilbench.results.tables import Tables

VERSION = "1.0"


def render(tables: Tables, exported: Sequence[ExportedCase]) -> str:
    """The file's text. Values are seconds per unit of work.

    Tasks are pyperf's loops, and the units of a task are its inner loops.
    """
    benchmarks = []
    for exported_case in exported:
        target = tables.run.target(exported_case.row.case.target)
        benchmarks.append(_benchmark(tables.run, target, exported_case))
    suite = {"version": VERSION, "metadata": _of_run(tables.run), "benchmarks": benchmarks}
    return json.dumps(suite, indent=1) + "\n"


def _benchmark(run: Run, target: Target, exported_case: ExportedCase) -> dict[str, Any]:
    case = exported_case.row.case
    metadata = {
        "name": exported_case.name,
        "unit": "second",
        "loops": exported_case.tasks,
        "inner_loops": exported_case.size,
        "timer": "perf_counter_ns of the launch",
        "python_version": target.description.version,
        "python_implementation": target.description.implementation.lower(),
        "python_executable": target.executable,
        "gilbench_item": exported_case.row.comparison.id,
        "gilbench_unit_of_work": exported_case.unit,
        "gilbench_strategy": case.strategy,
        "gilbench_workers": case.workers,
        "gilbench_gil": "on" if target.gil_enabled else "off",
    }
    by_launch = exported_case.rounds.groupby("launch", sort=True)
    runs = [_run(run, exported_case, launch) for _, launch in by_launch]
    return {"metadata": metadata, "runs": [each for each in runs if each["values"]]}


def _run(run: Run, exported_case: ExportedCase, launch: pd.DataFrame) -> dict[str, Any]:
    is_warmup = launch["warmup"].astype(bool)
    seconds = launch["wall_ns"] / 1e9
    since_start = timedelta(seconds=float(launch["began_s"].min()))
    began = datetime.fromisoformat(run.started_utc) + since_start
    per_unit = seconds / exported_case.units
    return {
        "warmups": [[exported_case.tasks, float(value)] for value in per_unit[is_warmup]],
        "values": [float(value) for value in per_unit[~is_warmup]],
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
