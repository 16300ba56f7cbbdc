"""C3 and C4: threads that take items from one generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour, margins
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Guard, NotApplicable, Question, Setting
from gilbench.claims.quantities import share
from gilbench.claims.rules import AllOf, AnyOf, above, always, below, ever
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

ITEMS, INTERVAL_S = 60_000, 1e-5
CONDITIONS = (
    {"items": ITEMS, "lock": False, "interval_s": INTERVAL_S},
    {"items": ITEMS, "lock": True, "interval_s": INTERVAL_S},
)
BARE, LOCKED = ((index,) for index in range(len(CONDITIONS)))

# Under a lock a refusal in one trial of four is no lock; most trials must have overlapped.
HARDLY, MOST = 0.25, 0.5


def was_refused(trial: Trial) -> bool:
    """next() raised ValueError at least once."""
    return bool(trial["refused"])


def ended(trial: Trial) -> bool:
    """The process neither crashed nor hung."""
    return bool(trial["ended"] and trial["exit_code"] == 0)


def took_turns(trial: Trial) -> bool:
    """Both threads asked the generator, or the trial crashed, which takes two."""
    return not ended(trial) or trial["refused"] > 0 or min(trial["shares"]) > 0


def never_refused(trial: Trial) -> bool:
    return bool(ended(trial) and not trial["refused"])


def is_whole(trial: Trial) -> bool:
    """Every item went to one thread, and nothing crashed or hung."""
    return bool(ended(trial) and not trial["doubled"] and not trial["lost"])


def locked_in_order(trial: Trial) -> bool:
    return is_whole(trial) and never_refused(trial)


def _experiment(setting: Setting) -> Experiment:
    return setting.trials("shared-generator", *CONDITIONS, launch_s=0.7)


def refusal_question(setting: Setting) -> Question | NotApplicable:
    if not setting.target.gil_enabled:
        return NotApplicable("no GIL: sharing a generator may crash the interpreter (C4)")
    experiment = _experiment(setting)
    refusing = share(experiment, "runs in which next() raised ValueError", was_refused, BARE)
    silent = share(
        experiment, "runs of both threads without a ValueError", never_refused, BARE, took_turns
    )
    locked = share(
        experiment,
        "runs of both threads under a lock that gave each item once",
        locked_in_order,
        LOCKED,
        took_turns,
    )
    both = share(experiment, "runs in which both threads asked", took_turns, BARE)
    return Question(
        proved=AllOf((ever(refusing), always(locked))),
        refuted=AnyOf((always(silent), below(locked, 1 - HARDLY))),
        effect=refusing,
        guards=(Guard(above(both, MOST), margins.BUSY_HOST, only_for=Outcome.REFUTED),),
    )


def safety_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    crashed = share(experiment, "runs that crashed or hung", lambda trial: not ended(trial), BARE)
    whole = share(
        experiment,
        "runs of both threads in which each item went to one",
        is_whole,
        BARE,
        took_turns,
    )
    broken = share(experiment, "runs that broke", lambda trial: not is_whole(trial), BARE)
    return Question(
        proved=always(whole), refuted=above(broken, behaviour.FLUKES), effect=whole, also=(crashed,)
    )


def expected_of_safety(setting: Setting) -> Outcome | None:
    """Without the GIL the interpreter crashes up to 3.14; gh-120321 is fixed in 3.15, not tried."""
    if setting.target.gil_enabled:
        return Outcome.PROVED
    major, minor = setting.target.description.version.split(".")[:2]
    return Outcome.REFUTED if (int(major), int(minor)) < (3, 15) else None


CLAIMS = (
    Claim(
        id="C3",
        statement=(
            "Threads that share a generator get ValueError from next(); under a lock each item "
            "goes to one"
        ),
        family="thread",
        source="CPython, Objects/genobject.c: ValueError, generator already executing",
        explanation=(
            "A generator has one frame, which is either running or suspended. If a thread is "
            "switched out inside it and another calls next(), that call raises ValueError: "
            "generator already executing. A lock around next() makes the others wait instead. An "
            "iterator that is one call into C, such as itertools.count, has no such moment (C5)."
        ),
        measured=(
            f"Two threads take {ITEMS:,} items from one generator, which adds a few numbers before "
            "each, without a lock and under one."
        ),
        rule=(
            "PROVED if next() raised ValueError in one run or more without a lock, and every run "
            "under a lock gave each item once without an error (shown as HELD); REFUTED if every "
            "run without a lock went without ValueError, or certainly more than "
            f"{100 * HARDLY:g} % of those under a lock went wrong; runs count in which both "
            "threads asked the generator, or which crashed or hung, and only where that is "
            f"so in certainly more than {100 * MOST:g} % of the runs without a lock is it refuted."
        ),
        meaning=(
            "PROVED means that a generator between threads needs a lock or a queue; REFUTED "
            "means that no call of next() met another here, or that the lock did not help."
        ),
        surprise=(
            "That the GIL makes next() safe holds for iterators written in C only. The thread that "
            "gets the error did nothing wrong, and mostly it ends there, so that others do its "
            "share and nobody notices."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=refusal_question,
    ),
    Claim(
        id="C4",
        statement=(
            "Threads that share a generator without a lock break nothing: "
            "no item lost or doubled, no crash"
        ),
        family="free-threading",
        source=(
            "Python documentation, free-threading HOWTO: known limitations, iterators; gh-120321, "
            "fixed in 3.15"
        ),
        explanation=(
            "With the GIL a generator refuses a second caller and keeps its state. Without it two "
            "threads may enter the same frame between the check and the start, and the interpreter "
            "crashes (seen on 3.14): a known limitation, which a lock around next() avoids. "
            "From 3.15 on the step is atomic. Every trial is a process by itself."
        ),
        measured=(
            f"Two threads take {ITEMS:,} items from one generator, which adds a few numbers before "
            "each, without a lock, each trial in a process by itself."
        ),
        rule=(
            "PROVED if in every trial in which both threads asked the generator no item was lost "
            "or doubled and the process ended with exit code 0 (shown as HELD); REFUTED if "
            "certainly more than "
            f"{100 * behaviour.FLUKES:g} % of the trials broke, by a loss, a crash or a hang."
        ),
        meaning=(
            "PROVED means that the worst that happens is an exception; REFUTED means that a "
            "shared generator may end the interpreter, so put a lock around next() before you "
            "switch the GIL off."
        ),
        surprise=(
            "Pure Python code is expected to raise at worst, and never to end the interpreter. "
            "Free-threaded builds promise that for most objects, and up to 3.14 not for a "
            "generator that two threads enter."
        ),
        expected=expected_of_safety,
        question=safety_question,
    ),
)
