"""The probe ``switching``: how long a thread holds the GIL before another one acquires it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gilbench import model
from gilbench.analysis.scaling import theil_sen

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

NS_PER_MS = 1e6
INTERVALS_S = (0.001, 0.005, 0.02)
# Operands in bits: an operation of some 25 ns, and one of some 20 µs, far below the shortest
# interval.
CHEAP_BITS, EXPENSIVE_BITS = 30, 8192
HOLDS_PER_CONDITION = 14


def _condition(interval_s: float, bits: int) -> dict[str, Any]:
    duration_s = max(0.05, HOLDS_PER_CONDITION * interval_s)
    return {"interval_s": interval_s, "operand_bits": bits, "duration_s": duration_s}


CONDITIONS = (
    *(_condition(interval_s, CHEAP_BITS) for interval_s in INTERVALS_S),
    _condition(0.005, EXPENSIVE_BITS),
)
CHEAP_AT_5_MS, EXPENSIVE_AT_5_MS = 1, 3  # indices of CONDITIONS


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "switching", CONDITIONS, launch_s=0.7)


def holds_ms(seen: Seen, condition: int) -> list[float]:
    """Every hold of one condition in one launch; empty where none was seen."""
    holds_ns = seen[condition].get("hold_ns") or ()
    return [hold_ns / NS_PER_MS for hold_ns in holds_ns if hold_ns > 0]


def median_hold_ns(seen: Seen, condition: int) -> float:
    """The median hold of one condition in one launch; nan where none was seen."""
    import numpy as np

    holds = seen[condition]["hold_ns"]
    return float(np.median(holds)) if len(holds) else math.nan


def median_hold_ms(seen: Seen, condition: int) -> float:
    """``median_hold_ns`` in milliseconds."""
    return median_hold_ns(seen, condition) / NS_PER_MS


def operation_ns(seen: Seen, condition: int) -> float:
    """What one operation of a condition cost in one launch; None where it was not measured."""
    cost_ns: float = seen[condition]["operation_ns"]
    return cost_ns


def elasticity_by_operation(seen: Seen) -> float:
    """Elasticity of a hold by the cost of an operation: 1 if it ends after so many operations."""
    times_longer = median_hold_ns(seen, EXPENSIVE_AT_5_MS) / median_hold_ns(seen, CHEAP_AT_5_MS)
    times_costlier = operation_ns(seen, EXPENSIVE_AT_5_MS) / operation_ns(seen, CHEAP_AT_5_MS)
    return math.log(times_longer) / math.log(times_costlier)


def elasticity_by_interval(seen: Seen) -> float:
    """Elasticity of a hold by the switch interval (Theil-Sen): 1 if it ends after a time."""
    import numpy as np

    holds = [median_hold_ns(seen, condition) for condition in range(len(INTERVALS_S))]
    if not all(hold > 0 for hold in holds):
        return math.nan
    return theil_sen(np.log(INTERVALS_S), np.log(holds))
