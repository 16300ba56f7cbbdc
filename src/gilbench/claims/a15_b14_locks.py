"""A15 and B14: updates that threads lose without a lock, and what a lock costs."""

from __future__ import annotations

from typing import Any

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import Quantity, observed_ratio, share
from gilbench.claims.rules import AllOf, AnyOf, above, always, below
from gilbench.model import Experiment, Outcome
from gilbench.results.tables import Seen

WORKERS, UPDATES = 2, 60_000
# The shortest switch interval that still lets threads get on: a switch every few dozen updates.
INTERVAL_S = 1e-5

# Of trials: a loss that happens is seen in nearly every trial of 120,000 updates, one that cannot happen in none.
MOST, HARDLY = 0.5, 0.25

LOCKS = ("none", "lock", "rlock")
OWNERS = ("threading", "multiprocessing")
COST_WORKERS = (1, 2, 4)
COST_S = 0.02


def _counting(update: str, lock: str) -> dict[str, Any]:
    return {"update": update, "lock": lock, "workers": WORKERS, "updates": UPDATES, "interval_s": INTERVAL_S}


# What is counted, and how often in a launch: five launches make 20 trials or 40. Contended locks take their time.
REPEATS = {
    ("bare", "none"): 8,
    ("read-modify-write", "none"): 8,
    ("read-modify-write", "lock"): 4,
    ("read-modify-write", "rlock"): 4,
}
KINDS = tuple(REPEATS)
COUNTING = tuple(_counting(update, lock) for (update, lock), times in REPEATS.items() for _ in range(times))
COST = tuple(
    {"lock": lock, "of": of, "workers": workers, "duration_s": COST_S}
    for of in OWNERS
    for workers in COST_WORKERS
    for lock in LOCKS
)


def trials_of(update: str, lock: str) -> list[int]:
    """The conditions that repeat one kind of counting."""
    return [index for index, one in enumerate(COUNTING) if (one["update"], one["lock"]) == (update, lock)]


def lost(trial: dict[str, Any]) -> bool:
    return bool(trial["counted"] < trial["expected"])


def exact(trial: dict[str, Any]) -> bool:
    return bool(trial["counted"] == trial["expected"])


def operation_ns(seen: Seen, of: str, lock: str, workers: int) -> float:
    """Time an operation took all workers together in one launch, in ns."""
    index = COST.index({"lock": lock, "of": of, "workers": workers, "duration_s": COST_S})
    one = seen[index]
    return float(max(one["elapsed_ns"]) / max(1, sum(one["operations"])))


def counting(setting: Setting) -> Experiment:
    return setting.experiment("counting", COUNTING, launch_s=1.2, counts_trials=True)


def costs(setting: Setting) -> tuple[Quantity, ...]:
    """What an operation costs under a lock over one without, uncontended and contended."""
    experiment = setting.experiment("locking", COST, launch_s=0.7)

    def ratio(of: str, lock: str, workers: int) -> Quantity:
        where = "uncontended" if workers == 1 else f"by {workers} workers at once"
        return observed_ratio(
            experiment,
            f"time of an operation under a {of} {lock}, {where}, over one without",
            lambda seen: operation_ns(seen, of, lock, workers) / operation_ns(seen, of, "none", workers),
        )

    return tuple(ratio(of, lock, workers) for of in OWNERS for lock in LOCKS[1:] for workers in (1, WORKERS))


def ask_lock(setting: Setting) -> Question:
    experiment = counting(setting)
    unsafe = share(experiment, "runs that lost updates without a lock", lost, trials_of("read-modify-write", "none"))
    locked = [
        share(experiment, f"runs that were exact under a{name}", exact, trials_of("read-modify-write", lock))
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
    losing = share(counting(setting), "runs in which n += 1 lost updates", lost, trials_of("bare", "none"))
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
            if setting.target.description["switches_anywhere"] or not setting.target.gil_enabled
            else Outcome.REFUTED
        ),
        question=ask_bare,
        figure="locks",
    ),
)
