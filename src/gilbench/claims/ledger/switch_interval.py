"""A19: whether the GIL is released after a number of operations, or after a time as since 3.2."""

from __future__ import annotations

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import observed
from gilbench.claims.rules import AllOf, above, below
from gilbench.experiments import switching
from gilbench.model import Outcome

# Half-way between the two hypotheses: what a hold follows has elasticity 1 (twice as much, twice as
# long), what it does not follow has 0.
HALF = 0.5


def question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL, so nothing is released")
    experiment = switching.experiment(setting.target)
    by_operation = observed(
        experiment,
        "elasticity of a GIL hold by the cost of an operation",
        "",
        switching.elasticity_by_operation,
    )
    by_interval = observed(
        experiment,
        "elasticity of a GIL hold by the switch interval",
        "",
        switching.elasticity_by_interval,
    )
    return Question(
        proved=above(by_operation, HALF),
        refuted=AllOf((below(by_operation, HALF), above(by_interval, HALF))),
        effect=by_operation,
    )


CLAIMS = (
    Claim(
        id="A19",
        statement="The GIL is released after a certain number of operations",
        family="gil",
        source="Python 3.2 release notes: sys.setswitchinterval() replaces sys.setcheckinterval()",
        explanation=(
            "True up to Python 3.1, and still repeated. Since 3.2 a thread that waits for the GIL "
            "requests it after the switch interval, 5 ms by default, and the holder releases it at "
            "its next check. So a hold lasts as long as the interval, whatever one operation "
            "costs: operations that cost many hundred times more do not lengthen it, a longer "
            "interval does."
        ),
        measured=(
            "How long a thread holds the GIL is measured with operations of two costs and with "
            "three switch intervals."
        ),
        rule=(
            "PROVED if the hold certainly grows with the cost of an operation by an elasticity "
            f"above {HALF}; REFUTED if by one certainly below {HALF}, and with the interval by "
            f"one certainly above {HALF}."
        ),
        meaning=(
            "REFUTED means that sys.setswitchinterval() is what you tune, and that counting "
            "operations tells nothing; PROVED would mean that costly operations keep others "
            "waiting for longer."
        ),
        surprise=(
            "Up to Python 3.1 it was so: sys.setcheckinterval() set the number of bytecode "
            "instructions between two checks, 100 by default. What was learnt or written then is "
            "repeated to this day."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=question,
        figure="switching",
    ),
)
