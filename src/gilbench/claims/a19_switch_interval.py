"""A19: that the GIL is released after a number of operations; since Python 3.2 it is released after a time."""

from __future__ import annotations

import math

import numpy as np

from gilbench.analysis.scaling import theil_sen
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import observed
from gilbench.claims.rules import AllOf, above, below
from gilbench.model import Outcome
from gilbench.results.tables import Seen

INTERVALS_S = (0.001, 0.005, 0.02)
CHEAP_BITS, DEAR_BITS = 30, 8192  # an operation of some 25 ns, and one of some 20 µs, far below the shortest interval
HOLDS_A_CONDITION = 14

# Half-way between the two hypotheses: what a hold follows has elasticity 1 (twice as much, twice as long), what it
# does not follow has 0.
HALF = 0.5


def _condition(interval_s: float, bits: int) -> dict[str, object]:
    return {"interval_s": interval_s, "operand_bits": bits, "duration_s": max(0.05, HOLDS_A_CONDITION * interval_s)}


CONDITIONS = (*(_condition(interval_s, CHEAP_BITS) for interval_s in INTERVALS_S), _condition(0.005, DEAR_BITS))
CHEAP_AT_5_MS, DEAR_AT_5_MS = 1, 3


def median_hold_ns(seen: Seen, condition: int) -> float:
    """Half of the holds of a condition were shorter; nan if none was seen."""
    holds = seen[condition]["hold_ns"]
    return float(np.median(holds)) if len(holds) else math.nan


def follows_operations(seen: Seen) -> float:
    """Elasticity of a hold's length by the cost of an operation: 1 if holds end after a number of operations."""
    longer = median_hold_ns(seen, DEAR_AT_5_MS) / median_hold_ns(seen, CHEAP_AT_5_MS)
    dearer = seen[DEAR_AT_5_MS]["operation_ns"] / seen[CHEAP_AT_5_MS]["operation_ns"]
    return math.log(longer) / math.log(dearer)


def follows_interval(seen: Seen) -> float:
    """Elasticity of a hold's length by the switch interval, by Theil-Sen: 1 if holds end after a time."""
    holds = [median_hold_ns(seen, condition) for condition in range(len(INTERVALS_S))]
    if not all(hold > 0 for hold in holds):
        return math.nan
    return theil_sen(np.log(INTERVALS_S), np.log(holds))


def ask(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL, so nothing is released")
    experiment = setting.experiment("switching", CONDITIONS, launch_s=0.7)
    by_operations = observed(experiment, "elasticity of a GIL hold by the cost of an operation", "", follows_operations)
    by_interval = observed(experiment, "elasticity of a GIL hold by the switch interval", "", follows_interval)
    return Question(
        proved=above(by_operations, HALF),
        refuted=AllOf((below(by_operations, HALF), above(by_interval, HALF))),
        effect=by_operations,
    )


CLAIMS = (
    Claim(
        id="A19",
        statement="The GIL is released after a certain number of operations",
        family="gil",
        source="Python 3.2 release notes: sys.setswitchinterval() replaces sys.setcheckinterval()",
        explanation=(
            "True up to Python 3.1, and still repeated. Since 3.2 a thread that waits for the GIL asks for it after "
            "the switch interval, 5 ms by default, and the holder lets go at its next check. So a hold lasts as long "
            "as the interval, whatever one operation costs: operations that cost many hundred times more do not "
            "lengthen it, a longer interval does."
        ),
        surprise=(
            "Up to Python 3.1 it was so: sys.setcheckinterval() set the number of bytecode instructions between two "
            "checks, 100 by default. What was learnt or written then is repeated to this day."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=ask,
        figure="switching",
    ),
)
