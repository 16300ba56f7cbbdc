"""A share that is done elsewhere, and how its log or its failure comes back: what the strategies of one thread or one
process a worker have in common, and those that hand out single tasks."""

from typing import Any, Dict, List, Optional

from gilbench.target.rounds import Job, WorkerFailed, WorkerLog, describe_error, perform

Outcome = Any  # a WorkerLog or its values, or the failure in words


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
    """The outcomes, all of them logs, if need be again; raises WorkerFailed for the first that is not."""
    for worker, outcome in enumerate(outcomes):
        if not isinstance(outcome, tuple):
            raise WorkerFailed("worker {} of {}: {}".format(worker, len(outcomes), outcome or "ended without a result"))
    return [outcome if isinstance(outcome, WorkerLog) else WorkerLog(*outcome) for outcome in outcomes]


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
    """``attempt`` for a worker that takes tasks one by one. Arguments and outcome are plain, for every task may have
    them pickled: a log goes back as its values, without the name of its class."""
    try:
        return perform(workload, params, (index,))
    except BaseException as error:  # SystemExit in a worker is a failure too
        return describe_error(error)


def run_executor(job: Job, executor: Any) -> List[WorkerLog]:
    """Submit a task each to an executor of ``concurrent.futures``, and shut it down; returns a log a task."""
    from concurrent.futures import BrokenExecutor

    try:
        with executor:
            futures = [executor.submit(attempt_task, job.workload, job.params, index) for index in range(job.tasks)]
        return logs([future.result() for future in futures])
    except BrokenExecutor as error:  # which of the workers died, it does not say
        raise WorkerFailed("a worker died: {}".format(describe_error(error))) from error
