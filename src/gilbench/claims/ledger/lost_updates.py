"""A15, B14 and B21: updates that threads lose without a lock, and what a lock costs."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.behaviour import expected_of_bare_updates
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio, share
from gilbench.claims.rules import AllOf, AnyOf, above, always, below, ever
from gilbench.experiments import counting, locking
from gilbench.model import Outcome

# Shares of trials. Under a lock a loss that can happen is seen in nearly every trial of 120,000
# updates; an exception in four is no lock.
HARDLY = 0.25

# Most trials must have overlapped, or the host has no room for two threads.
MOST = 0.5

# "Takes longer than a step": a step with a Lock takes more than twice as long as one without. Two
# calls into C are added to an addition in bytecode: 2.6 times as long on 3.9, 3.0 on 3.8 and 3.14,
# 3.9 to 4.9 on 3.11 to 3.13, which made the addition faster before they made the lock so.
DOUBLE = 2

FORMS = {"property": "a property", "subclass": "an int subclass", "call": "n += f()"}


def losing_runs(setting: Setting, name: str, update: str) -> Quantity:
    """The share of runs without a lock that lost updates.

    Their threads may have overlapped or not.
    """
    return share(
        counting.experiment(setting.target),
        name,
        counting.lost_updates,
        counting.conditions_of(update, "none"),
    )


def exact_runs(setting: Setting, name: str, update: str, lock: str) -> Quantity:
    """The share of runs that lost no update, of those whose threads overlapped."""
    return share(
        counting.experiment(setting.target),
        name,
        counting.is_exact,
        counting.conditions_of(update, lock),
        counts=counting.overlapped,
    )


def threads_overlapped(setting: Setting, update: str, lock: str) -> Guard:
    """Where threads ran one after the other, nothing could be lost; required for REFUTED only."""
    overlapping = share(
        counting.experiment(setting.target),
        f"runs of {update} under {lock} in which the threads overlapped",
        counting.overlapped,
        counting.conditions_of(update, lock),
    )
    return Guard(above(overlapping, MOST), margins.BUSY_HOST, only_for=Outcome.REFUTED)


def lock_cost(setting: Setting, owner: str, lock: str, workers: int) -> Quantity:
    """What an operation costs under a lock over one without."""
    contention = "uncontended" if workers == 1 else f"by {workers} workers at once"
    return observed_ratio(
        locking.experiment(setting.target),
        f"time of an operation under a {owner} {lock}, {contention}, over one without",
        lambda seen: locking.cost_ratio(seen, owner, lock, workers),
    )


def lock_question(setting: Setting) -> Question:
    update = "read-modify-write"
    losing = losing_runs(setting, "runs that lost updates without a lock", update)
    never_losing = exact_runs(
        setting, "overlapping runs without a lock that lost nothing", update, "none"
    )
    locked = [
        exact_runs(setting, "overlapping runs that were exact under a Lock", update, "lock"),
        exact_runs(setting, "overlapping runs that were exact under an RLock", update, "rlock"),
    ]
    costs = [
        lock_cost(setting, owner, lock, workers)
        for owner in locking.OWNERS
        for lock in ("lock", "rlock")
        for workers in (1, counting.WORKERS)
    ]
    uncontended_lock_cost = costs[0]
    inexact = [below(exact, 1 - HARDLY) for exact in locked]
    cheap = below(uncontended_lock_cost, DOUBLE)
    return Question(
        proved=AllOf(
            (ever(losing), *map(always, locked), above(uncontended_lock_cost, DOUBLE)),
        ),
        refuted=AnyOf((always(never_losing), *inexact, cheap)),
        effect=losing,
        guards=(threads_overlapped(setting, update, "none"),),
        also=tuple(costs),
    )


def bare_question(setting: Setting) -> Question:
    losing = losing_runs(setting, "runs in which obj.n += 1 lost updates", "bare")
    never_losing = exact_runs(setting, "overlapping runs that lost nothing", "bare", "none")
    return Question(
        proved=ever(losing),
        refuted=always(never_losing),
        effect=losing,
        guards=(threads_overlapped(setting, "bare", "none"),),
    )


def forms_question(setting: Setting) -> Question:
    losing = [
        losing_runs(setting, f"runs that lost updates through {words}", form)
        for form, words in FORMS.items()
    ]
    never_losing = [
        exact_runs(setting, f"overlapping runs that lost nothing through {words}", form, "none")
        for form, words in FORMS.items()
    ]
    return Question(
        proved=AllOf(tuple(map(ever, losing))),
        refuted=AnyOf(tuple(map(always, never_losing))),
        effect=losing[0],
        guards=tuple(threads_overlapped(setting, form, "none") for form in FORMS),
    )


CLAIMS = (
    Claim(
        id="A15",
        statement=(
            "Threads that read, modify and write without a lock lose updates; "
            "a Lock or RLock keeps all, and a Lock takes longer than a step of a loop"
        ),
        family="lock",
        source=(
            "Python documentation, library FAQ: what kinds of global value mutation are thread-safe"
        ),
        explanation=(
            "Between reading a value and writing it back another thread may do the same, and one "
            "of the two updates is lost. The GIL does not prevent it: it protects the interpreter, "
            "not the steps of a program. A lock around all three steps does. With nobody waiting, "
            "it costs a few dozen nanoseconds; what contention adds is asked by C17."
        ),
        measured=(
            "Two threads make 60,000 updates of one attribute each by a function that reads and "
            "one that writes, without a lock, under a Lock and under an RLock, and a step of a "
            "loop, which adds 1, is timed with and without a Lock that nobody else wants."
        ),
        rule=(
            "PROVED if one run or more without a lock lost updates, every run under either lock "
            "was exact (shown as HELD), and a step with a Lock certainly takes more than "
            f"{DOUBLE} times as long as one without; REFUTED if every run without a lock was "
            f"exact, certainly more than {100 * HARDLY:g} % of those under one were not, or the "
            f"step with a Lock certainly takes less than {DOUBLE} times as long; exact are counted "
            f"where the threads alternated {counting.LEAST_ALTERNATIONS} times or more, and only "
            f"where they did in certainly more than {100 * MOST:g} % of the runs without a lock is "
            "it refuted."
        ),
        meaning=(
            "PROVED means that shared counters need a lock, and that the lock belongs around "
            "large steps rather than in the innermost loop; REFUTED means that this "
            "interpreter happened to lose nothing, that a lock did not keep all, or that it is "
            "nearly free."
        ),
        surprise=(
            "The GIL lets one thread run Python at a time, and that is widely taken to make Python "
            "code thread-safe. But which thread it is may change between any two lines of a "
            "program, and then what was read before is out of date."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=lock_question,
        figure="locks",
    ),
    Claim(
        id="B14",
        statement="obj.n += 1 of a plain int attribute loses updates across threads",
        family="lock",
        source=(
            "CPython 3.10, Python/ceval.c: CHECK_EVAL_BREAKER() on backward jumps and calls only"
        ),
        explanation=(
            "n += 1 is a read, an addition and a write in bytecode. Up to 3.9 a thread could be "
            "made to release the GIL between any two of them; since 3.10 only where a loop turns "
            "or a function is called, so that this line happens to be safe for a plain int in a "
            "plain attribute (B21 has the other forms). Nothing promises it, and without a GIL it "
            "is not."
        ),
        measured=(
            "Two threads make 60,000 times obj.n += 1 each, on a plain int in a plain "
            "attribute, and the sum is compared with 120,000."
        ),
        rule=(
            "PROVED if one run or more lost updates; REFUTED if every run whose threads "
            f"alternated {counting.LEAST_ALTERNATIONS} times or more was exact, and those were "
            f"certainly more than {100 * MOST:g} % of all."
        ),
        meaning=(
            "PROVED means that the line needs a lock on this interpreter; REFUTED means that it "
            "happens to be safe on this one, which no documentation promises."
        ),
        surprise=(
            "It is the textbook example of a race, and about the language the textbook is right. "
            "What happens depends on where an interpreter checks for requests to switch, so code "
            "that was never safe may pass every test on one version and fail on another."
        ),
        expected=expected_of_bare_updates,
        question=bare_question,
        figure="locks",
    ),
    Claim(
        id="B21",
        statement=(
            "n += 1 loses updates where it calls Python code: a property, an int subclass, n += f()"
        ),
        family="lock",
        source=(
            "CPython 3.12, Python/bytecodes.c: RESUME at the start of a function checks for "
            "requests to switch"
        ),
        explanation=(
            "A getter, a setter, an __add__ in Python or a function on the right-hand side runs "
            "between the read and the write, and a thread may be made to release the GIL at its "
            "start. So the same line is exact for one object and loses updates for another, on "
            "every version tried."
        ),
        measured=(
            "Two threads make 60,000 updates each through a property, on an int subclass that "
            "adds in Python, and by n += f(), and the sums are compared with 120,000."
        ),
        rule=(
            "PROVED if one run or more lost updates in each of the three forms; REFUTED if in one "
            "of them every run whose threads alternated "
            f"{counting.LEAST_ALTERNATIONS} times or more was exact, and those were certainly "
            f"more than {100 * MOST:g} % of all in each form."
        ),
        meaning=(
            "PROVED means that n += 1 needs a lock wherever n may be more than a plain int in a "
            "plain attribute; REFUTED means that this interpreter does not switch in one of the "
            "three."
        ),
        surprise=(
            "Since 3.10 a test of n += 1 with threads passes, and the line is then held to be "
            "atomic. Whether it calls Python code cannot be seen in it."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=forms_question,
        figure="locks",
    ),
)
