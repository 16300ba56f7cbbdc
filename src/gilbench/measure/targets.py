"""Finds the interpreters under test, lets each say what it is and what it can run, and sizes its tasks."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from gilbench.measure.launch import Launch, MeasurementError
from gilbench.measure.naming import Called, unique
from gilbench.measure.spec import Spec, parse
from gilbench.model import DEFAULTS, InputError, Settings, Target

DESCRIBE_TIMEOUT_S = 30.0
CALIBRATE_TIMEOUT_S = 60.0
VERSION = re.compile(r"^\d+\.\d+(\.\d+)?t?$")


def find(spec: str) -> str:
    """The executable that ``spec`` means: a path, a name on PATH, or a version on PATH, in pyenv or in uv."""
    if os.sep in spec or (os.altsep and os.altsep in spec):
        path = Path(spec).expanduser()
        if path.is_file() and os.access(path, os.X_OK):
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


def _by_version(version: str) -> Iterator[str]:
    on_path = shutil.which(f"python{version}")
    if on_path and "shims" not in Path(on_path).parts:  # a shim may have no version behind it
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    uv = Path.home() / ".local" / "share" / "uv" / "python"
    wanted = version.rstrip("t")
    threaded = "t" if version.endswith("t") else ""
    folders = [*pyenv.glob(f"{wanted}*"), *uv.glob(f"cpython-{wanted}*")]
    for folder in sorted(folders, key=_newest_first):
        number = re.search(r"(\d+\.\d+\.\d+)", folder.name)
        exact = number is not None and (number[1] + ".").startswith(wanted + ".")
        is_threaded = bool(re.search(r"\d+\.\d+\.\d+[a-z\d]*t\b", folder.name)) or "freethreaded" in folder.name
        executable = folder / "bin" / "python"
        if exact and bool(threaded) == is_threaded and executable.is_file():
            yield str(executable)


def _newest_first(folder: Path) -> tuple[int, ...]:
    return tuple(-int(number) for number in re.findall(r"\d+", folder.name))


def describe(executable: str, kit: Path, settings: Settings = DEFAULTS) -> dict[str, Any]:
    """What the interpreter says of itself, set up so; InputError, in one line, if it cannot run a launch."""
    try:
        with Launch(executable, kit, settings) as launch:
            launch.set_up(DESCRIBE_TIMEOUT_S)
            return launch.ask("describe", DESCRIBE_TIMEOUT_S)
    except MeasurementError as error:
        so = f" with {settings}" if settings != DEFAULTS else ""
        remedy = f"leave out {settings}" if settings != DEFAULTS else "targets are CPython 3.8 or later"
        raise InputError(f"{executable} cannot be measured{so}: {error}; {remedy}") from error


def calibrate(target: Target, kit: Path, aim_ns: int) -> tuple[Target, dict[str, str]]:
    """The target with its task sizes, such that one serial task lasts about ``aim_ns``; linked workloads get the same
    size. Workloads that could not be calibrated come back with the reason, for they must not stop the others."""
    sizes: dict[str, int] = {}
    failures: dict[str, str] = {}
    workloads = [workload for workload in target.description["workloads"] if workload["size_step"]]
    for name in [workload["name"] for workload in workloads if not workload["sized_as"]]:
        try:
            with Launch(target.executable, kit, target.settings) as launch:
                launch.set_up(DESCRIBE_TIMEOUT_S)
                answer = launch.ask("calibrate", CALIBRATE_TIMEOUT_S, workload=name, aim_ns=aim_ns)
            sizes[name] = answer["size"]
        except MeasurementError as error:
            failures[name] = f"it could not be calibrated: {error}"
    for name, like in [(workload["name"], workload["sized_as"]) for workload in workloads if workload["sized_as"]]:
        if like in sizes:
            sizes[name] = sizes[like]
        else:
            failures[name] = f"{like}, whose size it takes, could not be calibrated"
    return msgspec.structs.replace(target, sizes=sizes), failures


def load(specs: Sequence[str], kit: Path) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """The targets that the specs mean, not calibrated yet, and a line for each that cannot be measured; without specs,
    the interpreter that runs gilbench. InputError where no target is left, or a spec is no spec at all."""
    called: list[Called] = []
    problems: list[str] = []
    for spec in [parse(text) for text in specs] or [Spec(sys.executable)]:
        try:
            called.append(Called(_load(spec, kit), spec.name))
        except InputError as error:
            problems.append(str(error))
    if not called:
        raise InputError("; ".join(problems))
    return unique(called), tuple(problems)


def _load(spec: Spec, kit: Path) -> Target:
    executable = find(spec.interpreter)
    description = describe(executable, kit, spec.settings)
    version = str(description["version"]) + ("t" if description["free_threaded_build"] else "")
    id = f"{version},{spec.settings}" if spec.settings != DEFAULTS else version
    return Target(id, executable, description, {}, spec.settings)
