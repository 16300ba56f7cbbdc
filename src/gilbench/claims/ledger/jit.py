"""C18: a loop of pure Python with the JIT compiler of CPython."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import observed, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import jit
from gilbench.model import Outcome

# A loop that is compiled is expected to gain more than processes of one build differ by.
FASTER = 1.03


def had_a_core(setting: Setting) -> Guard:
    """Where other programs take the cores, compiled code gained less than on an idle host."""
    used = observed(
        jit.experiment(setting.target), "cores used by the loop", " cores", jit.cores_used
    )
    return Guard(above(used, margins.UNDISTURBED), margins.BUSY_HOST, only_for=Outcome.REFUTED)


def question(setting: Setting) -> Question:
    speedup = observed_ratio(
        jit.experiment(setting.target),
        "time of a loop with the JIT compiler off, over that with it on",
        jit.speedup,
    )
    return Question(
        proved=above(speedup, FASTER),
        refuted=below(speedup, FASTER),
        effect=speedup,
        guards=(had_a_core(setting),),
    )


CLAIMS = (
    Claim(
        id="C18",
        statement="CPython's JIT compiler makes a hot loop of arithmetic at least 3 % faster",
        family="gil",
        source="PEP 744; What's New in Python 3.14: the experimental JIT compiler",
        explanation=(
            "A build with the experimental compiler runs bytecode as before until a loop is hot, "
            "and then as machine code. PYTHON_JIT=1 switches it on. It changes nothing about the "
            "GIL: compiled code holds it as bytecode does. The same executable runs the same loop "
            "with the switch on and off, in processes that take turns; the first repetitions, "
            "which compile, do not count."
        ),
        measured=(
            "One loop of arithmetic, that of fnv1a, runs in new processes of one executable, with "
            "PYTHON_JIT=0 and PYTHON_JIT=1 alternately, and the fastest of 12 repetitions each are "
            "compared."
        ),
        rule=(
            f"PROVED if the time without the compiler is certainly above {FASTER} of that with it; "
            "REFUTED if it is certainly below; refuted only while the processes use more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that such loops run faster with PYTHON_JIT=1 in this build; REFUTED "
            "means that it can stay off."
        ),
        surprise=(
            "From what PyPy and JavaScript engines gain by compiling, several times the speed "
            "would be expected. This compiler removes the steps of the interpreter, and leaves the "
            "objects and their counts as they are."
        ),
        expected=lambda setting: None,
        question=question,
    ),
)
