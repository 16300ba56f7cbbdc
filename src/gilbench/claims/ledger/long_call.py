"""B9: a long C call that holds the GIL stalls all other threads, whatever the switch interval."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import stall
from gilbench.model import Outcome

# Intervals that a thread may be kept waiting where switching works: two or three, on a busy host.
# The call is twenty.
STALL = 6


def longest_stall(setting: Setting, call: str, during: str) -> Quantity:
    return observed_ratio(
        stall.experiment(setting.target),
        f"longest stall during {during}, over the switch interval",
        lambda seen: stall.longest_stall(seen, call),
    )


def question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: a call holds nothing that other threads wait for")
    held = longest_stall(setting, "held", "one C call that holds the GIL")
    bytecode = longest_stall(setting, "bytecode", "as long a loop of bytecode")
    released = longest_stall(setting, "released", "as long a C call that releases the GIL")
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
        source="Python documentation, C API: thread states and the global interpreter lock",
        explanation=(
            "The interpreter checks for a request to release the GIL between some bytecodes. A "
            "call into C that does not release it, sum() over a range here, runs to its end first, "
            "and no other thread runs meanwhile, even if it takes minutes. The same time in "
            "bytecode is shared, and a call that releases the GIL stalls nobody."
        ),
        measured=(
            "A thread that ticks each half millisecond is watched at a switch interval of 5 ms "
            "while another makes one call into C of 100 ms that holds the GIL, runs a loop of "
            "bytecode for as long, or makes a call that releases the GIL."
        ),
        rule=(
            f"PROVED if the longest pause in the held call is certainly above {STALL} switch "
            f"intervals, of the {stall.CALL_S / stall.INTERVAL_S:g} that it lasts; REFUTED if it "
            f"is certainly below; asked only where it is certainly below {STALL} in the loop of "
            "bytecode."
        ),
        meaning=(
            "PROVED means that one long C call freezes all threads for its length, whatever the "
            "interval, so you cut it up or move it to a process; REFUTED means that this call "
            "gives others their turn."
        ),
        surprise=(
            "That a thread has to give the GIL up after the switch interval sounds like an "
            "operating system that interrupts whatever runs. It is a request, and a single call "
            "into C, the search by a slow regular expression for one, is a single step, however "
            "long it takes."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
