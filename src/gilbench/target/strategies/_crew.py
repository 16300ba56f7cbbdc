"""A share that is done elsewhere, and how its log or its failure comes back: what the strategies of one thread or one
process a worker have in common, and those that hand out single tasks."""

from typing import Any, Dict, List, Optional, Tuple

from gilbench.target.rounds import CHECKSUM_MASK, Job, WorkerFailed, WorkerLog, describe_error

Outcome = Any  # a WorkerLog, or the failure in words


def attempt(job: Job, share: List[int]) -> Outcome:
    """Perform a share; a failure is returned as a sentence, for it has to cross a thread or a process."""
    try:
        return job.perform(share)
    except BaseException as error:  # SystemExit in a worker is a failure too
        return describe_error(error)


def attempt_into(slots: List[Outcome], worker: int, job: Job, share: List[int]) -> None:
    """``attempt`` for a thread: the outcome goes into the worker's own slot."""
    slots[worker] = attempt(job, share)


def attempt_and_send(connection: Any, job: Job, share: List[int]) -> None:
    """``attempt`` for a process: the outcome goes through the pipe."""
    connection.send(attempt(job, share))
    connection.close()


def received(connection: Any, exitcode: Optional[int]) -> Outcome:
    """The outcome that a finished process left in its pipe, or how the process died."""
    return connection.recv() if connection.poll(0) else "died with exit code {}".format(exitcode)


def logs(outcomes: List[Outcome]) -> List[WorkerLog]:
    """The outcomes, all of them logs; raises WorkerFailed for the first that is not."""
    for worker, outcome in enumerate(outcomes):
        if not isinstance(outcome, WorkerLog):
            raise WorkerFailed("worker {} of {}: {}".format(worker, len(outcomes), outcome or "ended without a result"))
    return outcomes


def run_threads(job: Job, make: Any) -> List[WorkerLog]:
    """Start one thread a worker, made by ``make(slots, worker, job, share)``, and join them all."""
    slots: List[Outcome] = [None] * job.workers
    threads = [make(slots, worker, job, share) for worker, share in enumerate(job.shares())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return logs(slots)


def run_processes(job: Job, make: Any) -> List[WorkerLog]:
    """Start one process a worker, made by ``make(context, connection, job, share)``, and join them all.

    Nothing is read before the join: an outcome is far smaller than a pipe's buffer, so no worker waits for the reader,
    and a worker that died shows as a pipe with nothing in it.
    """
    import multiprocessing

    context = multiprocessing.get_context(job.start_method)
    pipes = [context.Pipe(duplex=False) for _ in range(job.workers)]
    processes = [make(context, writer, job, share) for (_, writer), share in zip(pipes, job.shares())]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    for _, writer in pipes:
        writer.close()
    outcomes = []
    for (reader, _), process in zip(pipes, processes):
        try:
            outcomes.append(received(reader, process.exitcode))
        except EOFError:
            outcomes.append("died with exit code {}".format(process.exitcode))
        reader.close()
    return logs(outcomes)


def attempt_task(workload: str, params: Dict[str, Any], index: int) -> Outcome:
    """One task in a worker that takes them one by one; arguments and result are plain, for they may be pickled."""
    return attempt(Job(workload, params, tasks=1, workers=1), [index])


def merge(task_logs: List[WorkerLog]) -> List[WorkerLog]:
    """One log a worker, from one log a task."""
    by_worker: Dict[Tuple[int, int], List[WorkerLog]] = {}
    for log in task_logs:
        by_worker.setdefault((log.pid, log.thread_id), []).append(log)
    return [
        WorkerLog(
            pid=pid,
            thread_id=thread_id,
            tasks=sum(log.tasks for log in own),
            start_ns=min(log.start_ns for log in own),
            end_ns=max(log.end_ns for log in own),
            cpu_ns=sum(log.cpu_ns for log in own),
            checksum=sum(log.checksum for log in own) & CHECKSUM_MASK,
            gil_before=own[0].gil_before,
            gil=any(log.gil for log in own),
            gil_culprit=max(log.gil_culprit for log in own),
        )
        for (pid, thread_id), own in by_worker.items()
    ]


def run_executor(job: Job, executor: Any) -> List[WorkerLog]:
    """Submit a task each to an executor of ``concurrent.futures``, and shut it down."""
    from concurrent.futures import BrokenExecutor

    try:
        with executor:
            futures = [executor.submit(attempt_task, job.workload, job.params, index) for index in range(job.tasks)]
        return merge(logs([future.result() for future in futures]))
    except BrokenExecutor as error:  # which of the workers died, it does not say
        raise WorkerFailed("a worker died: {}".format(describe_error(error))) from error
