"""Finds the interpreters under test, lets each say what it is and what it can run, and sizes its tasks."""

from __future__ import annotations

import math
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gilbench.measure.launch import Launch, MeasurementError
from gilbench.model import DEFAULTS, InputError, Settings, Target

DESCRIBE_TIMEOUT_S = 30.0
CALIBRATE_TIMEOUT_S = 60.0
LONGEST_INTERVAL_S = 60.0
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


Known = TypeVar("Known")

SETTINGS = {
    "gil": "0 or 1",
    "switch-interval": "seconds, such as 0.001",
    "start-method": "fork, forkserver or spawn",
}
START_METHODS = ("fork", "forkserver", "spawn")


def parse(spec: str) -> tuple[str, Settings]:
    """``3.14t,gil=0`` as the interpreter's spec and its settings; InputError for a setting that there is not."""
    interpreter, *given = spec.split(",")
    values: dict[str, str] = {}
    for one in given:
        name, _, value = one.partition("=")
        if name not in SETTINGS or name in values:
            raise InputError(f"{one!r} in {spec} is no setting, or stands twice; there are: {', '.join(SETTINGS)}")
        values[name] = value
    return interpreter, Settings(
        gil=_one_of(spec, "gil", values, {"0": False, "1": True}),
        switch_interval_s=_seconds(spec, values.get("switch-interval")),
        start_method=_one_of(spec, "start-method", values, {name: name for name in START_METHODS}),
    )


def _one_of(spec: str, name: str, values: dict[str, str], known: dict[str, Known]) -> Known | None:
    if name not in values:
        return None
    if values[name] not in known:
        raise InputError(f"{name}={values[name]} in {spec}: {name} takes {SETTINGS[name]}")
    return known[values[name]]


def _seconds(spec: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < LONGEST_INTERVAL_S:
        raise InputError(f"switch-interval={text} in {spec}: switch-interval takes {SETTINGS['switch-interval']}")
    return value


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
    targets: dict[str, Target] = {}
    problems: list[str] = []
    for spec, (interpreter, settings) in [(spec, parse(spec)) for spec in specs or [sys.executable]]:
        try:
            target = _load(interpreter, settings, kit)
        except InputError as error:
            problems.append(str(error))
            continue
        if target.id in targets:
            raise InputError(f"{spec} and {targets[target.id].executable} are both {target.id}; name each target once")
        targets[target.id] = target
    if not targets:
        raise InputError("; ".join(problems))
    return tuple(targets.values()), tuple(problems)


def _load(interpreter: str, settings: Settings, kit: Path) -> Target:
    executable = find(interpreter)
    description = describe(executable, kit, settings)
    name = str(description["version"]) + ("t" if description["free_threaded_build"] else "")
    return Target(f"{name},{settings}" if settings != DEFAULTS else name, executable, description, {}, settings)
