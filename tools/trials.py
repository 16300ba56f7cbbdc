"""Trials that take hours, in pieces: a line of JSON each, so that a later call adds what is missing."""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any


class Journal:
    """The trials of a file.

    Args:
        path: Of the file; there are no trials where it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[dict[str, Any]]:
        """All trials; a line that was cut off does not count."""
        trials = []
        with suppress(FileNotFoundError):
            for line in self.path.read_text(encoding="utf-8").splitlines():
                with suppress(ValueError):
                    trials.append(json.loads(line))
        return trials

    def add(self, trial: Mapping[str, Any]) -> None:
        """Append a trial and write it through."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+", encoding="utf-8") as file:
            # A line that was cut off ends here.
            file.seek(0)
            content = file.read()
            cut_off = "\n" if content and not content.endswith("\n") else ""
            file.write(f"{cut_off}{json.dumps(trial)}\n")


class TimeLeft:
    """Whether another trial may begin; the first one always may.

    Args:
        minutes: For all trials. None begins that would last longer, if it takes as long as the last.
    """

    def __init__(self, minutes: float) -> None:
        self._end_s = time.monotonic() + 60 * minutes
        self._last_began_s: float | None = None

    def for_another(self) -> bool:
        """Ask right before each trial."""
        now_s = time.monotonic()
        last_took_s = 0.0 if self._last_began_s is None else now_s - self._last_began_s
        enough = self._last_began_s is None or now_s + last_took_s <= self._end_s
        self._last_began_s = now_s
        return enough


def arguments_of(description: str, journal: Path) -> argparse.ArgumentParser:
    """The arguments that every tool with a journal has: what to do, ``--out`` and ``--minutes``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("what", choices=["measure", "table"])
    parser.add_argument("--out", type=Path, default=journal, help="the journal")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="after which it stops; call it again"
    )
    return parser
