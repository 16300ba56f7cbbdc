"""C1 and C2: a fork while another thread holds a lock, and the warning that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

# How long a child may take for a lock that is free again in its parent; the lock that nobody held
# takes it a few microseconds.
WAIT_S = 0.1

WARNING = "DeprecationWarning"


def hung(trial: Trial) -> bool:
    """The child acquired the lock that nobody held, and never the other, though it was released."""
    return bool(trial["free_acquired"] and trial["released"] and not trial["held_acquired"])


def warned(trial: Trial) -> bool:
    return WARNING in trial["warned"]


def _experiment(setting: Setting) -> Experiment:
    return setting.trials("fork-lock", {"wait_s": WAIT_S}, launch_s=0.5)


def hang_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        _experiment(setting), "children that waited in vain for a lock held at the fork", hung
    )


def warning_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        _experiment(setting), "forks next to another thread that warned", warned
    )


def expected_to_warn(setting: Setting) -> Outcome:
    """CPython warns from 3.12 on."""
    major, minor = setting.target.description.version.split(".")[:2]
    since_3_12 = (int(major), int(minor)) >= (3, 12)
    return Outcome.PROVED if since_3_12 else Outcome.REFUTED


CLAIMS = (
    Claim(
        id="C1",
        statement=(
            "A child forked while another thread holds a lock cannot acquire it, even once its "
            "parent has released it"
        ),
        family="process",
        source="POSIX, fork(); Python documentation, os.fork(): deadlocks of the child",
        explanation=(
            "fork() copies the memory, with every lock as it is at that instant, and only the "
            "thread that called it. In the child a lock that another thread held stays locked, "
            "because the thread that would release it does not exist there. Releasing it in the "
            "parent changes nothing in the copy. The lock may be one of the program, of logging, "
            "or of a C library."
        ),
        measured=(
            "A process with a thread that holds a lock is forked, the lock is released in the "
            f"parent, and the child tries it for {WAIT_S} s."
        ),
        rule=behaviour.held_rule(
            "the child acquires the lock that nobody held, and not the other one within "
            f"{WAIT_S} s of its release in the parent"
        ),
        meaning=(
            "PROVED means that a program with threads starts its processes by spawn or fork "
            "server, or before its threads; REFUTED would mean that the child gets such a lock all "
            "the same."
        ),
        surprise=(
            "The program is right by itself: every lock is released in a with block. That fork "
            "and threads exclude each other is a matter of luck in most runs, and of a process "
            "that hangs without an error in some."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=hang_question,
    ),
    Claim(
        id="C2",
        statement="Forking a process that has another thread gives a DeprecationWarning",
        family="process",
        source="What's New in Python 3.12: os.fork() warns in a multi-threaded process",
        explanation=(
            "From 3.12 on the interpreter counts the process's threads at a fork and warns if "
            "there are several, since the child may deadlock. A DeprecationWarning is shown only "
            "where the call stands in __main__, or under -W or a test runner, so most programs "
            "that fork from a library never print it. Before 3.12 nothing warns."
        ),
        measured=("A process that has another thread is forked, and its warnings are recorded."),
        rule=behaviour.held_rule("the fork gives a DeprecationWarning"),
        meaning=(
            "PROVED means that a test run under -W error finds such forks in your program; "
            "REFUTED means that nothing will tell you."
        ),
        surprise=(
            "A deadlock that is known to be possible for decades was not mentioned by the "
            "interpreter until 3.12. And a pool under fork in a test suite that starts to warn "
            "was no safer when it was silent."
        ),
        expected=expected_to_warn,
        question=warning_question,
    ),
)
