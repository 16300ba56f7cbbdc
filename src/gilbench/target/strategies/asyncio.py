"""Coroutines of one event loop, a share of the tasks each: all of them take turns in the calling thread.

A workload without a coroutine version has its plain task called, which blocks the loop: that is what CPU-bound work
does to asyncio.
"""

import time
from typing import Any, List

from gilbench.target import gil, registry
from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog, describe_error, values_here
from gilbench.target.strategies import _crew


def prepare() -> None:
    """Import asyncio, for the first round would pay for it and a launch without this strategy need not hold it."""
    import asyncio  # noqa: F401


async def perform(job: Job, share: List[int]) -> WorkerLog:
    """Do the tasks of a share. CPU time cannot be told apart between coroutines of a thread: the log says 0."""
    workload = registry.load("workload", job.workload)
    task, task_async, params = workload.task, workload.task_async, job.params
    checksum = done = 0
    gil_before = gil.enabled()
    start_ns = time.perf_counter_ns()
    for index in share:
        checksum += task(index, params) if task_async is None else await task_async(index, params)
        done += 1
    end_ns = time.perf_counter_ns()
    return WorkerLog(*values_here(done, start_ns, end_ns, 0, checksum, gil_before))


async def attempt(job: Job, share: List[int]) -> Any:
    """``_crew.attempt`` for a coroutine."""
    try:
        return await perform(job, share)
    except BaseException as error:  # SystemExit in a worker is a failure too
        return describe_error(error)


async def attempt_all(job: Job) -> List[Any]:
    import asyncio

    return list(await asyncio.gather(*(attempt(job, share) for share in job.shares())))


def run(job: Job) -> List[WorkerLog]:
    """The thread's CPU time of the whole round stands in the first worker's log."""
    import asyncio

    cpu_start_ns = time.thread_time_ns()
    outcomes = asyncio.run(attempt_all(job))
    cpu_ns = time.thread_time_ns() - cpu_start_ns
    first, *others = _crew.logs(outcomes)
    return [first._replace(cpu_ns=cpu_ns), *others]


STRATEGY = Strategy(
    name="asyncio",
    summary="asyncio: tasks of one event loop in one thread, `workers` at a time",
    run=run,
    workers_in="caller",
    kinds=("io",),
    prepare=prepare,
)
