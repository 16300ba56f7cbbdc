"""What gilbench must survive, tried many times over: ``make torture`` runs all of it, ``make test`` a few trials.

Each entry is a module of this package that ends in ``ENTRY = Entry(name, trials, run, short)``. ``run(random, place)`` makes one
trial with random choices and an empty folder, and returns what was wrong, a line each: nothing, if all was as
it should be.
"""

import importlib
import pkgutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

RECORD = Path(
    "build/torture"
)  # what trials were made, and what they left where something was wrong


@dataclass(frozen=True)
class Trial:
    """What one trial did, in words, and what was wrong with it."""

    did: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One kind of trial, how many of it the whole torture makes, and the numbers of those that ``make test`` makes."""

    name: str
    trials: int
    run: Callable[[Random, Path], Trial]
    short: tuple[int, ...]

    def trial(self, seed: int, number: int, place: Path) -> Trial:
        """Make one trial; the same seed and number make the same choices."""
        return self.run(Random(f"{self.name}:{seed}:{number}"), place)


def entries() -> list[Entry]:
    """The entries of all modules of this package, by name."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        entry = getattr(importlib.import_module(f"{__name__}.{module.name}"), "ENTRY", None)
        if entry is not None:
            found.append(entry)
    return sorted(found, key=lambda entry: entry.name)


def code() -> str:
    """The commit that is tortured, with a plus where files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()
