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
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

# In the environment of everything that gilbench starts: its mark, and after it those of a gilbench
# that has this one measured, with spaces between
MARK_VARIABLE = "GILBENCH_PARENT"
WARDEN_VARIABLE = "GILBENCH_WARDEN"  # in that of a warden, the mark of the process that it is of
PROCESSES = Path("/proc")  # where the system has it: elsewhere marks cannot be read
SWEEP_S = 5.0  # in which processes that fork are ended again and again
TRACKER_S = 2.0
PAUSE_S = 0.01
REMOVE_S = 60.0  # of a folder
# Searches in a row that find nobody: a process has no environment for an instant as it starts
# another program.
EMPTY_SEARCHES = 2
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def marked_processes(mark: str, variable_name: str = MARK_VARIABLE) -> Iterator[int]:
    """Processes whose environment has a mark, or one that begins with it and a dot."""
    name, exact = f"{variable_name}=".encode(), mark.encode()
    for entry in PROCESSES.glob("[0-9]*"):
        for variable in _read(entry / "environ").split(b"\0"):
            marks = variable.removeprefix(name).split(b" ") if variable.startswith(name) else ()
            if any(each == exact or each.startswith(exact + b".") for each in marks):
                yield int(entry.name)
                break


def with_outer_marks(mark: str) -> str:
    """What ``MARK_VARIABLE`` is to be in a process with this mark."""
    return " ".join(filter(None, (mark, os.environ.get(MARK_VARIABLE))))


def group_members(leader: int) -> Iterator[int]:
    """Processes of a group; none where the system does not say."""
    for entry in PROCESSES.glob("[0-9]*"):
        state, _, group, *_ = (_read(entry / "stat").rpartition(b")")[2] or b"- - -").split()
        if group == str(leader).encode() and state not in b"ZX":
            yield int(entry.name)


def _read(path: Path) -> bytes:
    """The content of a file; nothing if its process has ended or belongs to another user."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _is_tracker(pid: int) -> bool:
    """Whether a process is one that multiprocessing has remove shared memory and semaphores.

    It ignores the signals of a terminal, and does its work when nobody else is left.
    """
    return b"multiprocessing.resource_tracker" in _read(PROCESSES / str(pid) / "cmdline")


def _end(find: Callable[[], Iterable[int]]) -> None:
    """End processes until none is found: they may fork, and a killed one takes a moment to end.

    What removes shared memory is given time to do so, once the others are gone.
    """
    began_s = time.monotonic()
    empty_searches = 0
    while empty_searches < EMPTY_SEARCHES and time.monotonic() < began_s + SWEEP_S:
        pids = [pid for pid in find() if pid != os.getpid()]
        is_late = time.monotonic() > began_s + TRACKER_S
        for pid in pids:
            if is_late or not _is_tracker(pid):
                _kill(pid)
        empty_searches = 0 if pids else empty_searches + 1
        if empty_searches < EMPTY_SEARCHES:
            time.sleep(PAUSE_S)


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):  # it has ended, or is another user's
        os.kill(pid, KILL)


def end_marked(mark: str) -> None:
    """End every process that has a mark, those included that left their session or group."""
    _end(lambda: marked_processes(mark))


def wake_warden(mark: str) -> None:
    """Continue the warden of a dead process if somebody has stopped it, so that it can end."""
    for pid in marked_processes(mark, WARDEN_VARIABLE):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGCONT)


def end_group(leader: int) -> None:
    """End a process group by the process that leads it."""
    with contextlib.suppress(OSError, AttributeError):
        os.killpg(leader, 0)  # OSError: nobody is left
        if PROCESSES.is_dir():
            _end(lambda: group_members(leader))
        os.killpg(leader, KILL)


def die_with(parent: int) -> None:
    """Have this process, a fork of ``parent``, be ended as soon as that one dies (Linux)."""
    import ctypes

    set_death_signal = 1  # PR_SET_PDEATHSIG
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_death_signal, KILL)
    if os.getppid() != parent:  # it died before that
        os._exit(1)


def watch(mark: str, news: Iterable[str]) -> None:
    """Wait until a process has ended, and clean up after it.

    Args:
        mark: What the processes that it starts are marked with.
        news: Its lines, ``start PID``, ``end PID``, ``make PATH`` and ``remove PATH``, the paths
            as ``encoded`` has them; they end when it does.
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
            folders.add(decoded(what))
        elif word == "remove":
            folders.discard(decoded(what))
    for leader in leaders:
        end_group(leader)
    end_marked(mark)
    for folder in folders:
        remove_folder(Path(folder))


def encoded(path: Path) -> str:
    """A path on one line, whatever is in it."""
    return os.fsencode(path).hex()


def decoded(path: str) -> str:
    """The path that ``encoded`` made a line of."""
    return os.fsdecode(bytes.fromhex(path))


def remove_folder(folder: Path) -> None:
    """Remove a folder and all that is in it, as far as that is allowed.

    Where what was measured left folders nested too deeply for Python, or closed to their owner,
    the system's own programs do it.
    """
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if not os.path.lexists(folder):
        return
    for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                [*command, "--", folder],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=REMOVE_S,
                check=False,
            )


def main() -> None:
    """Be the warden of the process at the other end of standard input."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    watch(sys.argv[1], sys.stdin)


if __name__ == "__main__":
    main()
