"""B10: forced switching shares time fairly between CPU-bound threads."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import observed, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import progress
from gilbench.model import Outcome

# The slower thread gets this much of what the faster one gets: what most would still call fair, and
# far from the starvation (a few per cent) that the lock before 3.2 allowed.
FAIR = 0.7


def threads_had_a_core(setting: Setting) -> Guard:
    """Turns that other programs cut short are unequal, and of fewer turns one thread has more."""
    used = observed(
        progress.experiment(setting.target),
        "cores used by two CPU threads",
        " cores",
        progress.cores_used,
    )
    return Guard(above(used, margins.UNDISTURBED), margins.BUSY_HOST, only_for=Outcome.REFUTED)


def question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: the operating system shares out the time")
    slower = observed_ratio(
        progress.experiment(setting.target),
        "loops of the slower of two CPU threads over the faster one's",
        progress.slower_over_faster,
    )
    return Question(
        proved=above(slower, FAIR),
        refuted=below(slower, FAIR),
        effect=slower,
        guards=(threads_had_a_core(setting),),
    )


CLAIMS = (
    Claim(
        id="B10",
        statement=(
            "Forced switching gives the slower of two equal CPU-bound threads 70 % or more of what "
            "the faster gets"
        ),
        family="gil",
        source="CPython, Python/ceval_gil.c: forced switching, since the new GIL of 3.2",
        explanation=(
            "A thread that releases the GIL on request waits until another one has acquired it. "
            "Before 3.2 it could acquire it again at once, and one of two threads could starve. "
            "Two threads of equal loops now get about as far, however their turns fall. "
            "Unequal ones are not asked: a thread that gives the GIL up early, as in I/O, gets "
            "less."
        ),
        measured=("Two threads of equal loops run for half a second, and each counts its loops."),
        rule=(
            f"PROVED if the slower certainly does more than {FAIR} of the faster one's loops; "
            "REFUTED if certainly less; refuted only while both together use more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that equal CPU-bound threads get on alike without any yielding of "
            "yours; REFUTED means that one of them may starve."
        ),
        surprise=(
            "A lock without a queue promises nobody a turn, and the thread that has just released "
            "it, awake and on a core, is the best placed to acquire it again. Two threads might "
            "then share the time very unevenly."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
