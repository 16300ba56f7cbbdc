"""Bencher Metric Format: latency, speedup and cores used of each benchmark.

Latency is that of a unit of work, in nanoseconds; each value has the ends of its interval.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from gilbench.report.exports import Format
from gilbench.report.exports._measured import ExportedCase
from gilbench.results.tables import Tables
from gilbench.summary.cases import Measured


def render(_: Tables, exported: Sequence[ExportedCase]) -> str:
    """An object by benchmark and measure; a bound is left out where one launch gives none."""
    benchmarks = {}
    for each in exported:
        measures = {
            "latency": each.time_ns(),
            "speedup": each.row.speedup,
            "cores-used": each.row.cores_used,
        }
        benchmarks[each.name] = {
            name: _metric(value) for name, value in measures.items() if value is not None
        }
    return json.dumps(benchmarks, indent=2) + "\n"


def _metric(measured: Measured) -> dict[str, float]:
    metric = {"value": measured.center, "lower_value": measured.lo, "upper_value": measured.hi}
    return {
        name: value for name, value in metric.items() if value is not None and math.isfinite(value)
    }


FORMAT = Format(
    "bencher", "Bencher Metric Format: latency, speedup and cores used, with their bounds", render
)
