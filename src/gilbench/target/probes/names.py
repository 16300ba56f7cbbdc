"""The names and pids of a process and a thread, as their starter and they themselves see them."""

import multiprocessing
import os
import threading
from typing import Any, Dict, List

from gilbench.target.probes import _children

NAME = "courier"


def introduce(connection: Any) -> None:
    """Send how this process sees itself."""
    current = multiprocessing.current_process()
    seen = (current.name, current.pid, os.getpid(), threading.current_thread().name)
    connection.send(seen)
    connection.close()


def process_names() -> Dict[str, Any]:
    """Names and pids of a child that is given a name; None in its own words if it sent nothing."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    with reader, writer:
        process = multiprocessing.Process(target=introduce, args=(writer,), name=NAME)
        pid_before = process.pid
        process.start()
        try:
            writer.close()
            seen = _children.received(reader, _children.PATIENCE_S) or (None,) * 4
        finally:
            _children.reap(process)
    return {
        "process_name": process.name,
        "pid_before": pid_before,
        "process_pid": process.pid,
        "child_name": seen[0],
        "child_current_pid": seen[1],
        "child_pid": seen[2],
        "child_thread": seen[3],
    }


def thread_names() -> Dict[str, Any]:
    """Names of a thread that is given one, and of the process that it sees itself in."""
    seen: List[str] = []

    def introduce_thread() -> None:
        seen.append(threading.current_thread().name)
        seen.append(multiprocessing.current_process().name)

    thread = threading.Thread(target=introduce_thread, name=NAME, daemon=True)
    thread.start()
    thread.join(_children.PATIENCE_S)
    thread_name, process_of_thread = seen[:2] if len(seen) == 2 else (None, None)
    return {
        "thread_given": thread.name,
        "thread_name": thread_name,
        "process_of_thread": process_of_thread,
    }


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Start a process and a thread that are called ``courier``, and compare what both sides see."""
    return {
        "given": NAME,
        "own_pid": os.getpid(),
        "own_process": multiprocessing.current_process().name,
        "default_name": multiprocessing.Process(target=introduce).name,
        **process_names(),
        **thread_names(),
    }


PROBE = _children.probe_of(
    "names", "names and pids of a process and a thread, seen from inside and outside", trial
)
