"""A fork while another thread holds a lock: what becomes of the lock in the child.

The child has a copy of the lock as it was, and not the thread that would release it.
"""

import os
import signal
import threading
import warnings
from contextlib import suppress
from select import select
from typing import Any, Dict, List, Optional

from gilbench.target.probes import _children

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def missing() -> Optional[str]:
    return None if hasattr(os, "fork") else "this platform cannot fork"


def try_both(free: Any, held: Any, news: int) -> None:
    """In the child: acquire a lock that nobody held, then the held one, and write after each."""
    free.acquire()
    os.write(news, b"f")
    held.acquire()
    os.write(news, b"h")


def read_one(news: int, limit_s: float) -> str:
    """The next letter from the child; "" if none came in time."""
    readable, _, _ = select([news], [], [], limit_s)
    return os.read(news, 1).decode() if readable else ""


def forked(free: Any, held: Any, news: int, caught: List[Any]) -> int:
    """Fork a child that tries both locks.

    Returns:
        Its pid. ``caught`` gets the warnings that the fork gave.
    """
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        pid = os.fork()
        if pid == 0:
            try:
                try_both(free, held, news)
            finally:
                os._exit(0)
    caught += given
    return pid


def end(pid: int) -> None:
    """Kill the child and reap it."""
    with suppress(ProcessLookupError):
        os.kill(pid, KILL)
    os.waitpid(pid, 0)


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Fork while a thread holds a lock, and release it only afterwards.

    ``wait_s`` is how long the child may take for the held lock once it is free in the parent.

    Returns:
        ``free_acquired``, whether the child acquired the lock that nobody held; ``released``,
        whether the thread released the other one; ``held_acquired``, whether the child acquired it
        in time; ``warned``, the categories of the warnings that the fork gave.
    """
    free, held = threading.Lock(), threading.Lock()
    holding, let_go, released = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with held:
            holding.set()
            let_go.wait(2 * _children.PATIENCE_S)
        released.set()

    keeper = threading.Thread(target=hold, daemon=True)
    keeper.start()
    holding.wait(_children.PATIENCE_S)
    reader, writer = os.pipe()
    caught: List[Any] = []
    pid = forked(free, held, writer, caught)
    try:
        free_acquired = read_one(reader, _children.PATIENCE_S) == "f"
        let_go.set()
        keeper.join(_children.PATIENCE_S)
        held_acquired = read_one(reader, params["wait_s"]) == "h"
    finally:
        end(pid)
        os.close(reader)
        os.close(writer)
    return {
        "free_acquired": free_acquired,
        "released": released.is_set(),
        "held_acquired": held_acquired,
        "warned": [warning.category.__name__ for warning in caught],
    }


PROBE = _children.probe_of(
    "fork-lock", "a fork while another thread holds a lock, and the warning it gives", trial
)._replace(missing=missing)
