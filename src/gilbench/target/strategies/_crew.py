"""Has shares and single tasks done in threads and processes.

Brings back their logs or failures.

Shared by the strategies that start one thread or process per worker, and by those that submit
single tasks to an executor.
"""

from typing import Any, Dict, List, Optional

from gilbench.target.rounds import (
    Job,
    WorkerDied,
    WorkerFailed,
    WorkerLog,
    describe_error,
    perform,
)

Outcome = Any  # a WorkerLog or its values, or a description of the failure


class Death(str):
    """A description of how a worker died, in place of its outcome."""

    __slots__ = ()

    @classmethod
    def by(cls, exitcode: Optional[int]) -> "Death":
        """That of a process with this exit code."""
        return cls("died with exit code {}".format(exitcode))


def attempt(job: Job, share: List[int]) -> Outcome:
    """Do a share; a failure is returned as text, which can cross a thread or a process."""
    try:
        return job.perform(share)
    except KeyboardInterrupt as error:
        return Death(describe_error(error))
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
    """The outcome that a process which has ended left in its pipe, or how it died.

    Raises:
        EOFError: It closed the pipe and sent nothing.
    """
    return connection.recv() if connection.poll(0) else Death.by(exitcode)


def logs(outcomes: List[Outcome]) -> List[WorkerLog]:
    """The outcomes as logs.

    Raises:
        WorkerFailed: For the first that is a failure; WorkerDied where it is a death.
    """
    worker_logs: List[WorkerLog] = []
    for worker, outcome in enumerate(outcomes):
        if not isinstance(outcome, tuple):
            failure = outcome or "ended without a result"
            kind = WorkerDied if isinstance(outcome, Death) else WorkerFailed
            raise kind("worker {} of {}: {}".format(worker, len(outcomes), failure))
        if isinstance(outcome, WorkerLog):
            worker_logs.append(outcome)
        else:
            worker_logs.append(WorkerLog(*outcome))
    return worker_logs


def run_threads(job: Job, make: Any) -> List[WorkerLog]:
    """Start one thread per worker and join them all.

    Args:
        job: The work of the round.
        make: Makes a worker: ``make(slots, worker, job, share)``, which puts its outcome into
            ``slots[worker]``.

    Raises:
        WorkerFailed: A worker raised.
    """
    slots: List[Outcome] = [None] * job.workers
    threads = [make(slots, worker, job, share) for worker, share in enumerate(job.shares())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return logs(slots)


def run_processes(job: Job, make: Any) -> List[WorkerLog]:
    """Start one process per worker and join them all.

    Nothing is read before the join: an outcome is far smaller than a pipe's buffer, so no worker
    waits for the reader, and a worker that died leaves its pipe empty.

    Args:
        job: The work of the round.
        make: Makes a worker: ``make(context, connection, job, share)``, which sends its outcome
            through the connection.

    Raises:
        WorkerFailed: A worker raised or died.
    """
    import multiprocessing

    context = multiprocessing.get_context(job.start_method)
    pipes = [context.Pipe(duplex=False) for _ in range(job.workers)]
    processes = [
        make(context, writer, job, share) for (_, writer), share in zip(pipes, job.shares())
    ]
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
            outcomes.append(Death.by(process.exitcode))
        reader.close()
    return logs(outcomes)


def attempt_task(workload: str, params: Dict[str, Any], index: int) -> Outcome:
    """``attempt`` for a worker that takes single tasks.

    Arguments and outcome are plain, since each task may have them pickled: a log is returned as its
    values, without the name of its class.
    """
    try:
        return perform(workload, params, (index,))
    except KeyboardInterrupt as error:
        return Death(describe_error(error))
    except BaseException as error:  # SystemExit in a worker is a failure too
        return describe_error(error)


def submit_tasks(job: Job, submit: Any) -> List[Any]:
    """Submit one task at a time; returns their futures.

    Args:
        job: The work of the round.
        submit: Submits a call: ``submit(function, *arguments)``, which returns its future.
    """
    return [submit(attempt_task, job.workload, job.params, index) for index in range(job.tasks)]


def run_executor(job: Job, executor: Any) -> List[WorkerLog]:
    """Submit one task at a time to an executor of ``concurrent.futures`` and shut it down.

    Returns:
        One log per task.

    Raises:
        WorkerFailed: A task raised, or a worker died.
    """
    from concurrent.futures import BrokenExecutor

    try:
        with executor:
            futures = submit_tasks(job, executor.submit)
        return logs([future.result() for future in futures])
    except BrokenExecutor as error:  # it does not say which of the workers died
        raise WorkerDied("a worker died: {}".format(describe_error(error))) from error
