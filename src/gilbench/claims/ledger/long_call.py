"""B9: one long call into C holds up every other thread, whatever the switch interval."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import stall
from gilbench.model import Outcome

# Intervals that a thread may be kept waiting where switching works: two or three, on a busy host. The call is twenty.
STALL = 6


def ask(setting: Setting) -> Question:
    experiment = stall.experiment(setting.target)
    names = {
        "held": "longest stall during one C call that holds the GIL, over the switch interval",
        "bytecode": "longest stall during as long a loop of bytecode, over the switch interval",
        "released": "longest stall during as long a C call that lets go of the GIL, over the switch interval",
    }
    held, bytecode, released = (
        observed_ratio(experiment, name, lambda seen, call=call: stall.longest_stall(seen, call))  # type: ignore[misc]
        for call, name in names.items()
    )
    return Question(
        proved=above(held, STALL),
        refuted=below(held, STALL),
        effect=held,
        guards=(Guard(below(bytecode, STALL), margins.BUSY_HOST),),
        also=(released,),
    )


CLAIMS = (
    Claim(
        id="B9",
        statement="One long C call that holds the GIL is not interrupted after the switch interval",
        family="latency",
        source="Python documentation, C API: thread state and the global interpreter lock",
        explanation=(
            "A request to let go of the GIL is looked at between bytecodes. A call into C that does not let go by "
            "itself, sum() over a range here, runs to its end first, and no other thread runs meanwhile, were it "
            "minutes. The same time in bytecode is shared, and a call that lets go of the GIL holds up nobody."
        ),
        surprise=(
            "That a thread has to give the GIL up after the switch interval sounds like an operating system that "
            "interrupts whatever runs. It is a request, and a single call into C, the search by a slow regular "
            "expression for one, is a single step, however long it takes."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=ask,
    ),
)
