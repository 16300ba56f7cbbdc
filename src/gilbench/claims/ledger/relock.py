"""A14: a Lock cannot be acquired twice by one thread, an RLock can, and needs as many releases."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome


def held(trial: Trial) -> bool:
    """The Lock's second acquire timed out, the RLock's did not, and only its second release let another thread in."""
    again = trial["lock_second_acquire"] is False and trial["rlock_second_acquire"] is True
    return again and trial["rlock_free_after"] == [False, True]


def ask(setting: Setting) -> Question:
    experiment = setting.trials("relock", {"timeout_s": 0.01})
    return behaviour.holds(experiment, "trials in which a Lock blocked its own thread and an RLock did not", held)


CLAIMS = (
    Claim(
        id="A14",
        statement="A Lock acquired twice by one thread blocks; an RLock does not, and needs as many releases",
        family="lock",
        source="Python documentation, threading: Lock objects, RLock objects",
        explanation=(
            "A Lock knows only whether it is taken, so a thread that takes it twice waits for itself, for ever. An "
            "RLock knows its owner and counts: the owner may take it again, and others get it when the owner has "
            "released it as often as it took it."
        ),
        surprise=(
            "A thread cannot race with itself, so that it takes a lock twice looks harmless. In Java the owner of a "
            "lock may enter again, and who comes from there expects the same of every lock."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
