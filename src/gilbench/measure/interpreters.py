"""Where the interpreters of this machine stand: the one that a word means, and all that there are. It starts none."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from gilbench.model import InputError

VERSION = re.compile(r"^\d+\.\d+(\.\d+)?t?$")
NAMES = re.compile(r"^(python|pypy)(\d+(\.\d+)?t?d?)?(\.exe)?$")
SHIMS = "shims"  # of pyenv: a shim may have no version behind it


def find(spec: str) -> str:
    """The executable that ``spec`` means: a path, a name on PATH, or a version on PATH, in pyenv or in uv."""
    if os.sep in spec or (os.altsep and os.altsep in spec):
        path = Path(spec).expanduser()
        if _runs(path):
            return str(path.absolute())
        raise InputError(f"no interpreter at {spec}; give the path of an executable, such as .venv/bin/python")
    if VERSION.match(spec):
        for candidate in _by_version(spec):
            return candidate
        raise InputError(f"no Python {spec} on PATH, in pyenv or in uv; install it or give its path")
    found = shutil.which(spec)
    if found is None:
        raise InputError(f"no interpreter called {spec} on PATH; give its path or a version such as 3.13")
    return found


def everywhere() -> list[str]:
    """The interpreters of PATH, pyenv and uv, of virtual environments in the current folder, and the one that runs
    this: each once, whatever names it goes by. A virtual environment is not its base interpreter."""
    candidates = [Path(sys.executable), *_environments(), *_on_path(), *_installed()]
    found: dict[tuple[int, int], Path] = {}
    for path in candidates:
        if _runs(path):
            found.setdefault(_identity(path), path)
    return [str(path.absolute()) for path in found.values()]


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _identity(executable: Path) -> tuple[int, int]:
    """What is the same for all names of an interpreter, links of either kind included: where its file stands on the
    disk, or that which makes a virtual environment of it."""
    configuration = executable.absolute().parent.parent / "pyvenv.cfg"
    status = (configuration if configuration.is_file() else executable).stat()
    return status.st_dev, status.st_ino


def _environments() -> Iterator[Path]:
    for configuration in sorted(Path().glob("*/pyvenv.cfg")):
        yield from (configuration.parent / "bin" / "python", configuration.parent / "Scripts" / "python.exe")


def _on_path() -> Iterator[Path]:
    """The most telling of its names first."""
    for folder in _path_folders():
        if folder.is_dir():
            names = [path for path in folder.iterdir() if NAMES.match(path.name)]
            yield from sorted(names, key=lambda path: (-len(path.name), path.name))


def _path_folders() -> Iterator[Path]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and SHIMS not in Path(folder).parts:
            yield Path(folder)


def _installed() -> Iterator[Path]:
    for folder in sorted([*_pyenv().glob("*"), *_uv().glob("*")], key=_newest_first):
        yield from (folder / "bin" / "python", folder / "bin" / "pypy3", folder / "python.exe")


def _pyenv() -> Path:
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"


def _uv() -> Path:
    told = os.environ.get("UV_PYTHON_INSTALL_DIR")
    return Path(told) if told else Path.home() / ".local" / "share" / "uv" / "python"


def _by_version(version: str) -> Iterator[str]:
    wanted = version.rstrip("t")
    threaded = version.endswith("t")
    for folder in _path_folders():
        on_path = folder / f"python{version}"
        if _runs(on_path) and (threaded or not _is_threaded_too(on_path)):
            yield str(on_path)
    folders = [*_pyenv().glob(f"{wanted}*"), *_uv().glob(f"cpython-{wanted}*")]
    for folder in sorted(folders, key=_newest_first):
        number = re.search(r"(\d+\.\d+\.\d+)", folder.name)
        exact = number is not None and (number[1] + ".").startswith(wanted + ".")
        is_threaded = bool(re.search(r"\d+\.\d+\.\d+[a-z\d]*t\b", folder.name)) or "freethreaded" in folder.name
        executable = folder / "bin" / "python"
        if exact and threaded == is_threaded and executable.is_file():
            yield str(executable)


def _is_threaded_too(executable: Path) -> bool:
    """Whether it also goes by the name with a ``t``, as a free-threaded build does beside its plain name."""
    twin = executable.with_name(executable.name + "t")
    return twin.is_file() and twin.samefile(executable)


def _newest_first(folder: Path) -> tuple[int, ...]:
    return tuple(-int(number) for number in re.findall(r"\d+", folder.name))
