"""What gilbench uses where the system has it, and what its lack means for a result.

Linux has all of it. Elsewhere a run does without, and says so once for each.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

PROCESSES = Path("/proc")
CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Ability:
    """Something that not every system can do.

    Attributes:
        is_there: Whether this one can.
        runs: What a run does not do otherwise, and what that means for its result; empty if it
            does not need it.
        calls: The same of ``advise`` and the fixture ``gil``.
    """

    is_there: Callable[[], bool]
    runs: str = ""
    calls: str = ""


def _can_read(path: Path) -> bool:
    try:
        path.read_bytes()
    except OSError:
        return False
    return True


def _counts_stolen_time() -> bool:
    return hasattr(psutil.cpu_times(), "steal")


def _can_bind_to_cores() -> bool:
    return hasattr(os, "sched_setaffinity") or hasattr(psutil.Process, "cpu_affinity")


def _lists_threads() -> bool:
    return (PROCESSES / "self" / "task").is_dir()


def _may_have_quota() -> bool:
    """Whether containers of this system may have a CPU quota: only Linux has cgroups."""
    return platform.system() == "Linux"


LEFT_BEHIND = (
    "processes that leave their session are not found: what a measured function leaves running "
    "takes CPU time from later rounds, and stays"
)
NO_QUOTA = (
    "the CPU quota of a container is not seen: all cores are planned for, and where it throttles, "
    "more stays undecided"
)
NO_THREADS = (
    "threads of libraries are not counted: where a fork hangs next to them, its row names the hang "
    "and start-method=spawn, but no threads"
)
ABILITIES = (
    Ability(lambda: _can_read(PROCESSES / "self" / "environ"), runs=LEFT_BEHIND, calls=LEFT_BEHIND),
    Ability(
        _can_bind_to_cores,
        runs="nothing is kept on a core: where two interpreters are compared, the difference "
        "between cores widens the intervals, and pools are not tried on fewer cores",
        calls="nothing is kept on a core: the thread that looks for the GIL may wait for the core "
        "of the calls, and that counts as the GIL's",
    ),
    Ability(
        lambda: not _may_have_quota() or CGROUPS.is_dir(),
        runs=NO_QUOTA,
        calls=NO_QUOTA,
    ),
    Ability(
        _counts_stolen_time,
        runs="time that a hypervisor takes is not counted: on a virtual machine it looks like "
        "noise, and no warning names it",
    ),
    Ability(
        lambda: _can_read(PROCESSES / "self" / "schedstat"),
        calls="the time that a thread waits for a core is not counted: on a busy host it is taken "
        "for time in which the call waits, or in which the GIL is held",
    ),
    Ability(
        lambda: hasattr(resource, "RUSAGE_THREAD"),
        calls="the waits of a thread are not counted: one that is less than 1 ms late counts as "
        "not having waited, so that shorter holds of the GIL are missed",
    ),
    Ability(_lists_threads, runs=NO_THREADS),
)


def not_done(*, of_calls: bool = False) -> tuple[str, ...]:
    """What is not done on this system, one line each.

    Args:
        of_calls: For ``advise`` and the fixture; otherwise for a run.
    """
    system = platform.system()
    lines = []
    for ability in ABILITIES:
        without = ability.calls if of_calls else ability.runs
        if without and not ability.is_there():
            lines.append(f"not on this system ({system}): {without}")
    return tuple(lines)
