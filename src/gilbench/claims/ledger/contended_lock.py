"""C17: a threading.Lock that two threads want all the time."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import locking
from gilbench.model import Outcome

if TYPE_CHECKING:
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


def two_cores(setting: Setting) -> Guard:
    """Two processes of the same launches, which share no lock, had a core each."""
    gain = observed_ratio(
        locking.experiment(setting.target),
        "loops of two processes without a lock, over those of one",
        locking.gain_of_processes,
    )
    return Guard(above(gain, margins.CEILING_TO_GAIN), margins.BUSY_HOST, only_for=Outcome.REFUTED)


def question(setting: Setting) -> Question:
    two = contention(setting, 2)
    return Question(
        proved=above(two, COLLAPSES),
        refuted=below(two, COLLAPSES),
        effect=two,
        guards=(two_cores(setting),),
        also=(contention(setting, 4),),
    )


def expected(setting: Setting) -> Outcome:
    """Semaphores are slow under contention; a PyMutex, which the lock is since 3.13.1, is not."""
    release = tuple(map(int, re.findall(r"\d+", setting.target.description.version)[:3]))
    return Outcome.PROVED if release < (3, 13, 1) else Outcome.REFUTED


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
            "A thread can lose the GIL while it holds the lock, so that the other one finds it "
            "taken and has to wait. Up to 3.13.0 the lock is a semaphore of the operating system "
            "(on Linux), and two threads that want it all the time get in each other's way more "
            "and more: little in the first 20 ms, at most releases later. Since 3.13.1 it is a "
            "PyMutex, which the running thread can acquire again at once, and which a thread that "
            "has waited for a millisecond is handed at the next release. Measure it on an idle "
            "host: where other work takes the cores, two threads hardly meet at any lock."
        ),
        measured=(
            "Two and four threads acquire and release one threading.Lock for the same "
            f"{1000 * locking.CONTENDED_S:g} ms and do nothing else, and one thread does for "
            f"{1000 * locking.DURATION_S:g} ms; the time is divided by the acquisitions of all."
        ),
        rule=(
            f"PROVED if an acquisition of two threads certainly takes more than {COLLAPSES} times "
            "as long as one of a thread alone; REFUTED if certainly less; launches count in which "
            f"both threads were at it for {100 * locking.OVERLAP:g} % of the time or more, and "
            "only where two processes without a lock complete certainly more than "
            f"{margins.CEILING_TO_GAIN} times as many loops as one is it refuted."
        ),
        meaning=(
            "PROVED means that contention alone more than doubles what a lock costs, so keep it "
            "out of the innermost loop; REFUTED means that contention itself is cheap, and only "
            "what is done under the lock counts."
        ),
        surprise=(
            "With the GIL only one thread runs at a time, so that a lock seems to be free whenever "
            "it is wanted. It is not where a thread has lost the GIL while it held the lock, and "
            "from then on each waits for the other."
        ),
        expected=expected,
        question=question,
        figure="locks",
    ),
)
