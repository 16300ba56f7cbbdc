"""Starts the interpreters under test: each describes itself, and the sizes of its tasks are found.

Whatever goes wrong in an interpreter ends here, in one line, before anything is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from gilbench.measure.answers import SizeAnswer, decode
from gilbench.measure.launches import Died, Launch, MeasurementError
from gilbench.measure.targets.interpreters import all_interpreters, find_interpreter
from gilbench.measure.targets.naming import NamedTarget, with_unique_ids
from gilbench.measure.targets.spec import Spec, parse_spec
from gilbench.model import DEFAULTS, InputError, Settings, Target, TargetDescription, WorkloadInfo

DESCRIBE_TIMEOUT_S = 30.0
SIZE_TIMEOUT_S = 60.0
PARALLEL_LAUNCHES = 4  # while interpreters describe themselves: a broken one may take its time


def describe_target(
    executable: str, target_bundle: Path, settings: Settings = DEFAULTS
) -> TargetDescription:
    """Have an interpreter describe itself with its settings in effect.

    Raises:
        InputError: It cannot run a launch, a setting has no effect, or its answer is malformed.
    """
    try:
        answer = _ask(executable, target_bundle, settings, "describe", DESCRIBE_TIMEOUT_S)
    except MeasurementError as error:
        if settings == DEFAULTS:
            problem = f"{executable} cannot be measured: {error}"
            raise InputError(f"{problem}; targets are CPython 3.8 or later") from error
        describe_target(executable, target_bundle)  # raises where no setting is to blame
        problem = f"{executable} cannot be measured with {settings}: {error}"
        raise InputError(f"{problem}; leave out {settings}") from error
    try:
        return msgspec.convert(answer, TargetDescription)
    except msgspec.ValidationError as error:
        raise InputError(
            f"{executable} cannot be measured: its description is malformed ({error}); "
            "fix the file of gilbench/target that registers it"
        ) from error


def size_tasks(
    target: Target, target_bundle: Path, aim_ns: int, only: Collection[str] | None = None
) -> tuple[Target, dict[str, str]]:
    """Find the task sizes of workloads whose tasks have one.

    Args:
        target: The target to find them on.
        target_bundle: What its launches run.
        aim_ns: How long a task should take serially, in nanoseconds.
        only: The workloads that are measured; None for all of them.

    Returns:
        The target with its sizes, and the reason for each workload that could not be sized, since
        one that fails must not stop the others.
    """
    sizes: dict[str, int] = {}
    failures: dict[str, str] = {}
    sized = []
    for workload in target.description.workloads:
        if workload.size_step and (only is None or workload.name in only):
            sized.append(workload)
    bases = {workload.sized_as or workload.name for workload in sized}
    for workload in target.description.workloads:
        if workload.name not in bases:
            continue
        try:
            sizes[workload.name] = _size_of_tasks(target, target_bundle, workload, aim_ns)
        except MeasurementError as error:
            failures[workload.name] = f"its tasks could not be sized: {error}"
    for workload in sized:
        if workload.sized_as in sizes:
            sizes[workload.name] = sizes[workload.sized_as]
        elif workload.sized_as:
            failures[workload.name] = f"the tasks of {workload.sized_as} could not be sized"
    return msgspec.structs.replace(target, sizes=sizes), failures


def _size_of_tasks(target: Target, target_bundle: Path, workload: WorkloadInfo, aim_ns: int) -> int:
    """Have a launch find the size at which a task of a workload takes ``aim_ns``."""
    if workload.own is not None and (workload.task_s or 0.0) * 1e9 >= aim_ns:
        return workload.size_step  # the smallest is long enough
    answer = _ask(
        target.executable,
        target_bundle,
        target.settings,
        "size tasks",
        SIZE_TIMEOUT_S,
        workload=workload.name,
        aim_ns=aim_ns,
    )
    return decode(answer, SizeAnswer).size


def ask_once(
    executable: str,
    target_bundle: Path,
    settings: Settings,
    op: str,
    timeout_s: float,
    **arguments: Any,
) -> dict[str, Any]:
    """Ask a launch that is opened for one request.

    Raises:
        MeasurementError: It gave no answer, or none that is one.
    """
    with Launch(executable, target_bundle, settings) as launch:
        launch.set_up(DESCRIBE_TIMEOUT_S)
        return launch.ask(op, timeout_s, **arguments)


def _ask(
    executable: str,
    target_bundle: Path,
    settings: Settings,
    op: str,
    timeout_s: float,
    **arguments: Any,
) -> dict[str, Any]:
    """``ask_once``, and once more where the launch died."""
    try:
        return ask_once(executable, target_bundle, settings, op, timeout_s, **arguments)
    except Died:
        return ask_once(executable, target_bundle, settings, op, timeout_s, **arguments)


def load_targets(
    specs: Sequence[str], target_bundle: Path
) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """Load the targets of ``--python``; without specs, the interpreter that runs gilbench.

    Returns:
        The targets, whose tasks have no sizes yet, and one line for each that cannot be measured.

    Raises:
        InputError: A spec is malformed, or none of the targets can be measured.
    """
    parsed = [parse_spec(text) for text in specs] or [Spec(sys.executable)]
    named_targets, problems = _load_all(parsed, target_bundle)
    lines = tuple(line for _, line in problems)
    if not named_targets:
        raise InputError("; ".join(lines))
    return with_unique_ids(named_targets), lines


def load_spawning(target: Target, target_bundle: Path) -> Target:
    """Load the same interpreter with ``start-method=spawn``.

    Raises:
        InputError: It cannot be measured with that.
    """
    settings = msgspec.structs.replace(target.settings, start_method="spawn")
    spawning = _load_target(Spec(target.executable, settings), target_bundle)
    return msgspec.structs.replace(spawning, id=f"{target.id},start-method=spawn")


def survey_targets(target_bundle: Path) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Load every interpreter of this machine.

    Returns:
        The targets, and one line for each executable that cannot be measured.
    """
    specs = [Spec(executable) for executable in all_interpreters()]
    named_targets, problems = _load_all(specs, target_bundle)
    return with_unique_ids(named_targets), dict(problems)


def _load_all(
    specs: Iterable[Spec], target_bundle: Path
) -> tuple[list[NamedTarget], list[tuple[str, str]]]:
    """The targets, and with the reason the interpreters that cannot be measured.

    Both are in order of the specs.
    """
    named_targets: list[NamedTarget] = []
    problems: list[tuple[str, str]] = []
    with ThreadPoolExecutor(PARALLEL_LAUNCHES) as pool:
        loads = [(spec, pool.submit(_load_target, spec, target_bundle)) for spec in specs]
        for spec, load in loads:
            try:
                named_targets.append(NamedTarget(load.result(), spec.name))
            except InputError as error:
                problems.append((spec.interpreter, str(error)))
    return named_targets, problems


def _load_target(spec: Spec, target_bundle: Path) -> Target:
    executable = find_interpreter(spec.interpreter)
    description = describe_target(executable, target_bundle, spec.settings)
    id = description.version
    if description.implementation != "CPython":
        id = f"{description.implementation.lower()}{id}"
    if description.free_threaded_build:
        id += "t"
    if spec.settings != DEFAULTS:
        id += f",{spec.settings}"
    return Target(id, executable, description, {}, spec.settings)
