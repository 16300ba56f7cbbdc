"""Workloads of the user.

Finds what ``--workload`` names, copies it into the target bundle, and has every target try it.

What cannot be measured is refused here, in one line, before a run begins.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from gilbench.measure.answers import TriedAnswer, decode
from gilbench.measure.launches import MeasurementError, NoAnswer
from gilbench.measure.targets.calls import CallSpec, function_spec, python_path, statement_spec
from gilbench.measure.targets.loading import ask_once
from gilbench.model import (
    LONG_CALL_S,
    CallArguments,
    InputError,
    Target,
    UserFunction,
    WorkloadInfo,
    one_line,
    user_functions_of,
)
from gilbench.results.files import MOST_SOURCE_BYTES, read_file

CHECK_TIMEOUT_S = 300.0  # of a launch in which a function is tried: two calls where they are long
FORK_TIMEOUT_S = 30.0
LONGEST_NAME = 40  # characters of a statement in its name
IO_BOUND_BELOW = 0.5  # CPU seconds per wall-clock second of serial calls
CALLS = "calls"  # the size of a function's task; a declared WORKLOAD has its own unit
USAGE = "give FILE.py, FILE.py:FUNCTION or PACKAGE.MODULE:FUNCTION"
SHIM = '''"""Made for this run from {spec}."""

from gilbench.target.user_functions import workload

WORKLOAD = workload(**{arguments!r})
'''


@dataclass(frozen=True)
class UserWorkload:
    """A workload of the user, which ``file`` defines; without a file, ``module`` is imported.

    ``function`` is a name there, or a statement. ``folder`` is where it imports neighbouring
    modules from. ``call`` has its arguments; None for the index and PARAMS. ``same_result`` says
    whether the results of its calls are compared.
    """

    name: str
    spec: str
    file: Path | None
    module: str
    function: str
    folder: Path
    call: CallArguments | None = None
    same_result: bool = False

    @property
    def in_words(self) -> str:
        """What the user named, in a line."""
        return one_line(self.spec)


def is_user_function(text: str, call: CallArguments | None = None) -> bool:
    """Whether ``--workload`` is a statement or names code rather than a registered workload."""
    if call is not None and call.statement_setup is not None:
        return True
    return text.endswith(".py") or ":" in text or os.sep in text


def find_user_workload(
    spec: str, call: CallArguments | None = None, *, same_result: bool = False
) -> UserWorkload:
    """Find the file or the function that the user means.

    Args:
        spec: As the user wrote it.
        call: With what it is called, or what runs before a statement; None for the index and
            PARAMS.
        same_result: Whether the results of its calls are compared.

    Raises:
        InputError: The spec names neither, the file cannot be read, or an argument is malformed.
    """
    if call is not None:
        _call_spec(spec, call)
    if call is not None and call.statement_setup is not None:
        name = _slug(spec)[:LONGEST_NAME].rstrip("-")
        found = UserWorkload(name, spec, None, "", spec, Path.cwd())
    else:
        found = _find(spec)
    return replace(found, call=call, same_result=same_result)


def _call_spec(spec: str, call: CallArguments) -> CallSpec:
    """What a launch is given to call a function with arguments, or to run a statement."""
    if call.statement_setup is not None:
        return statement_spec(call.statement_setup, spec)
    return function_spec(spec, call.args, call.kwargs, call.setup or None)


def _find(spec: str) -> UserWorkload:
    if spec.endswith(".py"):
        place, function = spec, ""
    else:
        place, _, function = spec.rpartition(":")
        if not place:
            place, function = function, ""
    if function and not all(part.isidentifier() for part in function.split(".")):
        raise InputError(f"{function!r} in {spec} is not the name of a function; {USAGE}")
    if place.endswith(".py"):
        file = Path(os.path.expanduser(place))  # noqa: PTH111 - pathlib's raises for nobody's home
        return _in_file(spec, file, function)
    if not function or not all(part.isidentifier() for part in place.split(".")):
        raise InputError(f"{spec} names neither a file nor a function; {USAGE}")
    return UserWorkload(_slug(f"{place}-{function}"), spec, None, place, function, Path.cwd())


def _in_file(spec: str, file: Path, function: str) -> UserWorkload:
    read_file(file, MOST_SOURCE_BYTES, USAGE)
    name = _slug(f"{file.stem}-{function}" if function else file.stem)
    return UserWorkload(name, spec, file.absolute(), "", function, file.absolute().parent)


def _slug(text: str) -> str:
    """A name that suits labels and modules: lower-case letters, digits and hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug if slug[:1].isalpha() else f"own-{slug}".rstrip("-")


def install(
    workloads: Iterable[UserWorkload], target_bundle: Path, *, like_python: bool = False
) -> tuple[UserWorkload, ...]:
    """Copy the user's workloads into the target bundle.

    Args:
        workloads: The workloads.
        target_bundle: What launches run.
        like_python: Whether they have the working folder and the path that the user's Python has.

    Returns:
        The workloads under the names that they have there, which no other workload has.

    Raises:
        InputError: Two of them would have the same name.
    """
    return tuple(
        _install(workload, target_bundle, like_python=like_python) for workload in workloads
    )


def _install(workload: UserWorkload, target_bundle: Path, *, like_python: bool) -> UserWorkload:
    folder = target_bundle / "gilbench" / "target" / "workloads"
    name = workload.name
    if _module(folder, name).exists():
        name = f"{name}-own"
    if _module(folder, name).exists():
        raise InputError(
            f"{workload.spec} would be a second {workload.name}; rename the file or the function"
        )
    source = None
    if workload.file is not None:
        source = target_bundle / "own" / f"{name}.py"
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(read_file(workload.file, MOST_SOURCE_BYTES, USAGE))
    arguments: dict[str, Any] = {
        "name": name,
        "file": str(workload.file) if workload.file else None,
        "source": str(source) if source else None,
        "module": workload.module,
        "function": workload.function,
        "folder": str(workload.folder),
        "same_result": workload.same_result,
    }
    if workload.call is not None:
        arguments["request"] = dict(_call_spec(workload.spec, workload.call).request)
    if like_python:
        arguments["like_python"] = {"cwd": str(Path.cwd()), "python_path": python_path()}
    quotable_spec = workload.in_words.replace("\\", "/").replace('"', "'")
    shim = SHIM.format(spec=quotable_spec, arguments=arguments)
    _module(folder, name).write_text(shim, encoding="utf-8")
    return replace(workload, name=name)


def saved_workloads(targets: Iterable[Target]) -> tuple[UserWorkload, ...]:
    """The user's workloads that a run's targets were measured with, in order to resume the run.

    Raises:
        InputError: A file has changed since the run began, or is gone.
    """
    functions = user_functions_of(targets)
    return tuple(_saved_workload(name, function) for name, function in functions.items())


def _saved_workload(name: str, function: UserFunction) -> UserWorkload:
    file = Path(function.file) if function.file else None
    if file is not None and _digest(file) != function.sha256:
        raise InputError(
            f"{file} has changed since the run began; measure again with `gilbench run`"
        )
    place = (function.module, function.function, Path(function.folder))
    return UserWorkload(
        name, function.spec, file, *place, function.call, same_result=function.same_result
    )


def _digest(file: Path) -> str:
    return hashlib.sha256(read_file(file, MOST_SOURCE_BYTES, "put it back")).hexdigest()


def _module(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('-', '_')}.py"


def admit(workloads: Sequence[UserWorkload], target: Target, target_bundle: Path) -> Target:
    """Have a target try workloads of the user.

    Each is tried in two launches: what follows from a process, such as its hash seed or its id,
    shows only between processes. A long call whose results are not compared is tried in one.

    Returns:
        The target with these workloads among those of its description.

    Raises:
        InputError: One of them cannot be measured on this target.
    """
    return target.with_workloads(_try(workload, target, target_bundle) for workload in workloads)


def why_no_fork(
    workloads: Sequence[UserWorkload], target: Target, target_bundle: Path
) -> str | None:
    """Why processes cannot be forked once one of these workloads has run; None where they can."""
    if target.description.start_method != "fork":
        return None
    for workload in workloads:
        try:
            answer = _ask(workload, target, target_bundle, "check fork", FORK_TIMEOUT_S)
        except MeasurementError:  # what is wrong with it shows when it is measured
            continue
        if answer.get("hangs") is True:
            threads = answer.get("threads")
            others = f" next to other threads ({threads})" if threads else ""
            return (
                f"a process that is forked after a call of {workload.in_words}{others} hangs in "
                "its own call, as with a lock that was held at the fork"
            )
    return None


def _try(workload: UserWorkload, target: Target, target_bundle: Path) -> WorkloadInfo:
    first = second = _check(workload, target, target_bundle)
    if first.call_s <= LONG_CALL_S or workload.same_result:
        second = _check(workload, target, target_bundle)
    if first.result != second.result:
        raise _unusable(
            workload,
            target,
            f"its result differs between processes ({first.result}, then {second.result}); "
            "return a result that follows from its arguments alone, or leave out --same-result",
        )
    try:
        info = msgspec.convert(first.entry, WorkloadInfo)
    except msgspec.ValidationError as error:
        problem = f"its WORKLOAD is malformed ({error}); correct that value"
        raise _unusable(workload, target, problem) from error
    cpu_share = max(first.cpu_share, second.cpu_share)
    kind = info.kind
    if info.size_unit == CALLS:  # a declared WORKLOAD states its kind itself
        waits = first.waits and second.waits and cpu_share < IO_BOUND_BELOW
        kind = "io" if waits else "cpu"
    function = UserFunction(
        spec=workload.spec,
        file=str(workload.file) if workload.file else None,
        sha256=_digest(workload.file) if workload.file else None,
        module=workload.module,
        function=workload.function,
        folder=str(workload.folder),
        cpu_share=cpu_share,
        asynchronous=first.asynchronous,
        call=workload.call,
        holds_gil=_mean_share(first.holds_gil, second.holds_gil),
        pickled_s=first.pickled_s,
        unpicklable=one_line(first.unpicklable),
        same_result=workload.same_result,
        output_bytes=first.output_bytes,
    )
    task_s = min(first.call_s, second.call_s)
    return msgspec.structs.replace(info, kind=kind, task_s=task_s, own=function)


def _mean_share(*shares: float | None) -> float | None:
    """The mean share of its time with the GIL; None where a launch had none."""
    known = [share for share in shares if share is not None]
    return min(1.0, sum(known) / len(known)) if len(known) == len(shares) else None


def _check(workload: UserWorkload, target: Target, target_bundle: Path) -> TriedAnswer:
    """What a launch observed of a few calls."""
    try:
        answer = _ask(workload, target, target_bundle, "check workload", CHECK_TIMEOUT_S)
    except NoAnswer:
        problem = f"its calls did not return within {CHECK_TIMEOUT_S:.0f} s; give it less to do"
        raise _unusable(workload, target, problem) from None
    except MeasurementError as error:
        problem = f"{error}; run the function by itself first"
        raise _unusable(workload, target, problem) from error
    problem = one_line(str(answer.get("problem", "")))
    if "missing" in answer:
        problem += f", which is not installed: {_remedy(target)}"
    if problem:
        raise _unusable(workload, target, problem)
    try:
        return decode(answer, TriedAnswer)
    except MeasurementError as error:  # the function wrote where only its launch may
        raise _unusable(workload, target, str(error)) from error


def _ask(
    workload: UserWorkload, target: Target, target_bundle: Path, op: str, timeout_s: float
) -> dict[str, Any]:
    """Ask a launch of a target something about a workload; raises as ``ask_once`` does."""
    executable, settings = target.executable, target.settings
    return ask_once(executable, target_bundle, settings, op, timeout_s, workload=workload.name)


def _remedy(target: Target) -> str:
    """How to make a module available to the launches of a target."""
    if target.settings.site:
        return f"install it for {target.executable}"
    return (
        "these launches have the standard library and modules in the file's folder; "
        f"add installed packages with --python {target.executable},site=1"
    )


def _unusable(workload: UserWorkload, target: Target, problem: str) -> InputError:
    return InputError(f"{workload.in_words} cannot be measured on {target.id}: {problem}")
