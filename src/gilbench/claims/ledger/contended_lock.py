"""C17: a threading.Lock that two threads want all the time."""

from __future__ import annotations

import math

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import locking
from gilbench.model import Outcome
from gilbench.results.tables import Seen

# Twice the time per acquisition: two threads together would complete half of what one does alone.
COLLAPSES = 2


def contention(setting: Setting, workers: int) -> Quantity:
    """Time per acquisition of all threads together over that of one alone."""

    def of_launch(seen: Seen) -> float:
        if not locking.overlapped(seen, "threading", "lock", workers):
            return math.nan
        together = locking.operation_ns(seen, "threading", "lock", workers)
        return together / locking.operation_ns(seen, "threading", "lock", 1)

    return observed_ratio(
        locking.experiment(setting.target),
        f"time per acquisition of {workers} threads together, over one alone",
        of_launch,
    )


def question(setting: Setting) -> Question:
    two = contention(setting, 2)
    return Question(
        proved=above(two, COLLAPSES),
        refuted=below(two, COLLAPSES),
        effect=two,
        also=(contention(setting, 4),),
    )


CLAIMS = (
    Claim(
        id="C17",
        statement=(
            "Two threads that contend for a threading.Lock acquire it less than half as often "
            "together as one alone"
        ),
        family="lock",
        source=(
            "PEP 703: PyMutex, after WebKit; gh-117721 (threading.Lock is one since 3.13.1); "
            "CPython, Python/lock.c: fair after 1 ms"
        ),
        explanation=(
            "A lock that is wanted by two threads all the time might pass from one to the other at "
            "every release, with a wake-up each time. CPython's locks let the running thread take "
            "it again, and with the GIL the other one hardly runs meanwhile. Up to 3.13.0 the lock "
            "is a semaphore of the operating system. Since 3.13.1 it is a PyMutex, which a thread "
            "that has waited for a millisecond is handed at the next release."
        ),
        measured=(
            "One, two and four threads acquire and release one threading.Lock for the same 20 ms "
            "and do nothing else; the time is divided by the acquisitions of all."
        ),
        rule=(
            f"PROVED if an acquisition of two threads certainly takes more than {COLLAPSES} times "
            "as long as one of a thread alone; REFUTED if certainly less; launches count in which "
            f"both threads were at it for {100 * locking.OVERLAP:g} % of the time or more."
        ),
        meaning=(
            "PROVED means that contention alone more than doubles what a lock costs, so keep it "
            "out of the innermost loop; REFUTED means that contention itself is cheap, and only "
            "what is done under the lock counts."
        ),
        surprise=(
            "Contended locks are said to ruin a program, and those of processes do cost more here. "
            "Two threads of this test do no other work; a lock around real work also keeps the "
            "threads from doing that at the same time."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=question,
        figure="locks",
    ),
)
