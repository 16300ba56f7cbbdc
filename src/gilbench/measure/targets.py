"""Lets the interpreters under test say what they are and what they can run, and sizes their tasks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from gilbench.measure.interpreters import everywhere, find
from gilbench.measure.launch import Launch, MeasurementError
from gilbench.measure.naming import Called, unique
from gilbench.measure.spec import Spec, parse
from gilbench.model import DEFAULTS, InputError, Settings, Target, TargetDescription

DESCRIBE_TIMEOUT_S = 30.0
CALIBRATE_TIMEOUT_S = 60.0
AT_A_TIME = 4  # interpreters that are asked what they are: a broken one may take its time


def describe(executable: str, kit: Path, settings: Settings = DEFAULTS) -> TargetDescription:
    """How the interpreter describes itself, set up so; InputError, in one line, if it cannot run a launch."""
    try:
        with Launch(executable, kit, settings) as launch:
            launch.set_up(DESCRIBE_TIMEOUT_S)
            return msgspec.convert(launch.ask("describe", DESCRIBE_TIMEOUT_S), TargetDescription)
    except msgspec.ValidationError as error:
        raise InputError(
            f"{executable} cannot be measured: its description is malformed ({error}); "
            "fix the file of gilbench/target that registers it"
        ) from error
    except MeasurementError as error:
        so = f" with {settings}" if settings != DEFAULTS else ""
        remedy = f"leave out {settings}" if settings != DEFAULTS else "targets are CPython 3.8 or later"
        raise InputError(f"{executable} cannot be measured{so}: {error}; {remedy}") from error


def calibrate(target: Target, kit: Path, aim_ns: int) -> tuple[Target, dict[str, str]]:
    """The target with its task sizes, such that one serial task lasts about ``aim_ns``; linked workloads get the same
    size. Workloads that could not be calibrated come back with the reason, for they must not stop the others."""
    sizes: dict[str, int] = {}
    failures: dict[str, str] = {}
    workloads = [workload for workload in target.description.workloads if workload.size_step]
    for name in [workload.name for workload in workloads if not workload.sized_as]:
        try:
            with Launch(target.executable, kit, target.settings) as launch:
                launch.set_up(DESCRIBE_TIMEOUT_S)
                answer = launch.ask("calibrate", CALIBRATE_TIMEOUT_S, workload=name, aim_ns=aim_ns)
            sizes[name] = answer["size"]
        except MeasurementError as error:
            failures[name] = f"it could not be calibrated: {error}"
    for name, like in [(workload.name, workload.sized_as) for workload in workloads if workload.sized_as]:
        if like in sizes:
            sizes[name] = sizes[like]
        else:
            failures[name] = f"{like}, whose size it takes, could not be calibrated"
    return msgspec.structs.replace(target, sizes=sizes), failures


def load(specs: Sequence[str], kit: Path) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """The targets that the specs mean, not calibrated yet, and a line for each that cannot be measured; without specs,
    the interpreter that runs gilbench. InputError where no target is left, or a spec is no spec at all."""
    called, problems = _load_all([parse(text) for text in specs] or [Spec(sys.executable)], kit)
    if not called:
        raise InputError("; ".join(why for _, why in problems))
    return unique(called), tuple(why for _, why in problems)


def survey(kit: Path) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Every interpreter of this machine: the targets that they make, and a line for each executable that makes none."""
    called, problems = _load_all([Spec(executable) for executable in everywhere()], kit)
    return unique(called), dict(problems)


def _load_all(specs: Iterable[Spec], kit: Path) -> tuple[list[Called], list[tuple[str, str]]]:
    """What was found, and the interpreters that were not with the reason, in the order of the specs; several are asked
    at a time."""
    called: list[Called] = []
    problems: list[tuple[str, str]] = []
    with ThreadPoolExecutor(AT_A_TIME) as asking:
        for spec, asked in [(spec, asking.submit(_load, spec, kit)) for spec in specs]:
            try:
                called.append(Called(asked.result(), spec.name))
            except InputError as error:
                problems.append((spec.interpreter, str(error)))
    return called, problems


def _load(spec: Spec, kit: Path) -> Target:
    executable = find(spec.interpreter)
    description = describe(executable, kit, spec.settings)
    other = "" if description.implementation == "CPython" else description.implementation.lower()
    version = f"{other}{description.version}{'t' if description.free_threaded_build else ''}"
    id = f"{version},{spec.settings}" if spec.settings != DEFAULTS else version
    return Target(id, executable, description, {}, spec.settings)
