"""What a row gets to measure with: folders, peers, random orders, and gilbench's own command."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

from tools.selfbench import processes
from tools.selfbench.peers import Peers

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).with_name("scripts")
T = TypeVar("T")


class Bench:
    """A temporary folder, the peers and the choices of one measurement.

    Args:
        peers: Their environments.
        cache: Where what is expensive to make is kept from one session to the next.
        is_quick: Whether turns are to be short.
        runs: Folders of standard runs to count the claims of.
        seed: Of random orders.
    """

    def __init__(
        self,
        peers: Peers,
        cache: Path,
        *,
        is_quick: bool,
        runs: Sequence[Path] = (),
        seed: int | None = None,
    ) -> None:
        self.peers, self.cache, self.is_quick, self.runs = peers, cache, is_quick, tuple(runs)
        self.random = random.Random(seed)
        self._temporary = tempfile.TemporaryDirectory(prefix="selfbench-")
        self.folder = Path(self._temporary.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._temporary.cleanup()

    def make_folder(self, name: str) -> Path:
        """A folder of this name within the temporary one."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def in_random_order(self, choices: Sequence[T]) -> list[T]:
        """The same in random order."""
        return self.random.sample(list(choices), len(choices))

    def gilbench(
        self,
        arguments: Sequence[str],
        cwd: Path,
        *,
        timeout_s: float = 180.0,
        variables: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (0,),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of gilbench, as ``processes.run`` does."""
        command = [sys.executable, "-m", "gilbench", *arguments]
        return processes.run(command, cwd, timeout_s=timeout_s, variables=variables, fine=fine)
