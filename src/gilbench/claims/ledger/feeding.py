"""C16: an InterpreterPoolExecutor against processes and threads: its start, and its tasks."""

from __future__ import annotations

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import feeding
from gilbench.model import Outcome

# A thread is given a reference to the list of 30,000 numbers, an interpreter gets a copy. In a
# free-threaded build a task with no number at all takes 15 to 20 times what it takes in a thread,
# so ten would say nothing of the list.
LARGEST = feeding.ITEMS[-1]
EXPENSIVE = 30


def _task_ms(setting: Setting, kind: str, items: int) -> Quantity:
    """What a task with a list of so many numbers takes."""
    return observed(
        feeding.experiment(setting.target),
        f"task of a {kind} with {items:,} numbers",
        " ms",
        lambda seen: feeding.task_ms(seen, kind, items),
    )


def question(setting: Setting) -> Question:
    experiment = feeding.experiment(setting.target)
    start = observed_ratio(
        experiment,
        "start of a ProcessPoolExecutor over an InterpreterPoolExecutor",
        lambda seen: feeding.start_ratio(seen, "process", "interpreter"),
    )
    feed = observed_ratio(
        experiment,
        f"task of an interpreter with {LARGEST:,} numbers over one of a thread",
        lambda seen: feeding.feed_ratio(seen, "interpreter", "thread", LARGEST),
    )
    times = []
    for kind in feeding.KINDS:
        times += [_task_ms(setting, kind, items) for items in feeding.ITEMS]
    return Question(
        proved=AllOf((above(start, 1), above(feed, EXPENSIVE))),
        refuted=AnyOf((below(start, 1), below(feed, EXPENSIVE))),
        effect=feed,
        also=tuple(times),
    )


CLAIMS = (
    Claim(
        id="C16",
        statement=(
            "An InterpreterPoolExecutor starts faster than processes; "
            "a task with a list of 30,000 numbers takes over 30 times one in a thread"
        ),
        family="ipc",
        source="PEP 734; What's New in Python 3.14: concurrent.futures.InterpreterPoolExecutor",
        explanation=(
            "Interpreters of one process share no objects. What a task is given is pickled and "
            "unpickled in the other interpreter, as between processes, although the memory is the "
            "same. A thread is given a reference, whatever its size. With no number at all a task "
            "takes twice as long as in a thread, and 15 to 20 times in a free-threaded build; the "
            "list takes the rest. So interpreters suit tasks that compute long on little, and "
            "their start costs less than that of processes."
        ),
        measured=(
            "Executors of two threads, interpreters and processes are started, up to the result "
            "of a first task, and given tasks with lists of 0, 1,000 and 30,000 numbers."
        ),
        rule=(
            "PROVED if the start of processes over that of interpreters is certainly above 1, "
            f"and a task with {LARGEST:,} numbers certainly takes more than "
            f"{EXPENSIVE} times as long in an interpreter as in a thread; REFUTED if the first is "
            f"certainly below 1 or the second certainly below {EXPENSIVE}."
        ),
        meaning=(
            "PROVED means that interpreters suit tasks that get and return little; REFUTED means "
            "that they start no faster here, or that feeding them costs little."
        ),
        surprise=(
            "They live in one process, so passing an object to another interpreter sounds like "
            "passing it to a thread. Only a few kinds of object, such as memoryviews, pass without "
            "a copy."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
        figure="channels",
    ),
)
