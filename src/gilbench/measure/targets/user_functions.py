"""Workloads of the user: finds what ``--workload`` names, and copies it into the target bundle.

What is there already, and what cannot be found or read, is refused here in one line.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gilbench.measure.targets.calls import CallSpec, function_spec, python_path, statement_spec
from gilbench.model import (
    CallArguments,
    InputError,
    Target,
    UserFunction,
    one_line,
    user_functions_of,
)
from gilbench.results.files import MOST_SOURCE_BYTES, read_file

LONGEST_NAME = 40  # characters of a statement in its name
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
        workload = UserWorkload(name, spec, None, "", spec, Path.cwd())
    else:
        workload = _find(spec)
    return replace(workload, call=call, same_result=same_result)


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
    if file is not None and file_digest(file) != function.sha256:
        raise InputError(
            f"{file} has changed since the run began; measure again with `gilbench run`"
        )
    place = (function.module, function.function, Path(function.folder))
    return UserWorkload(
        name, function.spec, file, *place, function.call, same_result=function.same_result
    )


def file_digest(file: Path) -> str:
    """The digest of a user's file, by which a change is seen.

    Raises:
        InputError: It cannot be read any more.
    """
    return hashlib.sha256(read_file(file, MOST_SOURCE_BYTES, "put it back")).hexdigest()


def _module(folder: Path, name: str) -> Path:
    return folder / f"{name.replace('-', '_')}.py"
