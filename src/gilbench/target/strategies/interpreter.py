"""One subinterpreter a worker, in a thread of its own: what a process a worker is, within one process."""

import importlib
import sys
import threading
from typing import Any, List, Optional

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog, describe_error
from gilbench.target.strategies import _crew

SINCE = (3, 14)


def missing() -> Optional[str]:
    return "there is no concurrent.interpreters before Python 3.14" if sys.version_info < SINCE else None


def module() -> Any:
    """Imported late: the first round would pay for it, and a launch without this strategy need not hold it."""
    return importlib.import_module("concurrent.interpreters")


def prepare() -> None:
    module()


def attempt_inside(slots: List[Any], worker: int, job: Job, share: List[int]) -> None:
    """Make an interpreter, have it do the share, and close it; the outcome goes into the worker's own slot."""
    try:
        interpreter = module().create()
        try:
            # A new interpreter's path lacks the folder that ``-m`` put on this one's, and with it the tasks.
            interpreter.exec("import sys; sys.path[:] = {!r}".format(sys.path))
            slots[worker] = interpreter.call(_crew.attempt, job, share)
        finally:
            interpreter.close()
    except BaseException as error:  # it has to cross a thread
        slots[worker] = describe_error(error)


def make(slots: List[Any], worker: int, job: Job, share: List[int]) -> threading.Thread:
    return threading.Thread(target=attempt_inside, args=(slots, worker, job, share))


def run(job: Job) -> List[WorkerLog]:
    return _crew.run_threads(job, make)


STRATEGY = Strategy(
    name="interpreter",
    summary="one subinterpreter with a GIL of its own a worker, in a thread each",
    run=run,
    workers_in="interpreters",
    missing=missing,
    kinds=(),  # a claim asks for it, and the pool is surveyed
    prepare=prepare,
)
