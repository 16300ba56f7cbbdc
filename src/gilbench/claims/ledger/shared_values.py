"""A23 and A24: Value and Array carry numbers between processes, ``+=`` loses updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour, margins
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import share
from gilbench.claims.rules import AllOf, AnyOf, above, always, below, ever
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

UPDATES = 15_000  # long enough for two processes to meet
CONDITIONS = (
    {"ask": "hand-over"},
    {"ask": "bare", "updates": UPDATES},
    {"ask": "locked", "updates": UPDATES},
)
HAND_OVER, BARE, LOCKED = ((index,) for index in range(len(CONDITIONS)))

# Of the shorter process's time; two that run one after the other cannot lose anything.
OVERLAP = 0.5

# A lock under which one trial in four is inexact is none; most trials must have overlapped.
HARDLY, MOST = 0.25, 0.5


def arrived(trial: Trial) -> bool:
    """The parent read what the child wrote to both, and nothing of the child's plain list."""
    number = trial["value"] == trial["sent_value"]
    numbers = trial["array"] == trial["sent_array"]
    return bool(trial["was_written"] and number and numbers and not trial["plain_seen"])


def overlapped(trial: Trial) -> bool:
    return bool(trial["overlap"] >= OVERLAP)


def lost(trial: Trial) -> bool:
    return bool(trial["counted"] < trial["expected"])


def is_exact(trial: Trial) -> bool:
    return bool(trial["counted"] == trial["expected"])


def _experiment(setting: Setting) -> Experiment:
    return setting.trials("shared-values", *CONDITIONS, launch_s=0.9)


def channel_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        _experiment(setting),
        "parents that read what a child wrote to a Value and an Array, and not its list",
        arrived,
        HAND_OVER,
    )


def update_question(setting: Setting) -> Question:
    experiment = _experiment(setting)
    losing = share(experiment, "runs of value.value += 1 that lost updates", lost, BARE)
    never_losing = share(
        experiment,
        "overlapping runs without get_lock() that lost nothing",
        is_exact,
        BARE,
        overlapped,
    )
    exact = share(
        experiment,
        "overlapping runs that were exact under get_lock()",
        is_exact,
        LOCKED,
        overlapped,
    )
    met = share(experiment, "runs in which both processes were at it", overlapped, BARE)
    return Question(
        proved=AllOf((ever(losing), always(exact))),
        refuted=AnyOf((always(never_losing), below(exact, 1 - HARDLY))),
        effect=losing,
        guards=(Guard(above(met, MOST), margins.BUSY_HOST, only_for=Outcome.REFUTED),),
    )


CLAIMS = (
    Claim(
        id="A23",
        statement="What a child writes to a Value or Array its parent reads; not so a plain list",
        family="ipc",
        source="Python documentation, multiprocessing: sharing state between processes",
        explanation=(
            "Value and Array lie in memory that processes share, as C numbers of one type, so a "
            "write is there for all that were given the object when they were started. Any other "
            "object is copied by fork or made again by spawn, and what a child does to its copy "
            "nobody else sees. Neither says when something was written: that takes an Event, or "
            "another channel."
        ),
        measured=(
            "A child writes to a Value, to an Array and to a plain list, ends, and its parent "
            "reads all three."
        ),
        rule=behaviour.held_rule(
            "the parent reads in the Value and the Array what the child wrote, and nothing of "
            "it in its own list"
        ),
        meaning=(
            "PROVED means that numbers may go through shared memory and that everything else "
            "has to be sent; REFUTED would mean that a Value needs a message besides."
        ),
        surprise=(
            "Under threads a global list is common to all, and the same program with Process in "
            "place of Thread runs without an error. Its results stay empty, because each child "
            "fills a list nobody reads."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=channel_question,
    ),
    Claim(
        id="A24",
        statement="Processes that do value.value += 1 lose updates; under value.get_lock() none",
        family="lock",
        source=(
            "Python documentation, multiprocessing.Value: operations like += which involve a read "
            "and write are not atomic"
        ),
        explanation=(
            "A Value has a lock and takes it for each read and for each write, and += is one of "
            "each. Between them the other process writes too, and one of the two updates is lost. "
            "get_lock() gives the same lock, which is recursive, to hold around both."
        ),
        measured=(
            f"Two processes make {UPDATES:,} times value.value += 1 each, without get_lock() and "
            "under it, and the sum is compared with what both made."
        ),
        rule=(
            "PROVED if one run or more without get_lock() lost updates, and every run under it was "
            "exact (shown as HELD); REFUTED if every run without it was exact, or certainly more "
            f"than {100 * HARDLY:g} % of those under it were not; exact are counted where both "
            f"processes were at it for {100 * OVERLAP:g} % or more of the shorter one's time, and "
            f"only where they were in certainly more than {100 * MOST:g} % of the runs without it "
            "is it refuted."
        ),
        meaning=(
            "PROVED means that a shared counter needs get_lock() around +=; REFUTED means that "
            "no update was lost here though both processes were at it, or that the lock does not "
            "help."
        ),
        surprise=(
            "A Value is made with lock=True, and the name says that it is synchronized. The lock "
            "protects a number from being read half written, not a program from counting wrongly."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=update_question,
        figure="locks",
    ),
)
