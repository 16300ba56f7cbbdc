"""A15 and B14: updates that threads lose without a lock, and what a lock costs."""

from __future__ import annotations

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio, share
from gilbench.claims.rules import AllOf, AnyOf, above, always, below
from gilbench.experiments import counting, locking
from gilbench.model import Outcome

# Shares of trials. A loss that happens is seen in nearly every trial of 120,000 updates, one that
# cannot happen in none.
MOST, HARDLY = 0.5, 0.25


def losing_runs(setting: Setting, name: str, update: str) -> Quantity:
    """The share of runs without a lock that lost updates."""
    return share(
        counting.experiment(setting.target),
        name,
        counting.lost_updates,
        counting.conditions_of(update, "none"),
    )


def exact_runs(setting: Setting, name: str, lock: str) -> Quantity:
    """The share of runs under a lock that lost no update."""
    return share(
        counting.experiment(setting.target),
        name,
        counting.is_exact,
        counting.conditions_of("read-modify-write", lock),
    )


def lock_cost(setting: Setting, owner: str, lock: str, workers: int) -> Quantity:
    """What an operation costs under a lock over one without."""
    contention = "uncontended" if workers == 1 else f"by {workers} workers at once"
    return observed_ratio(
        locking.experiment(setting.target),
        f"time of an operation under a {owner} {lock}, {contention}, over one without",
        lambda seen: locking.cost_ratio(seen, owner, lock, workers),
    )


def lock_question(setting: Setting) -> Question:
    losing = losing_runs(setting, "runs that lost updates without a lock", "read-modify-write")
    locked = [
        exact_runs(setting, "runs that were exact under a Lock", "lock"),
        exact_runs(setting, "runs that were exact under an RLock", "rlock"),
    ]
    costs = [
        lock_cost(setting, owner, lock, workers)
        for owner in locking.OWNERS
        for lock in ("lock", "rlock")
        for workers in (1, counting.WORKERS)
    ]
    uncontended_lock_cost = costs[0]
    inexact = [below(exact, 1 - HARDLY) for exact in locked]
    return Question(
        proved=AllOf((above(losing, MOST), *map(always, locked), above(uncontended_lock_cost, 1))),
        refuted=AnyOf((below(losing, HARDLY), *inexact)),
        effect=losing,
        also=tuple(costs),
    )


def bare_question(setting: Setting) -> Question:
    losing = losing_runs(setting, "runs in which n += 1 lost updates", "bare")
    return Question(proved=above(losing, HARDLY), refuted=below(losing, HARDLY), effect=losing)


def expected_of_bare(setting: Setting) -> Outcome:
    """Updates get lost where a thread may be switched anywhere, or where no GIL serialises them."""
    target = setting.target
    loses = target.description.switches_anywhere or not target.gil_enabled
    return Outcome.PROVED if loses else Outcome.REFUTED


CLAIMS = (
    Claim(
        id="A15",
        statement="Threads that read, modify and write without a lock lose updates; a Lock makes it exact, at a cost",
        family="lock",
        source="Python documentation, library FAQ: what kinds of global value mutation are thread-safe",
        explanation=(
            "Between reading a value and writing it back another thread may do the same, and one "
            "of the two updates is lost. The GIL does not prevent it: it protects the interpreter, "
            "not the steps of a program. A lock around all three steps does. With nobody waiting, "
            "it costs a few dozen nanoseconds; with others waiting, the hand-over costs far more "
            "than what it protects."
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
        statement="A bare n += 1 across threads loses updates",
        family="lock",
        source="CPython 3.10: the evaluation loop looks at requests to switch on backward jumps and calls only",
        explanation=(
            "n += 1 is a read, an addition and a write in bytecode. Up to 3.9 a thread could be "
            "made to release the GIL between any two of them; since 3.10 only where a loop turns "
            "or a function is called, so that this line happens to be safe. Nothing promises it, "
            "and without a GIL it is not."
        ),
        surprise=(
            "It is the textbook example of a race, and about the language the textbook is right. "
            "What happens depends on where an interpreter checks for requests to switch, so code "
            "that was never safe may pass every test on one version and fail on another."
        ),
        expected=expected_of_bare,
        question=bare_question,
        figure="locks",
    ),
)
