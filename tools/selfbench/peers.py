"""The peers, each in a separate environment in a cache folder, with the versions of ``peers.txt``."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from tools.selfbench import processes

VERSIONS = Path(__file__).with_name("peers.txt")
CACHE_VARIABLE = "GILBENCH_SELFBENCH_CACHE"
INSTALL_S = 300.0
PACKAGES = {
    "pytest-benchmark": ("pytest-benchmark", "pytest"),
    "pyperf": ("pyperf",),
    "asv": ("asv", "virtualenv"),
}
PROGRAMS = {"pytest-benchmark": ("python", "-m", "pytest"), "pyperf": ("python",), "asv": ("asv",)}
NO_HYPERFINE = (
    "hyperfine is a program of Rust and not on PyPI, whose package of that name is another one; "
    "install it, by apt-get install hyperfine for example"
)


class Absent(Exception):
    """A peer cannot be had here; the message says why."""


def cache_folder() -> Path:
    """Where the environments are kept."""
    given = os.environ.get(CACHE_VARIABLE)
    if given:
        return Path(given)
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "gilbench-selfbench"


class Peers:
    """The peers' environments, made when they are first asked for.

    Args:
        cache: Where they are kept.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._absent: dict[str, str] = {}

    def environment(self, name: str) -> Path:
        """The folder of a peer's environment.

        Raises:
            Absent: It could not be installed.
        """
        if name in self._absent:
            raise Absent(self._absent[name])
        digest = hashlib.sha256(VERSIONS.read_bytes() + sys.version.encode()).hexdigest()[:8]
        home = self._cache / f"{name}-{digest}"
        if not (home / "ready").is_file():
            try:
                self._install(name, home)
            except processes.Failed as error:
                self._absent[name] = f"{name} could not be installed: {error}"
                raise Absent(self._absent[name]) from None
        return home

    def _install(self, name: str, home: Path) -> None:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        here = home.parent
        processes.run([sys.executable, "-m", "venv", str(home)], here, timeout_s=INSTALL_S)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "--constraint", str(VERSIONS)]
        processes.run([*pip, *PACKAGES[name]], here, timeout_s=INSTALL_S)
        (home / "ready").touch()

    def program(self, name: str) -> list[str]:
        """The first words of a command of a peer.

        Raises:
            Absent: It cannot be had.
        """
        home = self.environment(name)
        first, *rest = PROGRAMS[name]
        return [str(home / "bin" / first), *rest]

    def hyperfine(self) -> str:
        """The program hyperfine: that of the host, or Debian's, unpacked into the cache.

        Raises:
            Absent: There is none.
        """
        unpacked = self._cache / "hyperfine" / "usr" / "bin" / "hyperfine"
        program = shutil.which("hyperfine") or (str(unpacked) if unpacked.is_file() else None)
        if program is None and shutil.which("apt-get") and shutil.which("dpkg"):
            program = self._unpack_hyperfine(unpacked)
        if program is None:
            raise Absent(NO_HYPERFINE)
        return program

    def _unpack_hyperfine(self, unpacked: Path) -> str | None:
        folder = self._cache / "hyperfine"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            processes.run(["apt-get", "download", "hyperfine"], folder, timeout_s=INSTALL_S)
            package = next(folder.glob("hyperfine_*.deb"))
            processes.run(["dpkg", "-x", str(package), str(folder)], folder)
        except (processes.Failed, StopIteration):
            return None
        return str(unpacked) if unpacked.is_file() else None

    def versions(self) -> dict[str, str]:
        """The version of each peer that is there; what is absent says so."""
        by_tool = {}
        for name in PACKAGES:
            code = f"import importlib.metadata as m; print(m.version({name!r}))"
            try:
                python = self.environment(name) / "bin" / "python"
                by_tool[name] = processes.run([str(python), "-c", code], self._cache).stdout.strip()
            except (Absent, processes.Failed) as error:
                by_tool[name] = f"absent: {error}"
        try:
            said = processes.run([self.hyperfine(), "--version"], self._cache).stdout
            by_tool["hyperfine"] = said.split()[-1]
        except (Absent, processes.Failed) as error:
            by_tool["hyperfine"] = f"absent: {error}"
        return by_tool
