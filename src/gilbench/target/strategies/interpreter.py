"""One subinterpreter per worker, each in its own thread.

The counterpart of ``process`` within one process.
"""

import importlib
import sys
import threading
from typing import Any, List, Optional

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog, describe_error
from gilbench.target.strategies import _crew

SINCE = (3, 14)


def missing() -> Optional[str]:
    return (
        "there is no concurrent.interpreters before Python 3.14"
        if sys.version_info < SINCE
        else None
    )


def module() -> Any:
    """The module, imported on demand: a launch that never uses it should not pay for it."""
    return importlib.import_module("concurrent.interpreters")


def prepare() -> None:
    module()


def attempt_inside(slots: List[Any], worker: int, job: Job, share: List[int]) -> None:
    """Make an interpreter, have it do the share, and close it.

    The outcome goes into the worker's slot.
    """
    try:
        interpreter = module().create()
        try:
            # A new interpreter's path lacks the folder that ``-m`` put on this one's, and with it
            # the tasks.
            interpreter.exec("import sys; sys.path[:] = {!r}".format(sys.path))
            slots[worker] = interpreter.call(_crew.attempt, job, share)
        finally:
            interpreter.close()
    except BaseException as error:  # as text, it can cross a thread
        slots[worker] = describe_error(error)


def make(slots: List[Any], worker: int, job: Job, share: List[int]) -> threading.Thread:
    return threading.Thread(target=attempt_inside, args=(slots, worker, job, share))


def run(job: Job) -> List[WorkerLog]:
    return _crew.run_threads(job, make)


STRATEGY = Strategy(
    name="interpreter",
    summary="one subinterpreter per worker, each with its own GIL and its own thread",
    run=run,
    workers_in="interpreters",
    missing=missing,
    kinds=(),  # measured for a claim only; the pool is surveyed
    prepare=prepare,
)
