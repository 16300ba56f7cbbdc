"""C16: an InterpreterPoolExecutor against processes and threads: its start, and its tasks."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import feeding
from gilbench.model import Outcome

LARGEST = feeding.ITEMS[-1]

# "More than doubles": what is given to a task takes longer than all the rest of the task.
DOUBLE = 2

# A task with an empty list takes a thread 0.02 to 0.1 ms where it has a core when it is woken.
# Where it waits for one, that wait is most of every task, and what a list adds is lost in it.
PROMPT_MS = 0.5

WORKERS = {"thread": "a thread", "interpreter": "an interpreter", "process": "a process"}


def _task_ms(setting: Setting, kind: str, items: int) -> Quantity:
    """What a task with a list of so many numbers takes."""
    return observed(
        feeding.experiment(setting.target),
        f"task of {WORKERS[kind]} with {items:,} numbers",
        " ms",
        lambda seen: feeding.task_ms(seen, kind, items),
    )


def _lengthened(setting: Setting, kind: str) -> Quantity:
    """What a task with the longest list takes over one with an empty list."""
    return observed_ratio(
        feeding.experiment(setting.target),
        f"task of {WORKERS[kind]} with {LARGEST:,} numbers over one with none",
        lambda seen: feeding.list_ratio(seen, kind),
    )


def hands_over_promptly(setting: Setting) -> Guard:
    """A thread that is woken for a task had a core at once."""
    prompt = below(_task_ms(setting, "thread", feeding.ITEMS[0]), PROMPT_MS)
    return Guard(prompt, margins.BUSY_HOST, only_for=Outcome.REFUTED)


def question(setting: Setting) -> Question:
    experiment = feeding.experiment(setting.target)
    start = observed_ratio(
        experiment,
        "start of a ProcessPoolExecutor over an InterpreterPoolExecutor",
        lambda seen: feeding.start_ratio(seen, "process", "interpreter"),
    )
    lengthened = {kind: _lengthened(setting, kind) for kind in feeding.KINDS}
    by_list, by_reference = lengthened["interpreter"], lengthened["thread"]
    times = []
    for kind in feeding.KINDS:
        times += [_task_ms(setting, kind, items) for items in feeding.ITEMS]
    return Question(
        proved=AllOf((above(start, 1), above(by_list, DOUBLE), below(by_reference, DOUBLE))),
        refuted=AnyOf((below(start, 1), below(by_list, DOUBLE), above(by_reference, DOUBLE))),
        effect=by_list,
        guards=(hands_over_promptly(setting),),
        also=(lengthened["process"], *times),
    )


CLAIMS = (
    Claim(
        id="C16",
        statement=(
            "An InterpreterPoolExecutor starts faster than processes; a list of 30,000 numbers "
            "more than doubles its task's time, and not a thread's"
        ),
        family="ipc",
        source="PEP 734; What's New in Python 3.14: concurrent.futures.InterpreterPoolExecutor",
        explanation=(
            "Interpreters of one process share no objects. What a task is given is pickled and "
            "unpickled in the other interpreter, as between processes, although the memory is the "
            "same. A thread is given a reference, whatever its size. So interpreters suit tasks "
            "that compute long on little, and their start costs less than that of processes. "
            "Either executor starts one worker for the first task; a process may need a fork "
            "server first."
        ),
        measured=(
            "Executors of threads, interpreters and processes are made, up to the result of a "
            "first task, and given tasks with lists of 0, 1,000 and 30,000 numbers."
        ),
        rule=(
            "PROVED if the start of processes over that of interpreters is certainly above 1, "
            f"and a task with {LARGEST:,} numbers certainly takes more than {DOUBLE} times as long "
            "as one with none in an interpreter, and certainly less in a thread; REFUTED if the "
            f"start is certainly below 1, the first certainly below {DOUBLE} or the second "
            f"certainly above; refuted only while a thread takes less than {PROMPT_MS} ms for a "
            "task with none."
        ),
        meaning=(
            "PROVED means that interpreters suit tasks that get and return little; REFUTED means "
            "that they start no faster here, or that what a task is given costs it little."
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
