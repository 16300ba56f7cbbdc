"""The environment variables of launches and servers."""

from __future__ import annotations

import os
from pathlib import Path

from gilbench.model import DEFAULTS, Settings

# By their beginning: the first change how a Python starts; the second has it colour tracebacks from
# 3.13 on, in which a probe looks for the names of exceptions.
DROPPED = ("PYTHON", "FORCE_COLOR")
LONGEST_TEMPORARY = 70  # bytes: the names of sockets have 107, and 32 of them are added


def clean_environment(settings: Settings = DEFAULTS) -> dict[str, str]:
    """The caller's environment, without the variables that change how a Python starts or writes.

    The GIL is set by a variable rather than by ``-X gil``, since the option would not reach the
    processes that a launch spawns.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(DROPPED)
    }
    if settings.gil is not None:
        environment["PYTHON_GIL"] = str(int(settings.gil))
    return environment


def temporary_folder(target_bundle: Path) -> dict[str, str]:
    """The variable that has a process put its temporary files next to its bundle.

    They are removed with it, whoever dies. Without it where the name would be too long for the
    sockets that multiprocessing makes there.
    """
    folder = target_bundle.parent / "tmp"
    if len(os.fsencode(folder)) > LONGEST_TEMPORARY:
        return {}
    folder.mkdir(exist_ok=True)
    return {"TMPDIR": str(folder)}
