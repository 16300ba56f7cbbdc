"""Finds interpreters on this machine: the one that a word means, or all of them. It starts none."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from gilbench.model import InputError

VERSION = re.compile(r"^\d+\.\d+(\.\d+)?t?$")
NAMES = re.compile(r"^(python|pypy)(\d+(\.\d+)?t?d?)?(\.exe)?$")
FREE_THREADED = re.compile(r"^python3\.\d+t$")
SHIMS = "shims"  # of pyenv: there may be no interpreter behind a shim


def find_interpreter(word: str) -> str:
    """Find the executable that the user means.

    Args:
        word: A path, a name on PATH, or a version on PATH, in pyenv or in uv.

    Raises:
        InputError: There is none.
    """
    if os.sep in word or (os.altsep and os.altsep in word):
        path = Path(os.path.expanduser(word))  # noqa: PTH111 - pathlib's raises for nobody's home
        if _is_executable(path):
            return str(path.absolute())
        raise InputError(
            f"no interpreter at {word}; give the path of an executable, such as .venv/bin/python"
        )
    if VERSION.match(word):
        for executable in _by_version(word):
            return executable
        raise InputError(
            f"no Python {word} on PATH, in pyenv or in uv; install it or give its path"
        )
    on_path = shutil.which(word)
    if on_path is None:
        raise InputError(
            f"no interpreter called {word} on PATH; give its path or a version such as 3.13"
        )
    return on_path


def all_interpreters() -> list[str]:
    """The interpreters that are found on this machine.

    They are the one that runs gilbench, and those on PATH, in pyenv and in uv.

    Each is listed once, whatever names it has. A virtual environment differs from its base
    interpreter.
    """
    return _distinct([Path(sys.executable), *_on_path(), *_installed()])


def environments_here() -> list[str]:
    """The interpreters of other virtual environments in the current folder.

    They are started only where the user names them, for the folder may be anybody's.
    """
    known = all_interpreters()
    with_environments = _distinct([*map(Path, known), *_environments()])
    return with_environments[len(known) :]


def _distinct(candidates: Iterable[Path]) -> list[str]:
    """The paths of different interpreters, in order."""
    by_identity: dict[tuple[int, int], Path] = {}
    for path in candidates:
        if _is_executable(path):
            by_identity.setdefault(_identity(path), path)
    return [str(path.absolute()) for path in by_identity.values()]


def newest_free_threaded() -> str | None:
    """The newest interpreter on PATH, in pyenv or in uv that is free-threaded by its name."""
    by_version: dict[tuple[int, ...], Path] = {}
    for version, executable in [*_free_threaded_on_path(), *_free_threaded_installed()]:
        if _is_executable(executable):
            by_version.setdefault(_newest_first(Path(version)), executable)
    return str(by_version[min(by_version)].absolute()) if by_version else None


def _free_threaded_on_path() -> Iterator[tuple[str, Path]]:
    """What has the name of a free-threaded interpreter, with that name."""
    for folder in _path_folders():
        for path in _matching(folder, "python3.*t"):
            if FREE_THREADED.match(path.name):
                yield path.name, path


def _free_threaded_installed() -> Iterator[tuple[str, Path]]:
    """What pyenv and uv call free-threaded, with its version such as ``3.14``."""
    for folder in [*_matching(_pyenv(), "*"), *_matching(_uv(), "*")]:
        number = re.search(r"\d+\.\d+", folder.name)
        if number is not None and _holds_version(folder, number[0], free_threaded=True):
            yield number[0], folder / "bin" / "python"


def installed_interpreters() -> set[str]:
    """The paths of the interpreters that are installed: this one, those on PATH, in pyenv and uv.

    An interpreter that has several names is there under each.
    """
    candidates = [Path(sys.executable), *_on_path(), *_installed()]
    return {str(path.absolute()) for path in candidates if _is_executable(path)}


def _is_executable(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.X_OK)
    except OSError:  # its folder may not be entered
        return False


def _identity(executable: Path) -> tuple[int, int]:
    """The same for every name of an interpreter, hard and symbolic links included.

    It consists of the device and inode of its file, or of the file that makes it a virtual
    environment.
    """
    configuration = executable.absolute().parent.parent / "pyvenv.cfg"
    status = (configuration if configuration.is_file() else executable).stat()
    return status.st_dev, status.st_ino


def _environments() -> Iterator[Path]:
    for configuration in sorted(Path().glob("*/pyvenv.cfg")):
        yield configuration.parent / "bin" / "python"
        yield configuration.parent / "Scripts" / "python.exe"


def _on_path() -> Iterator[Path]:
    """The interpreters on PATH; in each folder the longest name first, since it says most."""
    for folder in _path_folders():
        names = [path for path in _matching(folder, "*") if NAMES.match(path.name)]
        yield from sorted(names, key=lambda path: (-len(path.name), path.name))


def _path_folders() -> Iterator[Path]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and SHIMS not in Path(folder).parts:
            yield Path(folder)


def _installed() -> Iterator[Path]:
    folders = [*_matching(_pyenv(), "*"), *_matching(_uv(), "*")]
    for folder in sorted(folders, key=_newest_first):
        yield folder / "bin" / "python"
        yield folder / "bin" / "pypy3"
        yield folder / "python.exe"


def _matching(folder: Path, pattern: str) -> list[Path]:
    """What is in a folder; nothing where it is not there or may not be entered."""
    try:
        return list(folder.glob(pattern))
    except OSError:
        return []


def _home() -> Path:
    """The user's home; the root folder for a user without one, as in some containers."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/")


def _pyenv() -> Path:
    return Path(os.environ.get("PYENV_ROOT") or _home() / ".pyenv") / "versions"


def _uv() -> Path:
    folder = os.environ.get("UV_PYTHON_INSTALL_DIR")
    return Path(folder) if folder else _home() / ".local" / "share" / "uv" / "python"


def _by_version(version: str) -> Iterator[str]:
    """Executables of a version such as ``3.13`` or ``3.14t``, the preferred one first."""
    free_threaded = version.endswith("t")
    number = version.rstrip("t")
    for folder in _path_folders():
        executable = folder / f"python{version}"
        if _is_executable(executable) and (
            free_threaded or not _has_free_threaded_name(executable)
        ):
            yield str(executable)
    folders = [*_matching(_pyenv(), f"{number}*"), *_matching(_uv(), f"cpython-{number}*")]
    for folder in sorted(folders, key=_newest_first):
        executable = folder / "bin" / "python"
        is_held = _holds_version(folder, number, free_threaded=free_threaded)
        if is_held and _is_executable(executable):
            yield str(executable)


def _holds_version(folder: Path, number: str, *, free_threaded: bool) -> bool:
    """Whether a folder of pyenv or uv is named after this version and this kind of build."""
    full_number = re.search(r"(\d+\.\d+\.\d+)", folder.name)
    if full_number is None or not f"{full_number[1]}.".startswith(f"{number}."):
        return False
    with_t = re.search(r"\d+\.\d+\.\d+[a-z\d]*t\b", folder.name) is not None
    return free_threaded == (with_t or "freethreaded" in folder.name)


def _has_free_threaded_name(executable: Path) -> bool:
    """Whether it also has the name with a ``t``.

    A free-threaded build has that in addition to its plain one.
    """
    twin = executable.with_name(executable.name + "t")
    return twin.is_file() and twin.samefile(executable)


def _newest_first(folder: Path) -> tuple[int, ...]:
    return tuple(-int(number) for number in re.findall(r"\d+", folder.name))
