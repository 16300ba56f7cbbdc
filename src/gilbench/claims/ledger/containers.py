"""C5, C6 and C7: which operations on a shared container lose something without a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.behaviour import Trial, expected_of_bare_updates
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import Quantity, share
from gilbench.claims.rules import AllOf, AnyOf, above, always, ever
from gilbench.experiments.counting import (
    INTERVAL_S,
    LEAST_ALTERNATIONS,
    is_exact,
    lost_updates,
    overlapped,
)
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

UPDATES = 150_000  # of each thread
ATTEMPTS = 4  # for two threads to overlap
OPERATIONS = ("append", "next-count", "dict-get", "counter")
CONDITIONS = tuple(
    {
        "operation": operation,
        "updates": UPDATES,
        "interval_s": INTERVAL_S,
        "attempts": ATTEMPTS,
        "alternations": LEAST_ALTERNATIONS,
    }
    for operation in OPERATIONS
)

# Most trials must have overlapped: a busy host can hide a loss, and cannot make one.
MOST = 0.5


def _experiment(setting: Setting) -> Experiment:
    return setting.trials("containers", *CONDITIONS, launch_s=1.2)


def losing_runs(setting: Setting, operation: str, words: str) -> Quantity:
    """The share of runs that lost something, whether their threads overlapped or not."""
    name = f"runs of {words} that lost something"
    return share(_experiment(setting), name, _known_to_lose, (OPERATIONS.index(operation),))


def exact_runs(setting: Setting, operation: str, words: str) -> Quantity:
    """The share of runs that lost nothing, of those whose threads overlapped."""
    name = f"overlapping runs of {words} that lost nothing"
    index = OPERATIONS.index(operation)
    return share(_experiment(setting), name, is_exact, (index,), overlapped)


def threads_overlapped(setting: Setting, operation: str, words: str) -> Guard:
    """Threads that ran one after the other say nothing."""
    name = f"runs of {words} in which the threads overlapped"
    index = OPERATIONS.index(operation)
    overlapping = share(_experiment(setting), name, overlapped, (index,))
    return Guard(above(overlapping, MOST), margins.BUSY_HOST, only_for=Outcome.REFUTED)


def _known_to_lose(trial: Trial) -> bool:
    return trial["counted"] is not None and lost_updates(trial)


def safe_question(setting: Setting) -> Question:
    words = {"append": "list.append", "next-count": "next(count())"}
    exact = [exact_runs(setting, operation, words[operation]) for operation in words]
    losing = [losing_runs(setting, operation, words[operation]) for operation in words]
    return Question(
        proved=AllOf(tuple(map(always, exact))),
        refuted=AnyOf(tuple(map(ever, losing))),
        effect=exact[0],
    )


def losing_question(setting: Setting, operation: str, words: str) -> Question:
    losing = losing_runs(setting, operation, words)
    return Question(
        proved=ever(losing),
        refuted=always(exact_runs(setting, operation, words)),
        effect=losing,
        guards=(threads_overlapped(setting, operation, words),),
    )


CLAIMS = (
    Claim(
        id="C5",
        statement="list.append() and next() of itertools.count() lose nothing across threads",
        family="lock",
        source=(
            "Python documentation, thread safety guarantees for list; library FAQ: what kinds of "
            "global value mutation are thread-safe; gh-117657 (itertools.count without the GIL)"
        ),
        explanation=(
            "Each is one call into C that no thread switch can interrupt. Without the GIL every "
            "list has a lock, and count() adds atomically. Two threads append 150,000 items each "
            "and draw as many numbers, with switches as often as they can be forced: the length is "
            "exact, and every number is drawn once."
        ),
        measured=(
            f"Two threads append {UPDATES:,} items each to one list, and draw as many numbers from "
            "one itertools.count, with switches forced as often as possible."
        ),
        rule=(
            "PROVED if in every run whose threads alternated "
            f"{LEAST_ALTERNATIONS} times or more the list is as long as it should be, and every "
            "number was drawn once (shown as HELD); REFUTED if one run or more lost something."
        ),
        meaning=(
            "PROVED means that these two need no lock here, which the documentation promises for "
            "append() only; REFUTED would mean that a program which relies on them loses data."
        ),
        surprise=(
            "After a course on races a program gets a lock around everything. A list that all "
            "threads append to needs none, and a counter that every thread draws from can be a "
            "single next()."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=safe_question,
        figure="locks",
    ),
    Claim(
        id="C6",
        statement="d[k] = d.get(k, 0) + 1 loses updates when threads share the dict",
        family="lock",
        source="Python documentation, thread safety guarantees for dict; library FAQ",
        explanation=(
            "get() and the assignment are safe, each by itself, and the sum between them is "
            "another thread's chance: a request to switch is checked after the call of get(). "
            "With the GIL or without, both threads may read the same number and write the same "
            "sum."
        ),
        measured=(
            f"Two threads make {UPDATES:,} times d[k] = d.get(k, 0) + 1 each on one dict, and the "
            "sum is compared with what both made."
        ),
        rule=(
            "PROVED if one run or more lost updates; REFUTED if every run whose threads "
            f"alternated {LEAST_ALTERNATIONS} times or more was exact, and those were certainly "
            f"more than {100 * MOST:g} % of all."
        ),
        meaning=(
            "PROVED means that tallies between threads need a lock, or a dict for each thread; "
            "REFUTED means that this interpreter happened to lose nothing."
        ),
        surprise=(
            "A dict is thread-safe, as the documentation says, and people read that as safe to "
            "count with. What is safe is an operation of the dict, and here there are two."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=lambda setting: losing_question(setting, "dict-get", "d[k] = d.get(k, 0) + 1"),
        figure="locks",
    ),
    Claim(
        id="C7",
        statement="counter[k] += 1 of a collections.Counter loses updates when threads share it",
        family="lock",
        source=(
            "CPython 3.10, Python/ceval.c: CHECK_EVAL_BREAKER() on backward jumps and calls only"
        ),
        explanation=(
            "The line reads, adds and writes without a call of Python code, as obj.n += 1 does "
            "(B14), where the key is there; a missing one calls __missing__(). Up to 3.9 a thread "
            "can be switched between any two of these steps; from 3.10 on, with the GIL, it "
            "happens to be exact, and nothing promises that it stays so. Without the GIL it loses "
            "updates."
        ),
        measured=(
            f"Two threads make {UPDATES:,} times counter[k] += 1 each on one Counter that has the "
            "key, and the sum is compared with what both made."
        ),
        rule=(
            "PROVED if one run or more lost updates; REFUTED if every run whose threads "
            f"alternated {LEAST_ALTERNATIONS} times or more was exact, and those were certainly "
            f"more than {100 * MOST:g} % of all."
        ),
        meaning=(
            "PROVED means that a Counter between threads needs a lock on this interpreter; "
            "REFUTED means that it happens to be exact on this one, which nothing promises."
        ),
        surprise=(
            "It is written as one step and looks safer than get() with a default; so it is, by "
            "chance, on some versions. Neither the name Counter nor its use for tallies says "
            "anything of threads."
        ),
        expected=expected_of_bare_updates,
        question=lambda setting: losing_question(setting, "counter", "counter[k] += 1"),
        figure="locks",
    ),
)
