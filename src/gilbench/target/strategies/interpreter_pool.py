"""An ``InterpreterPoolExecutor``: threads that each have an interpreter and a GIL.

Start and shutdown are timed too.
"""

import importlib
import sys
from typing import Any, List, Optional

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew

SINCE = (3, 14)


def missing() -> Optional[str]:
    return (
        "concurrent.futures has no InterpreterPoolExecutor before Python 3.14"
        if sys.version_info < SINCE
        else None
    )


def executor_class() -> Any:
    """The class, imported on demand: a launch that never uses it should not pay for it."""
    futures: Any = importlib.import_module("concurrent.futures")
    return futures.InterpreterPoolExecutor


def prepare() -> None:
    executor_class()


def run(job: Job) -> List[WorkerLog]:
    # A new interpreter's path lacks the folder that ``-m`` put on this one's, and with it the
    # tasks.
    same_path = "import sys; sys.path[:] = {!r}".format(sys.path)
    return _crew.run_executor(
        job, executor_class()(job.workers, initializer=exec, initargs=(same_path,))
    )


STRATEGY = Strategy(
    name="interpreter-pool",
    summary="concurrent.futures.InterpreterPoolExecutor: submit one task at a time, shut down",
    run=run,
    workers_in="interpreters",
    takes_single_tasks=True,
    missing=missing,
    kinds=("cpu",),
    prepare=prepare,
)
