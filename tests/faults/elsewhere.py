"""The ``gilbench`` command as on a system that lacks what Linux has: ``python -m tests.faults.elsewhere SYSTEM ...``."""

import multiprocessing
import os
import platform
import select
import signal
import sys
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import psutil

from gilbench.measure import abilities, leftovers, scratch
from gilbench.results import forks, journal, unbegun
from tests.torture import command

NOWHERE = Path("/nowhere")
ON_NEITHER = [
    (os, "sched_getaffinity"),
    (os, "sched_setaffinity"),
    (psutil.Process, "cpu_affinity"),
]
NOT_ON_WINDOWS = [
    (select, "poll"),
    (signal, "setitimer"),
    (signal, "SIGALRM"),
    (os, "killpg"),
    (os, "getuid"),
    (os, "fork"),
]


def become(system: str) -> None:
    """Take from this process what the system lacks."""
    multiprocessing.get_context()  # it chooses what this host really has
    missing = ON_NEITHER + (NOT_ON_WINDOWS if system == "Windows" else [])
    for owner, name in missing:
        delattr(owner, name)
    for module in (abilities, leftovers):
        module.PROCESSES = NOWHERE
    abilities.resource = None
    psutil.cpu_times = _without_steal(psutil.cpu_times)
    if system == "Windows":
        for module in (journal, scratch, unbegun):
            module.fcntl = None
    platform.system = lambda: system
    # Not sys.platform for all: libraries would load what is really not here.
    forks.sys = SimpleNamespace(platform=system.lower())


def _without_steal(cpu_times):
    def read(*, percpu=False, **others):
        times = cpu_times(percpu=percpu, **others)
        fields = [name for name in (times[0] if percpu else times)._fields if name != "steal"]
        kind = namedtuple("scputimes", fields)
        cores = [
            kind(*(getattr(core, name) for name in fields))
            for core in (times if percpu else [times])
        ]
        return cores if percpu else cores[0]

    return read


if __name__ == "__main__":
    become(sys.argv.pop(1))
    sys.exit(command.main())
