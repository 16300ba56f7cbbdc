"""A process from start to end: its pid, how it ended, and when the parent's ``join`` returned."""

import multiprocessing
import os
import time
from typing import Any, Dict

from gilbench.target.probes import _children


def work(connection: Any, work_s: float) -> None:
    """Sleep, then send this process's pid, its parent's pid, and the time."""
    time.sleep(work_s)
    connection.send((os.getpid(), os.getppid(), time.perf_counter_ns()))
    connection.close()


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Start and join a child that sleeps for ``work_s`` seconds.

    Returns:
        Pids, the exit code, and times in ns since the trial began, None where nothing came.
        ``parent_seen`` is the child's parent: the fork server where there is one.
    """
    start_ns = time.perf_counter_ns()
    reader, writer = multiprocessing.Pipe(duplex=False)
    with reader, writer, _children.running(work, writer, params["work_s"]) as process:
        writer.close()
        join_called_ns = time.perf_counter_ns()
        process.join(_children.PATIENCE_S)
        joined_ns = time.perf_counter_ns()
        exit_code = process.exitcode
        child_pid, parent_seen, child_ended_ns = _children.received(reader, 0) or (None, None, None)
        return {
            "parent_pid": os.getpid(),
            "process_pid": process.pid,
            "child_pid": child_pid,
            "parent_seen": parent_seen,
            "exit_code": exit_code,
            "join_called_ns": join_called_ns - start_ns,
            "child_ended_ns": None if child_ended_ns is None else child_ended_ns - start_ns,
            "joined_ns": None if exit_code is None else joined_ns - start_ns,
        }


PROBE = _children.probe_of("process-life", "pids, exit code and join of a child process", trial)
