"""B1: several threads on CPU-bound work can be slower than one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import compute_speedup, over, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Comparison

# A loss is as much as what the ledger calls a gain (docs/decisions/0029). In compute time, since
# starting and joining another thread takes a few per cent of a short round, and over one thread,
# since a thread that is not the main one runs pure Python 3 to 5 % faster.
SLOWER = 1 / margins.GAIN

WORKLOADS = ("fnv1a", "sha256-small")


def question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable("one usable core: threads do not compete across cores")
    cases = [
        setting.against_serial(workload, "thread", workers)
        for workload in WORKLOADS
        for workers in (setting.workers, 2 * setting.workers)
    ]
    speeds = []
    for case in cases:
        one_thread = compute_speedup(setting.against_serial(case.case.workload, "thread", 1))
        name = f"speed of {case.label} over one such thread, in compute time"
        speeds.append(over(compute_speedup(case), one_thread, name))
    return Question(
        proved=AnyOf(tuple(below(speed, SLOWER) for speed in speeds)),
        refuted=AllOf(tuple(above(speed, SLOWER) for speed in speeds)),
        effect=speeds[-1],
        guards=(*map(margins.undisturbed, cases), *map(_had_a_second_core, cases)),
        also=tuple(speedup(case) for case in cases),
    )


def _had_a_second_core(threads: Comparison) -> Guard:
    """Threads that have one core between them do not contend for the GIL across cores."""
    return margins.had_cores(threads, margins.CEILING_TO_GAIN, only_for=Outcome.REFUTED)


CLAIMS = (
    Claim(
        id="B1",
        statement=(
            "Several threads take at least 15 % longer for CPU-bound work than one, in a case tried"
        ),
        family="gil",
        source="David Beazley, Understanding the Python GIL, PyCon 2010",
        explanation=(
            "Handing the GIL over costs a wake-up and cold caches, up to 200 times a second. "
            "On Python 2 that made threads up to twice as slow as serial code; since 3.2 the loss "
            "is small, and on some hosts not seen. Four cases are tried: pure Python and hashlib "
            "over small buffers, with one thread and two per core. What it takes to start and "
            "join another thread is left out, since that is no cost of computing. Smaller losses "
            "are shown and not judged."
        ),
        measured=(
            "Pure Python and hashlib.sha256 over 1 KiB buffers run in as many threads as cores (16 "
            "at most) and in twice as many, each compared with one thread of the same work by the "
            "time from the first task's start to the last one's end."
        ),
        rule=(
            f"PROVED if the speed is certainly below {SLOWER:.2f} in one of the four cases; "
            f"REFUTED if it is certainly above {SLOWER:.2f} in all four; asked only where the "
            f"serial code has more than {margins.UNDISTURBED} of a core, and refuted only where "
            f"spinning processes reach more than {margins.CEILING_TO_GAIN} times on this host."
        ),
        meaning=(
            "PROVED means that threads for computing do harm and not only no good; REFUTED "
            "means that here they cost less than that, so that they may stay where they make the "
            "program simpler."
        ),
        surprise=(
            "More workers are expected to help or, at worst, to change nothing. The famous "
            "slowdowns were shown on Python 2, whose lock was replaced in 3.2, so what those talks "
            "measured says little about an interpreter of today."
        ),
        expected=lambda setting: None if setting.target.gil_enabled else Outcome.REFUTED,
        question=question,
        figure="speedup",
    ),
)
