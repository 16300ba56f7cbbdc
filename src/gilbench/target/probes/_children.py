"""Trials that always end.

Every wait for a child or a call has a limit, and a child that is still alive at the end of its
trial is killed and reaped.
"""

import multiprocessing
import threading
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from gilbench.target import gil
from gilbench.target.registry import Probe

PATIENCE_S = 5.0  # limit of a wait: a child that a busy host starts slowly is no finding
BEGIN_WITHIN_S = 15.0  # no trial begins later, so that trials which all reach their limits end too
LIMIT_S = 60.0  # of a probe: the above, and a last trial in which every wait reaches its limit
LINGER_S = 60.0  # sleep of a child that is to be ended; it ends by itself if its launch is killed
TIMED_OUT = "timed out"  # in place of the name of an exception


class Outcome(NamedTuple):
    """How a call ended.

    ``raised`` is the name of the exception, "" for none, or TIMED_OUT.
    """

    value: Any
    raised: str


class Patience:
    """A time limit that several waits share."""

    def __init__(self, limit_s: float) -> None:
        self._end_s = time.monotonic() + limit_s

    def left_s(self) -> float:
        """Seconds that are left, 0 once it has passed."""
        return max(0.0, self._end_s - time.monotonic())


def probe_of(name: str, summary: str, trial: Callable[[Dict[str, Any]], Dict[str, Any]]) -> Probe:
    """Make a probe of a trial.

    Its run calls ``trial(params)`` ``params["trials"]`` times, fewer if that takes too long, and
    returns what the trials observed as ``trials``.
    """

    def run(params: Dict[str, Any]) -> Dict[str, Any]:
        patience = Patience(BEGIN_WITHIN_S)
        observations: List[Dict[str, Any]] = []
        while len(observations) < params["trials"] and (patience.left_s() or not observations):
            observations.append(trial(params))
        return {"trials": observations}

    return Probe(name=name, summary=summary, run=run, limit_s=LIMIT_S)


def attempt(call: Callable[..., Any], *args: Any) -> Outcome:
    """Make a call that ends by itself."""
    try:
        return Outcome(call(*args), "")
    except Exception as error:
        return Outcome(None, type(error).__name__)


def within(limit_s: float, call: Callable[..., Any], *args: Any) -> Outcome:
    """Make a call that may block forever, in a thread that is joined.

    Start children first: forking while another thread runs is deprecated from 3.12 on. A thread
    that timed out stays blocked until the caller removes what it waits for.

    Args:
        limit_s: Seconds after which it is joined no longer.
        call: What is called.
        *args: Its arguments.
    """
    outcomes: List[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(attempt(call, *args)), daemon=True)
    thread.start()
    thread.join(limit_s)
    return outcomes[0] if outcomes else Outcome(None, TIMED_OUT)


def received(connection: Any, limit_s: float) -> Any:
    """What came through a pipe within ``limit_s`` seconds.

    None if nothing did, or if its other end was closed.
    """
    try:
        return connection.recv() if connection.poll(limit_s) else None
    except (EOFError, OSError):
        return None


def reap(process: Any) -> None:
    """Kill a child if it is still alive, and reap it.

    ``join(timeout)`` would not do: it waits for a pipe of which the children of a forked child hold
    copies.
    """
    if process.is_alive():
        process.kill()
    patience = Patience(PATIENCE_S)
    while process.is_alive() and patience.left_s():
        time.sleep(0.001)


@contextmanager
def running(
    target: Callable[..., None], *args: Any, daemon: Optional[bool] = None
) -> Iterator[Any]:
    """Start a child process; on leaving, kill it if it is still alive, and reap it."""
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
    """Stop the fork server on leaving, unless it was running before."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        yield
        return
    from multiprocessing.forkserver import _forkserver  # private: nothing public tells or stops it

    server: Any = _forkserver
    was_running = server._forkserver_pid is not None
    try:
        yield
    finally:
        if not was_running:
            server._stop()


def send_gil(connection: Any) -> None:
    """Send whether the GIL is enabled in this process."""
    connection.send(gil.enabled())
    connection.close()


def check_gil() -> None:
    """Check that the GIL is enabled in a child process exactly when it is in this one.

    Raises:
        GilChanged: It is not.
    """
    reader, writer = multiprocessing.Pipe(duplex=False)
    with own_fork_server(), reader, writer, running(send_gil, writer):
        enabled_in_child = received(reader, PATIENCE_S)
    if enabled_in_child is not None and enabled_in_child != gil.enabled():
        state = "on" if enabled_in_child else "off"
        started = "a process that the launch started ran with the GIL {}".format(state)
        raise gil.GilChanged("{}: the setting did not reach it".format(started))


@contextmanager
def pool_of(size: Optional[int]) -> Iterator[Tuple[Any, List[Any]]]:
    """Make a pool, and yield it with its worker processes.

    On leaving, the pool is terminated and what is left of it is killed.
    """
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
