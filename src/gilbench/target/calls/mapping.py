"""Calls spread over workers, each way as a user would write it.

Workers are started, work, and are ended.

A way is a context manager: entering it starts the workers, each of which finds the callable and
does its set-up; it yields a function that has batches done and returns when every result is back.
"""

import threading
import time
from contextlib import contextmanager, suppress
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

from gilbench.target.calls.calling import (
    ASYNCHRONOUS,
    Batch,
    Worker,
    WrongResult,
    call_in_turn,
    unpack_results,
)
from gilbench.target.result_numbers import number

Work = Callable[[List[Batch]], None]
SETTLE_S = 0.004  # a warm-up task of each worker, so that no worker takes two of them

_here = threading.local()  # the worker that a thread is
_only: List[Worker] = []  # the worker that an interpreter is: it may be called from any thread
_failures: List[str] = []  # why an interpreter is none, which its pool does not say


class WorkerFailed(Exception):
    """A worker raised or died; the message says how."""


class Crew(NamedTuple):
    """How many workers, and what each of them calls."""

    workers: int
    request: Dict[str, Any]
    form: str
    start_method: Optional[str] = None


class Way(NamedTuple):
    """One way to spread calls.

    ``pickles`` says whether calls and results are pickled on their way.
    """

    open: Callable[[Crew], Any]
    pickles: bool = False
    missing: Callable[[], Optional[str]] = lambda: None


def enter(request: Dict[str, Any], form: str) -> None:
    """Make the calling thread a worker: the initializer of every pool."""
    _here.worker = Worker(request, form)


def enter_interpreter(request: Dict[str, Any], form: str) -> None:
    """Make the calling interpreter a worker; if that fails, its first task says why."""
    from gilbench.target.rounds import describe_error

    try:
        _only.append(Worker(request, form))
    except BaseException as error:  # whatever an import raises
        _failures.append(describe_error(error))


def settle(_: int) -> None:
    """A warm-up task, long enough for every worker of a pool to get one."""
    if _failures:
        raise WorkerFailed(_failures[0])
    time.sleep(SETTLE_S)


def do(batch: Batch) -> bytes:
    """Run a batch in a worker."""
    worker: Worker = _only[0] if _only else _here.worker
    return worker.run(Batch(*batch))


def take_back(results: Any) -> None:
    """Unpickle what came back, in order."""
    for packed in results:
        if packed:
            unpack_results(packed)


def shares(batches: List[Batch], workers: int) -> List[List[Batch]]:
    """A share of the batches for each worker, dealt in turn."""
    return [batches[worker::workers] for worker in range(workers)]


@contextmanager
def one_after_another(crew: Crew) -> Iterator[Work]:
    """Serial calls: the reference."""
    enter(crew.request, crew.form)

    def work(batches: List[Batch]) -> None:
        for batch in batches:
            do(batch)

    yield work


@contextmanager
def threads(crew: Crew) -> Iterator[Work]:
    """One thread per worker, each with its own share."""
    import queue

    inboxes: List[Any] = [queue.SimpleQueue() for _ in range(crew.workers)]
    outbox: Any = queue.SimpleQueue()

    def serve(inbox: Any) -> None:
        try:
            enter(crew.request, crew.form)
            outbox.put(None)
            for share in iter(inbox.get, None):
                for batch in share:
                    do(batch)
                outbox.put(None)
        except BaseException as error:  # SystemExit in a worker is a failure too
            outbox.put(error)

    running = [threading.Thread(target=serve, args=(inbox,), daemon=True) for inbox in inboxes]
    for thread in running:
        thread.start()
    _collect(outbox, crew.workers)

    def work(batches: List[Batch]) -> None:
        for inbox, share in zip(inboxes, shares(batches, crew.workers)):
            inbox.put(share)
        _collect(outbox, crew.workers)

    yield work
    for inbox in inboxes:
        inbox.put(None)
    for thread in running:
        thread.join()


def _collect(outbox: Any, count: int) -> None:
    for _ in range(count):
        failure = outbox.get()
        if failure is not None:
            raise failure


@contextmanager
def processes(crew: Crew) -> Iterator[Work]:
    """One process per worker, with a pipe to each."""
    import multiprocessing

    context: Any = multiprocessing.get_context(crew.start_method)
    connections, running = [], []
    for _ in range(crew.workers):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve_pipe, args=(theirs, crew.request, crew.form))
        process.start()
        theirs.close()
        running.append(process)
        connections.append(ours)
    try:
        _receive_all(connections, running)

        def work(batches: List[Batch]) -> None:
            for connection, share in zip(connections, shares(batches, crew.workers)):
                connection.send([tuple(batch) for batch in share])
            for results in _receive_all(connections, running):
                take_back(results)

        yield work
    finally:
        for connection in connections:
            with suppress(OSError):  # of a process that died
                connection.send(None)
            connection.close()
        for process in running:
            process.join(1.0)
            if process.is_alive():
                process.kill()


def _serve_pipe(connection: Any, request: Dict[str, Any], form: str) -> None:
    from gilbench.target.rounds import describe_error

    try:
        enter(request, form)
        connection.send([])
        for share in iter(connection.recv, None):
            connection.send([do(batch) for batch in share])
    except EOFError:
        return
    except BaseException as error:  # it has to cross a process
        connection.send(describe_error(error))


def _receive_all(connections: List[Any], running: List[Any]) -> List[Any]:
    received = []
    for connection, process in zip(connections, running):
        try:
            answer = connection.recv()
        except EOFError:
            process.join(1.0)
            raise WorkerFailed("a worker died: {}".format(_end_of(process.exitcode))) from None
        if isinstance(answer, str):
            raise WorkerFailed(answer)
        received.append(answer)
    return received


def _end_of(exitcode: Optional[int]) -> str:
    if exitcode is not None and exitcode < 0:
        import signal

        return "signal {}".format(signal.Signals(-exitcode).name)
    return "exit code {}".format(exitcode)


@contextmanager
def pool(crew: Crew) -> Iterator[Work]:
    """``map`` of a ``multiprocessing.Pool``."""
    import multiprocessing

    context: Any = multiprocessing.get_context(crew.start_method)
    with context.Pool(crew.workers, enter, (crew.request, crew.form)) as opened:
        opened.map(settle, range(crew.workers), chunksize=1)
        yield lambda batches: take_back(opened.map(do, batches, chunksize=1))


@contextmanager
def thread_pool(crew: Crew) -> Iterator[Work]:
    """``map`` of a ``ThreadPoolExecutor``."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(
        crew.workers, initializer=enter, initargs=(crew.request, crew.form)
    ) as opened:
        list(opened.map(settle, range(crew.workers)))
        yield lambda batches: take_back(opened.map(do, batches))


@contextmanager
def process_pool(crew: Crew) -> Iterator[Work]:
    """``map`` of a ``ProcessPoolExecutor``."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context: Any = multiprocessing.get_context(crew.start_method)
    with ProcessPoolExecutor(crew.workers, context, enter, (crew.request, crew.form)) as opened:
        list(opened.map(settle, range(crew.workers)))
        yield lambda batches: take_back(opened.map(do, batches))


def no_interpreters() -> Optional[str]:
    """Why this Python has no pool of interpreters; None where it has one."""
    import sys

    return (
        "InterpreterPoolExecutor is there from Python 3.14 on"
        if sys.version_info < (3, 14)
        else None
    )


@contextmanager
def interpreters(crew: Crew) -> Iterator[Work]:
    """``map`` of an ``InterpreterPoolExecutor``."""
    import importlib
    import sys

    futures: Any = importlib.import_module("concurrent.futures")
    # A new interpreter's path lacks the folder that ``-m`` put on this one's, and with it this
    # program.
    code = "import sys; sys.path[:] = {!r}\n".format(sys.path)
    code += "from gilbench.target.calls.mapping import enter_interpreter\n"
    code += "enter_interpreter({!r}, {!r})".format(crew.request, crew.form)
    with futures.InterpreterPoolExecutor(
        crew.workers, initializer=exec, initargs=(code,)
    ) as opened:
        list(opened.map(settle, range(crew.workers)))
        yield lambda batches: take_back(opened.map(do, [tuple(batch) for batch in batches]))


@contextmanager
def event_loop(crew: Crew) -> Iterator[Work]:
    """``asyncio.gather`` of the coroutines, as many at a time as there are workers."""
    import asyncio

    worker = Worker(crew.request, crew.form)

    async def do_share(share: List[Batch]) -> None:
        for batch in share:
            results: List[Any] = []
            await call_in_turn(worker.subject, crew.form, batch.calls, results)
            if batch.expected is not None and number(results[0]) != batch.expected:
                raise WrongResult("its result differs from that of a serial call")

    async def gather(batches: List[Batch]) -> None:
        await asyncio.gather(*(do_share(share) for share in shares(batches, crew.workers)))

    yield lambda batches: asyncio.run(gather(batches))


@contextmanager
def to_thread(crew: Crew) -> Iterator[Work]:
    """What ``asyncio.to_thread`` does.

    The calls of one event loop, in the threads of an executor.
    """
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(
        crew.workers, initializer=enter, initargs=(crew.request, crew.form)
    ) as opened:
        list(opened.map(settle, range(crew.workers)))

        async def gather(batches: List[Batch]) -> None:
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(opened, do, batch) for batch in batches))

        yield lambda batches: asyncio.run(gather(batches))


WAYS = {
    "serial": Way(one_after_another),
    "thread": Way(threads),
    "thread-pool": Way(thread_pool),
    "to-thread": Way(to_thread),
    "asyncio": Way(event_loop),
    "process": Way(processes, pickles=True),
    "pool": Way(pool, pickles=True),
    "process-pool": Way(process_pool, pickles=True),
    "interpreter-pool": Way(interpreters, pickles=True, missing=no_interpreters),
}


def suits(name: str, form: str) -> bool:
    """Whether a way is one for calls of a form.

    Only coroutines can be gathered, and only others need threads.
    """
    if name == "asyncio":
        return form in ASYNCHRONOUS
    return not (name == "to-thread" and form in ASYNCHRONOUS)
