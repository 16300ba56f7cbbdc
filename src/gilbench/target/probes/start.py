"""What it costs to start and join a thread, an interpreter, a process or a pool that does nothing.

The first start also pays for what later ones use, such as the fork server, and is reported
separately.
"""

import importlib
import multiprocessing
import sys
import threading
import time
from contextlib import nullcontext
from functools import partial
from typing import Any, Callable, Dict, List, Optional

from gilbench.target.probes import _children, _patience
from gilbench.target.registry import Probe

END_S = 20
LEAVE_S = 5
INTERPRETERS_SINCE = (3, 14)


def nothing() -> None:
    """The target of everything that is started."""


def start_thread() -> bool:
    """Start a thread and join it; whether it ended."""
    thread = threading.Thread(target=nothing, daemon=True)
    thread.start()
    thread.join(END_S)
    return not thread.is_alive()


def start_interpreter() -> bool:
    """Make an interpreter, run nothing in it, and close it; nothing of that can time out."""
    interpreter = importlib.import_module("concurrent.interpreters").create()
    interpreter.exec("")
    interpreter.close()
    return True


def start_process(method: str) -> bool:
    """Start a process and join it; whether it ended by itself."""
    context: Any = multiprocessing.get_context(method)
    process = context.Process(target=nothing)
    process.start()
    process.join(END_S)
    ended = process.exitcode is not None
    if not ended:
        process.kill()
        process.join(LEAVE_S)
    return ended


def start_pool() -> bool:
    """Make a pool of one process, close it and join it; whether it ended by itself."""
    pool = multiprocessing.Pool(1, nothing)
    pool.close()
    try:
        with _patience.patience(END_S, END_S):
            pool.join()
    except _patience.Overdue:
        pool.terminate()
        return False
    return True


def time_starts(start: Callable[[], bool], times: int) -> List[int]:
    """Nanoseconds of each start; the list stops before one that did not end."""
    took_ns = []
    for _ in range(times):
        start_ns = time.perf_counter_ns()
        if not start():
            break
        took_ns.append(time.perf_counter_ns() - start_ns)
    return took_ns


def missing(how: str) -> Optional[str]:
    """Why this interpreter cannot start something in a way, or None."""
    if how == "pool":
        return _patience.missing()
    if how == "interpreter":
        too_old = sys.version_info < INTERPRETERS_SINCE
        return "there is no concurrent.interpreters before Python 3.14" if too_old else None
    if how != "thread" and how not in multiprocessing.get_all_start_methods():
        return "this platform cannot start a process by {}".format(how)
    return None


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Start and join something ``times`` times.

    ``how`` is ``thread``, ``interpreter``, ``fork``, ``forkserver``, ``spawn``, or ``pool``, a Pool
    of one process with the default start method.

    Returns:
        ``first_ns``; ``steady_ns``, a list of the others; and ``timed_out``, whether one did not
        end, which is the last and left out. ``missing``, the reason, where this interpreter cannot
        do it.
    """
    how = params["how"]
    reason = missing(how)
    if reason:
        return {"missing": reason}
    ways = {"thread": start_thread, "interpreter": start_interpreter, "pool": start_pool}
    start = ways.get(how) or partial(start_process, how)
    from_server = how in ("forkserver", "pool")  # a pool's processes may come from it
    with _children.own_fork_server() if from_server else nullcontext():
        took_ns = time_starts(start, params["times"])
    return {
        "first_ns": took_ns[0] if took_ns else None,
        "steady_ns": took_ns[1:],
        "timed_out": len(took_ns) < params["times"],
    }


PROBE = Probe(
    name="start",
    summary=(
        "what it costs to start and join a thread, an interpreter, "
        "a process or a pool that does nothing"
    ),
    run=run,
    limit_s=120,
)
