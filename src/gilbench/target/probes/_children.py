"""Trials that always end: every wait, on a child or a call, has a limit, and a child that still lives when its trial
is over is killed and reaped."""

import multiprocessing
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from gilbench.target import gil
from gilbench.target.registry import Probe

PATIENCE_S = 5.0  # a wait's limit: a child that a busy host starts slowly is no finding
BEGIN_WITHIN_S = 15.0  # no trial begins later, so that trials which all run into their limits end too
LIMIT_S = 60.0  # a probe's: the above, and a last trial in which every wait runs into its limit
LINGER_S = 60.0  # how long a child sleeps that is to be ended; it does end by itself if its launch is killed
TIMED_OUT = "timed out"  # stands where the name of an exception would


class Outcome(NamedTuple):
    """How a call ended: what it returned, and the name of what it raised, "" if nothing, or TIMED_OUT."""

    value: Any
    raised: str


class Patience:
    """A stretch of time that several waits share."""

    def __init__(self, limit_s: float) -> None:
        self._end_s = time.monotonic() + limit_s

    def left_s(self) -> float:
        return max(0.0, self._end_s - time.monotonic())


def probe_of(name: str, summary: str, trial: Callable[[Dict[str, Any]], Dict[str, Any]]) -> Probe:
    """The probe whose run is ``params["trials"]`` times ``trial(params)``; fewer if they take too long."""

    def run(params: Dict[str, Any]) -> Dict[str, Any]:
        patience = Patience(BEGIN_WITHIN_S)
        seen: List[Dict[str, Any]] = []
        while len(seen) < params["trials"] and (patience.left_s() or not seen):
            seen.append(trial(params))
        return {"trials": seen}

    return Probe(name=name, summary=summary, run=run, limit_s=LIMIT_S)


def attempt(call: Callable[..., Any], *args: Any) -> Outcome:
    """Call here and now; for calls that end by themselves."""
    try:
        return Outcome(call(*args), "")
    except Exception as error:
        return Outcome(None, type(error).__name__)


def within(limit_s: float, call: Callable[..., Any], *args: Any) -> Outcome:
    """Call in a thread that is waited for no longer than the limit; for calls that may block for ever.

    Start children first: to fork beside another thread is deprecated from 3.12 on. A thread that timed out goes on
    waiting until the caller takes away what it waits for.
    """
    outcomes: List[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(attempt(call, *args)), daemon=True)
    thread.start()
    thread.join(limit_s)
    return outcomes[0] if outcomes else Outcome(None, TIMED_OUT)


def received(connection: Any, limit_s: float) -> Any:
    """What came through a pipe within the limit; None if nothing did, or its other end was closed."""
    try:
        return connection.recv() if connection.poll(limit_s) else None
    except (EOFError, OSError):
        return None


def reap(process: Any) -> None:
    """End a child by force if it still lives. ``join(timeout)`` would not do: it waits for a pipe of which a forked
    child's own children hold copies."""
    if process.is_alive():
        process.kill()
    patience = Patience(PATIENCE_S)
    while process.is_alive() and patience.left_s():
        time.sleep(0.001)


@contextmanager
def running(target: Callable[..., None], *args: Any, daemon: Optional[bool] = None) -> Iterator[Any]:
    """A started child process, killed on leaving if it still lives, and reaped."""
    context: Any = multiprocessing.get_context()
    process = context.Process(target=target, args=args, daemon=daemon)
    process.start()
    try:
        yield process
    finally:
        reap(process)
        if process.exitcode is not None:
            process.close()


@contextmanager
def own_fork_server() -> Iterator[None]:
    """Stop the fork server afterwards, unless it was running before."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        yield
        return
    from multiprocessing.forkserver import _forkserver  # private, but nothing public says or does either

    server: Any = _forkserver
    was_running = server._forkserver_pid is not None
    try:
        yield
    finally:
        if not was_running:
            server._stop()


def tell_gil(connection: Any) -> None:
    """Send whether this process has the GIL."""
    connection.send(gil.enabled())
    connection.close()


def check_gil() -> None:
    """Raises GilChanged if a process that this one starts has the GIL and this one has not, or the other way round."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    with own_fork_server(), reader, writer, running(tell_gil, writer):
        told = received(reader, PATIENCE_S)
    if told is not None and told != gil.enabled():
        state = "on" if told else "off"
        raise gil.GilChanged("a process that the launch started ran with the GIL {}: it did not reach it".format(state))


@contextmanager
def pool_of(size: Optional[int]) -> Iterator[Tuple[Any, List[Any]]]:
    """A pool and its worker processes, terminated on leaving, by force if need be."""
    others = set(multiprocessing.active_children())
    pool = multiprocessing.Pool(size)
    workers = [process for process in multiprocessing.active_children() if process not in others]
    try:
        yield pool, workers
    finally:
        within(PATIENCE_S, pool.terminate)
        within(PATIENCE_S, pool.join)
        for process in workers:
            reap(process)
