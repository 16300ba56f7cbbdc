"""Bencher Metric Format: for each benchmark the latency of a unit of work in nanoseconds, its speedup and the cores
that it used, with the ends of their intervals."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from gilbench.report.exports import Format
from gilbench.report.exports._measured import Exported
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured


def render(_: Tables, exported: Sequence[Exported]) -> str:
    """An object by benchmark and measure; a bound is left out where one launch gives none."""
    benchmarks = {}
    for one in exported:
        measures = {
            "latency": one.time_ns(),
            "speedup": one.row.speedup,
            "cores-used": one.row.cores_used,
        }
        benchmarks[one.name] = {
            name: _metric(value) for name, value in measures.items() if value is not None
        }
    return json.dumps(benchmarks, indent=2) + "\n"


def _metric(found: Measured) -> dict[str, float]:
    metric = {"value": found.center, "lower_value": found.lo, "upper_value": found.hi}
    return {
        name: value for name, value in metric.items() if value is not None and math.isfinite(value)
    }


FORMAT = Format(
    "bencher", "Bencher Metric Format: latency, speedup and cores used, with their bounds", render
)
