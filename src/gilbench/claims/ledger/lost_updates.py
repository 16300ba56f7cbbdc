"""A15 and B14: updates that threads lose without a lock, and what a lock costs."""

from __future__ import annotations

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio, share
from gilbench.claims.rules import AllOf, AnyOf, above, always, below
from gilbench.experiments import counting, locking
from gilbench.model import Outcome

# Of trials: a loss that happens is seen in nearly every trial of 120,000 updates, one that cannot happen in none.
MOST, HARDLY = 0.5, 0.25


def costs(setting: Setting) -> tuple[Quantity, ...]:
    """What an operation costs under a lock over one without, uncontended and contended."""
    experiment = locking.experiment(setting.target)

    def ratio(owner: str, lock: str, workers: int) -> Quantity:
        where = "uncontended" if workers == 1 else f"by {workers} workers at once"
        return observed_ratio(
            experiment,
            f"time of an operation under a {owner} {lock}, {where}, over one without",
            lambda seen: locking.cost_ratio(seen, owner, lock, workers),
        )

    return tuple(
        ratio(owner, lock, workers)
        for owner in locking.OWNERS
        for lock in locking.LOCKS[1:]
        for workers in (1, counting.WORKERS)
    )


def ask_lock(setting: Setting) -> Question:
    experiment = counting.experiment(setting.target)
    unlocked = counting.conditions_of("read-modify-write", "none")
    unsafe = share(experiment, "runs that lost updates without a lock", counting.lost_updates, unlocked)
    locked = [
        share(
            experiment,
            f"runs that were exact under a{name}",
            counting.is_exact,
            counting.conditions_of("read-modify-write", lock),
        )
        for lock, name in (("lock", " Lock"), ("rlock", "n RLock"))
    ]
    cost = costs(setting)
    return Question(
        proved=AllOf((above(unsafe, MOST), *map(always, locked), above(cost[0], 1))),
        refuted=AnyOf((below(unsafe, HARDLY), *(below(one, 1 - HARDLY) for one in locked))),
        effect=unsafe,
        also=cost,
    )


def ask_bare(setting: Setting) -> Question:
    experiment = counting.experiment(setting.target)
    bare = counting.conditions_of("bare", "none")
    losing = share(experiment, "runs in which n += 1 lost updates", counting.lost_updates, bare)
    return Question(proved=above(losing, HARDLY), refuted=below(losing, HARDLY), effect=losing)


CLAIMS = (
    Claim(
        id="A15",
        statement="Threads that read, modify and write without a lock lose updates; a Lock makes it exact, at a cost",
        family="lock",
        source="Python documentation, library FAQ: what kinds of global value mutation are thread-safe",
        explanation=(
            "Between reading a value and writing it back another thread may do the same, and one of the two updates is "
            "lost. The GIL does not prevent it: it protects the interpreter, not the steps of a program. A lock around "
            "all three steps does. Nobody waiting, it costs a few dozen nanoseconds; with others waiting, the "
            "hand-over costs far more than what it protects."
        ),
        surprise=(
            "The GIL lets one thread run Python at a time, and that is widely taken to make Python code thread-safe. "
            "But which thread it is may change between any two lines of a program, and then what was read before is "
            "out of date."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask_lock,
        figure="locks",
    ),
    Claim(
        id="B14",
        statement="A bare n += 1 across threads loses updates",
        family="lock",
        source="CPython 3.10: the evaluation loop looks at requests to switch on backward jumps and calls only",
        explanation=(
            "n += 1 is a read, an addition and a write in bytecode. Up to 3.9 a thread could be made to let go of the "
            "GIL between any two of them; since 3.10 only where a loop turns or a function is called, so that this "
            "line happens to be safe. Nothing promises it, and without a GIL it is not."
        ),
        surprise=(
            "It is the textbook example of a race, and about the language the textbook is right. What happens depends "
            "on where an interpreter looks at requests to switch, so code that was never safe may pass every test on "
            "one version and fail on another."
        ),
        expected=lambda setting: (
            Outcome.PROVED
            if setting.target.description.switches_anywhere or not setting.target.gil_enabled
            else Outcome.REFUTED
        ),
        question=ask_bare,
        figure="locks",
    ),
)
