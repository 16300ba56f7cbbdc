"""How this interpreter starts a process by default.

It also shows whether that process has the memory of its starter and is its child.
"""

import multiprocessing
import os
import sys
from typing import Any, Dict

from gilbench.target.probes import _children

FORKSERVER_SINCE = (3, 14)

mark = "as imported"


def documented() -> str:
    """What the documentation of this version promises on this platform."""
    if sys.platform in ("win32", "darwin"):
        return "spawn"
    return "forkserver" if sys.version_info >= FORKSERVER_SINCE else "fork"


def report(connection: Any) -> None:
    connection.send((mark, os.getppid()))
    connection.close()


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Change a global of this module, start a child, and have it report.

    Returns:
        Among others ``child_saw``, whether the child saw the change, which means that it inherited
        memory; None where it did not answer.
    """
    global mark
    before, mark = mark, "set by {}".format(os.getpid())
    reader, writer = multiprocessing.Pipe(duplex=False)
    try:
        with reader, writer, _children.running(report, writer):
            writer.close()
            seen_mark, parent = _children.received(reader, _children.PATIENCE_S) or (None, None)
        return {
            "start_method": multiprocessing.get_start_method(),
            "documented": documented(),
            "platform": sys.platform,
            "version": list(sys.version_info[:2]),
            "child_saw": None if seen_mark is None else seen_mark == mark,
            "child_parent_pid": parent,
            "child_of_launch": None if parent is None else parent == os.getpid(),
        }
    finally:
        mark = before


PROBE = _children.probe_of(
    "start-method", "the default start method, and what a child inherits from its parent", trial
)
