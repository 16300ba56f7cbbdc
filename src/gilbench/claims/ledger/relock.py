"""A14: a Lock cannot be acquired twice by one thread; an RLock can, and needs as many releases."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome


def lock_blocks_and_rlock_counts(trial: Trial) -> bool:
    """A second acquire timed out on the Lock alone; the RLock took two releases to be free."""
    blocked = trial["lock_second_acquire"] is False and trial["rlock_second_acquire"] is True
    return blocked and trial["rlock_free_after"] == [False, True]


def question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("relock", {"timeout_s": 0.01}),
        "trials in which a Lock blocked its own thread and an RLock did not",
        lock_blocks_and_rlock_counts,
    )


CLAIMS = (
    Claim(
        id="A14",
        statement=(
            "A Lock acquired twice by one thread blocks; an RLock does not, "
            "and needs as many releases"
        ),
        family="lock",
        source="Python documentation, threading: Lock objects, RLock objects",
        explanation=(
            "A Lock knows only whether it is held, so a thread that acquires it twice waits until "
            "another one releases it, which mostly none will. An RLock knows its owner and counts: "
            "the owner may acquire it again, and others get it when the owner has released it as "
            "often as it acquired it."
        ),
        measured=(
            "One thread acquires a Lock twice and an RLock twice, with a timeout of 10 ms, and "
            "another thread tries the RLock after each release."
        ),
        rule=behaviour.held_rule(
            "the Lock cannot be acquired again within 10 ms, the RLock can, and another thread "
            "acquires the RLock after the second release and not after the first"
        ),
        meaning=(
            "PROVED means that code which may enter itself needs an RLock; REFUTED would mean "
            "that a Lock protects less than it promises."
        ),
        surprise=(
            "A thread cannot race with itself, so that it acquires a lock twice looks harmless. In "
            "Java the owner of a lock may enter again, and programmers who come from there expect "
            "the same of every lock."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
