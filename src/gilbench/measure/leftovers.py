"""Ends what a process of gilbench started and left running, and removes its temporary folders.

As a script, ``python -I -S leftovers.py MARK``, it is the warden of another process: it waits until
that process dies, however that happens, and then cleans up after it. It uses the standard library
only, since it is started without any packages.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MARK_VARIABLE = "GILBENCH_PARENT"  # in the environment of everything that gilbench starts
PROCESSES = Path("/proc")  # where the system has it: elsewhere marks cannot be read
MOST_SWEEPS = 50  # a process that forks may escape one sweep
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def marked_processes(mark: str) -> Iterator[int]:
    """Processes whose environment has a mark, or one that begins with it and a dot."""
    exact = f"{MARK_VARIABLE}={mark}".encode()
    for entry in PROCESSES.glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # it has ended, or belongs to another user
            continue
        if any(variable == exact or variable.startswith(exact + b".") for variable in variables):
            yield int(entry.name)


def end_marked(mark: str) -> None:
    """End every process that has a mark, those included that left their session or group."""
    for _ in range(MOST_SWEEPS):
        processes = [pid for pid in marked_processes(mark) if pid != os.getpid()]
        if not processes:
            return
        for pid in processes:
            with contextlib.suppress(OSError):
                os.kill(pid, KILL)


def end_groups(leaders: Iterable[int]) -> None:
    """End process groups by the processes that lead them."""
    for leader in leaders:
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(leader, KILL)


def watch(mark: str, news: Iterable[str]) -> None:
    """Wait until a process has ended, and clean up after it.

    Args:
        mark: What the processes that it starts are marked with.
        news: Its lines, ``start PID``, ``end PID``, ``make PATH`` and ``remove PATH``; they end
            when it does.
    """
    leaders: set[int] = set()
    folders: set[str] = set()
    for line in news:
        word, _, what = line.rstrip("\n").partition(" ")
        if word == "start":
            leaders.add(int(what))
        elif word == "end":
            leaders.discard(int(what))
        elif word == "make":
            folders.add(what)
        elif word == "remove":
            folders.discard(what)
    end_groups(leaders)
    end_marked(mark)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Be the warden of the process at the other end of standard input."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    watch(sys.argv[1], sys.stdin)


if __name__ == "__main__":
    main()
