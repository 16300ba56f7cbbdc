"""Coroutines of one event loop in the calling thread, each with a share of the tasks.

A workload without a coroutine version has its plain task called, which blocks the loop: that is
what CPU-bound work does to asyncio.
"""

import time
from typing import Any, List

from gilbench.target import gil, registry
from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog, describe_error, values_here
from gilbench.target.strategies import _crew


def prepare() -> None:
    """Import asyncio: the first round should not pay for it, nor a launch that never uses it."""
    import asyncio  # noqa: F401


async def perform(job: Job, share: List[int]) -> WorkerLog:
    """Do the tasks of a share. The CPU time of one coroutine cannot be measured: the log has 0."""
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
    """The outcomes of all shares, done at once."""
    import asyncio

    return list(await asyncio.gather(*(attempt(job, share) for share in job.shares())))


def run(job: Job) -> List[WorkerLog]:
    """Run a round; the first worker's log has the thread's CPU time of the whole round."""
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
