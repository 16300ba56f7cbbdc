"""What a study is: pieces that are simulated one by one and kept in a journal, and a table of them all."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Piece = tuple[str | int, ...]  # what tells one piece of a study from the others
Results = Mapping[Piece, Any]


@dataclass(frozen=True)
class Study:
    """A question that is answered by many simulations.

    Attributes:
        pieces: The pieces of so many runs for each kind of host, in the order in which they are simulated.
        simulate: Simulates one piece, the same way each time; its result can be written as JSON.
        table: The table of all results, line by line.
    """

    pieces: Callable[[int], Iterable[Piece]]
    simulate: Callable[..., Any]
    table: Callable[[Results], Iterator[str]]


class Journal:
    """The results of a study so far, a line each, so that it can be stopped and continued.

    Args:
        path: Where it is kept; None for nowhere.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.results: dict[Piece, Any] = {}
        self.commits: set[str] = set()
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                self._take(json.loads(line))

    def add(self, piece: Piece, result: Any, commit: str) -> None:
        """Keep the result of a piece, with the commit whose code simulated it."""
        entry = {"piece": piece, "commit": commit, "result": result}
        self._take(entry)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def _take(self, entry: dict[str, Any]) -> None:
        self.results[tuple(entry["piece"])] = entry["result"]
        self.commits.add(entry["commit"])


def run(
    study: Study, runs: int, journal: Journal, within_s: float, hosts: Set[str] = frozenset()
) -> bool:
    """Simulate what the journal lacks, as long as there is time for another piece.

    Args:
        study: What is simulated.
        runs: How many for each kind of host.
        journal: Has what was simulated before, and keeps the rest.
        within_s: Seconds after which no further piece may end.
        hosts: The kinds of hosts to simulate; empty for all of them.

    Returns:
        Whether nothing is missing.
    """
    commit = present_commit()
    began_s = time.monotonic()
    longest_s = 0.0
    for piece in study.pieces(runs):
        if piece in journal.results or (hosts and hosts.isdisjoint(piece)):
            continue
        now_s = time.monotonic()
        if now_s - began_s + longest_s > within_s:
            return False
        journal.add(piece, study.simulate(*piece), commit)
        longest_s = max(longest_s, time.monotonic() - now_s)
    return True


def present_commit() -> str:
    """The short hash of the code's commit, with + where files were changed since."""
    command = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    return finished.stdout.strip() or "unknown"
