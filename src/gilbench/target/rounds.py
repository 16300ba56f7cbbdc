"""One timed round: runs a workload's tasks under a strategy.

Every clock is read where the work is done.

Which rounds to run, and in which order, is decided by the parent.
"""

import gc
import os
import sys
import threading

# Clocks by names of our own: what is measured may replace those of the module.
from time import perf_counter_ns, process_time_ns, thread_time_ns
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

from gilbench.target import gil, registry

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

CHECKSUM_MASK = (1 << 63) - 1
MOST_OF_A_MESSAGE = 400  # characters
SHARING = (
    "multiprocessing.synchronize",
    "multiprocessing.shared_memory",
    "multiprocessing.heap",
)
SHARED_MEMORY_REMEDY = (
    " (semaphores and shared memory of processes are made in /dev/shm: "
    "mount it writable and with room, as by docker run --tmpfs /dev/shm:rw)"
)
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


class WorkerFailed(Exception):
    """A worker raised or died; the message says which one and how."""


class WorkerDied(WorkerFailed):
    """A worker ended by itself, or was ended by somebody else, before its work was done."""


LogValues = Tuple[int, int, int, int, int, int, int, bool, bool, str]


class WorkerLog(NamedTuple):
    """What one worker did in one round.

    ``start_ns`` and ``end_ns`` are readings of the host's monotonic clock. ``gil_before`` and
    ``gil`` say whether the GIL was enabled in its interpreter before and after, ``gil_culprit``
    names the imports that enabled it.
    """

    pid: int
    thread_id: int
    tasks: int
    start_ns: int
    end_ns: int
    cpu_ns: int
    checksum: int
    gil_before: bool
    gil: bool
    gil_culprit: str


def values_here(
    tasks: int, start_ns: int, end_ns: int, cpu_ns: int, checksum: int, gil_before: bool
) -> LogValues:
    """The values of the log of a worker that is the calling thread, in the order of WorkerLog."""
    return (
        os.getpid(),
        threading.get_native_id(),
        tasks,
        start_ns,
        end_ns,
        cpu_ns,
        checksum & CHECKSUM_MASK,
        gil_before,
        gil.enabled(),
        ", ".join(gil.culprits),
    )


def perform(workload: str, params: Dict[str, Any], share: Iterable[int]) -> LogValues:
    """Do the tasks of a share in the calling thread.

    Args:
        workload: The name of the workload.
        params: Its parameters.
        share: The numbers of the tasks.

    Returns:
        The values of the worker's log, in the order of WorkerLog.
    """
    gil.watch()
    gil_before = gil.enabled()
    task = registry.load("workload", workload).task
    checksum = done = 0
    # Reading CPU time is a system call, which is left out of the time of the tasks
    cpu_start_ns = thread_time_ns()
    start_ns = perf_counter_ns()
    for index in share:
        checksum += task(index, params)
        done += 1
    end_ns = perf_counter_ns()
    cpu_ns = thread_time_ns() - cpu_start_ns
    return values_here(done, start_ns, end_ns, cpu_ns, checksum, gil_before)


class Job(NamedTuple):
    """The work of one round.

    It holds names, not functions, so that it can be pickled for a spawned process.
    """

    workload: str
    params: Dict[str, Any]
    tasks: int
    workers: int
    start_method: Optional[str] = None

    def shares(self) -> List[List[int]]:
        """The task numbers of each worker, dealt in turn: shares differ by one task at most."""
        return [list(range(worker, self.tasks, self.workers)) for worker in range(self.workers)]

    def perform(self, share: Iterable[int]) -> WorkerLog:
        """Do the tasks of a share in the calling thread."""
        return WorkerLog(*perform(self.workload, self.params, share))


def merge(logs: List[WorkerLog]) -> List[WorkerLog]:
    """Combine logs of single tasks into one log per worker."""
    by_worker: Dict[Tuple[int, int], List[WorkerLog]] = {}
    for log in logs:
        by_worker.setdefault((log.pid, log.thread_id), []).append(log)
    return [_merge_worker(worker_logs) for worker_logs in by_worker.values()]


def _merge_worker(logs: List[WorkerLog]) -> WorkerLog:
    """One log from the logs of all tasks of one worker."""
    return WorkerLog(
        pid=logs[0].pid,
        thread_id=logs[0].thread_id,
        tasks=sum(log.tasks for log in logs),
        start_ns=min(log.start_ns for log in logs),
        end_ns=max(log.end_ns for log in logs),
        cpu_ns=sum(log.cpu_ns for log in logs),
        checksum=sum(log.checksum for log in logs) & CHECKSUM_MASK,
        gil_before=logs[0].gil_before,
        gil=any(log.gil for log in logs),
        gil_culprit=max(log.gil_culprit for log in logs),
    )


def describe_error(error: BaseException) -> str:
    """An exception's type, the start of its message, and the remedy where memory is not shared."""
    try:
        message = str(error)
    except BaseException:  # its own text raises
        message = ""
    if len(message) > MOST_OF_A_MESSAGE:
        message = message[:MOST_OF_A_MESSAGE] + "..."
    text = "{}: {}".format(type(error).__name__, message) if message else type(error).__name__
    if isinstance(error, OSError) and _is_of_shared_memory(error):
        text += SHARED_MEMORY_REMEDY
    return text


def _is_of_shared_memory(error: OSError) -> bool:
    """Whether it was raised where multiprocessing makes a semaphore or shares memory."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") in SHARING:
            return True
        trace = trace.tb_next
    return False


def run(job: Job, strategy: registry.Strategy) -> Dict[str, Any]:
    """Run one round.

    Returns:
        Its record as plain data, times in nanoseconds, memory in bytes. ``launch_ns`` lasts from
        the start of the round to the first worker's first task, ``compute_ns`` from there to the
        last worker's last task, ``join_ns`` from there until the strategy returns: their sum is
        ``wall_ns``.

    Raises:
        WorkerFailed: A worker raised or died.
        GilChanged: The GIL was enabled or disabled during the round.
    """
    with gil.unchanged():
        return _run(job, strategy)


def _run(job: Job, strategy: registry.Strategy) -> Dict[str, Any]:
    prepare = registry.load("workload", job.workload).prepare
    if prepare is not None:
        prepare(job.params)
    strategy.prepare()
    gil.watch()  # forked workers inherit it
    set_aside_garbage()
    gil_before = gil.enabled()
    before = _usage()
    start_ns = perf_counter_ns()
    logs = strategy.run(job)
    end_ns = perf_counter_ns()
    after = _usage()
    if strategy.takes_single_tasks:
        logs = merge(logs)
    first_ns = min(log.start_ns for log in logs)
    last_ns = max(log.end_ns for log in logs)
    elsewhere_ns = sum(log.cpu_ns for log in logs if log.pid != os.getpid())
    return {
        "start_ns": start_ns,
        "wall_ns": end_ns - start_ns,
        "launch_ns": first_ns - start_ns,
        "compute_ns": last_ns - first_ns,
        "join_ns": end_ns - last_ns,
        "cpu_self_ns": after["self_ns"] - before["self_ns"],
        # A process that a fork server reaps is not among our reaped children: what it reported
        # counts.
        "cpu_children_ns": max(after["children_ns"] - before["children_ns"], elsewhere_ns),
        "switches_voluntary": after["voluntary"] - before["voluntary"],
        "switches_forced": after["forced"] - before["forced"],
        "peak_rss_bytes": after["peak_rss_bytes"],
        "gil_before": gil_before,
        "gil_after": gil.enabled(),
        "tasks": sum(log.tasks for log in logs),
        "checksum": sum(log.checksum for log in logs) & CHECKSUM_MASK,
        "workers": [log._asdict() for log in logs],
    }


def set_aside_garbage() -> None:
    """Collect the garbage of the last round, and exclude what is left from later collections.

    What is left belongs to this program and not to the workload, and a forked worker whose
    collector visits it copies the memory in which it lies.
    """
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()


def _usage() -> Dict[str, int]:
    """CPU times, context switches and memory of this process and its reaped children so far."""
    if resource is None:
        times = os.times()
        return {
            "self_ns": process_time_ns(),
            "children_ns": int((times.children_user + times.children_system) * 1e9),
            "voluntary": 0,
            "forced": 0,
            "peak_rss_bytes": 0,
        }
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "self_ns": process_time_ns(),
        "children_ns": int((children.ru_utime + children.ru_stime) * 1e9),
        "voluntary": own.ru_nvcsw + children.ru_nvcsw,
        "forced": own.ru_nivcsw + children.ru_nivcsw,
        "peak_rss_bytes": max(own.ru_maxrss, children.ru_maxrss) * RSS_UNIT_BYTES,
    }
