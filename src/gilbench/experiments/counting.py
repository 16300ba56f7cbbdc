"""The probe ``counting``: how many updates two threads lose, with and without a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

WORKERS, UPDATES = 2, 60_000
# The shortest switch interval that still lets threads get on: a switch every few dozen updates.
INTERVAL_S = 1e-5

# Of some 120 chunks of updates, so many at least must be followed by the other thread's for a trial
# to say anything: two threads that the operating system put one after the other alternate once or
# twice.
LEAST_ALTERNATIONS = 5

# (How a counter is updated, under which lock) → trials per launch: five launches make 20 trials or
# 40. Contended locks take their time.
TRIALS = {
    ("bare", "none"): 8,
    ("property", "none"): 4,
    ("subclass", "none"): 4,
    ("call", "none"): 4,
    ("read-modify-write", "none"): 8,
    ("read-modify-write", "lock"): 4,
    ("read-modify-write", "rlock"): 4,
}
KINDS = tuple(TRIALS)


def _condition(update: str, lock: str) -> dict[str, Any]:
    return {
        "update": update,
        "lock": lock,
        "workers": WORKERS,
        "updates": UPDATES,
        "interval_s": INTERVAL_S,
    }


CONDITIONS = tuple(_condition(*kind) for kind, trials in TRIALS.items() for _ in range(trials))


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target; each condition is one trial."""
    return model.Experiment(target.id, "counting", CONDITIONS, launch_s=1.7, counts_trials=True)


def conditions_of(update: str, lock: str) -> list[int]:
    """The indices of the conditions that repeat one kind of counting."""
    kind = _condition(update, lock)
    return [index for index, condition in enumerate(CONDITIONS) if condition == kind]


def trials_of(seen: Seen, update: str, lock: str) -> list[dict[str, Any]]:
    """The trials of one kind of counting in one launch."""
    return [seen[index] for index in conditions_of(update, lock)]


def overlapped(trial: dict[str, Any]) -> bool:
    """Whether the updates of both threads were interleaved.

    Otherwise one thread's came after the other's.
    """
    return bool(trial["alternations"] >= LEAST_ALTERNATIONS)


def lost_updates(trial: dict[str, Any]) -> bool:
    """Whether fewer updates were counted than made."""
    return bool(trial["counted"] < trial["expected"])


def is_exact(trial: dict[str, Any]) -> bool:
    """Whether as many updates were counted as made."""
    return bool(trial["counted"] == trial["expected"])


def share_lost(trial: dict[str, Any]) -> float:
    """The share of one trial's updates that was lost."""
    return float(1 - trial["counted"] / trial["expected"])


def share_lost_in_launch(seen: Seen, update: str, lock: str) -> float:
    """The share of all updates of one kind of counting that was lost in one launch."""
    trials = trials_of(seen, update, lock)
    counted = sum(trial["counted"] for trial in trials)
    return float(1 - counted / sum(trial["expected"] for trial in trials))
