"""What happens to a child whose parent returns normally while the child still sleeps.

The parent is a middle process.

The child holds one end of a pipe and never writes to it: the pipe ends when the child does. That
works for a grandchild, and is misled neither by a zombie nor by a pid that is in use again.
"""

import multiprocessing
import os
import signal
import time
from contextlib import suppress
from typing import Any, Dict

from gilbench.target.probes import _children

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows either is TerminateProcess


def linger(life: Any, running: Any) -> None:
    """Hold ``life`` open until this process ends."""
    running.send(True)
    time.sleep(_children.LINGER_S)
    life.close()


def lead(life: Any, news: Any, daemon: bool, killed: bool) -> None:
    """Start a child, wait until it runs, send its pid, and return or be killed."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.Process(target=linger, args=(life, writer), daemon=daemon)
    child.start()
    news.send((child.pid, bool(_children.received(reader, _children.PATIENCE_S))))
    if killed:
        os.kill(os.getpid(), KILL)


def ended(life: Any, limit_s: float) -> bool:
    """Whether the other end is closed everywhere within ``limit_s`` seconds."""
    return bool(life.poll(limit_s))


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Start a middle process whose child may be a daemon, and which may be killed.

    The child is a daemon if ``daemon`` says so; the process is killed if ``killed`` does.

    Each of them is killed if it does not end within ``patience_s`` seconds, PATIENCE_S by default.

    Returns:
        Among others ``daemon_ran``, whether the child ran before the middle process returned.
    """
    patience_s = params.get("patience_s", _children.PATIENCE_S)
    life, life_held = multiprocessing.Pipe(duplex=False)
    news, news_sent = multiprocessing.Pipe(duplex=False)
    with life, life_held, news, news_sent:
        with _children.running(
            lead, life_held, news_sent, params["daemon"], params.get("killed", False)
        ) as middle:
            life_held.close()
            news_sent.close()
            daemon_pid, daemon_ran = _children.received(news, 2 * _children.PATIENCE_S) or (
                None,
                False,
            )
            middle.join(patience_s)
            middle_exit_code = middle.exitcode
        alive_after = not ended(life, patience_s)
        if alive_after and daemon_pid:
            with suppress(ProcessLookupError):
                os.kill(daemon_pid, KILL)
            ended(life, _children.PATIENCE_S)
    return {
        "daemon": params["daemon"],
        "killed": params.get("killed", False),
        "daemon_pid": daemon_pid,
        "daemon_ran": daemon_ran,
        "middle_exit_code": middle_exit_code,
        "daemon_alive_after": alive_after,
    }


PROBE = _children.probe_of(
    "daemon-exit", "whether a daemon process outlives the parent that started it", trial
)
