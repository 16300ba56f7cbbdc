"""Workloads of the user's own: reads what ``--workload`` names, puts it into the kit, and has every target try it.

What cannot be measured ends here, in one line, before a run begins.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from gilbench.measure.launch import Launch, MeasurementError, NoAnswer
from gilbench.measure.targets import DESCRIBE_TIMEOUT_S
from gilbench.model import InputError, Target, UserFunction, WorkloadInfo

CHECK_TIMEOUT_S = 15.0
WAITS = 0.5  # CPU seconds a wall second of serial calls; what uses less waits for most of its time
CALLS = "calls"  # the size of a function's task; a declared WORKLOAD has a unit of its own
USAGE = "give FILE.py, FILE.py:FUNCTION or PACKAGE.MODULE:FUNCTION"
SHIM = '''"""Made for this run from {spec}."""

from gilbench.target import own

WORKLOAD = own.workload(**{arguments!r})
'''


@dataclass(frozen=True)
class Own:
    """A workload of the user's own. ``file`` is the file that defines it; without one, ``module`` is imported."""

    name: str
    spec: str
    file: Path | None
    module: str
    function: str
    folder: Path


def is_own(text: str) -> bool:
    """Whether ``--workload`` names a file or a function, and not a workload that is registered."""
    return text.endswith(".py") or ":" in text or os.sep in text


def read(spec: str) -> Own:
    """What a spec means; InputError, with the remedy, where it means nothing that is there."""
    place, _, function = (spec, "", "") if spec.endswith(".py") else spec.rpartition(":")
    place, function = (place, function) if place else (function, "")
    if function and not function.isidentifier():
        raise InputError(f"{function!r} in {spec} is no name of a function; {USAGE}")
    if place.endswith(".py"):
        return _of_file(spec, Path(place).expanduser(), function)
    if not function or not all(part.isidentifier() for part in place.split(".")):
        raise InputError(f"{spec} names no file and no function; {USAGE}")
    return Own(_slug(f"{place}-{function}"), spec, None, place, function, Path.cwd())


def _of_file(spec: str, file: Path, function: str) -> Own:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}; {USAGE}") from error
    name = _slug(f"{file.stem}-{function}" if function else file.stem)
    return Own(name, spec, file.absolute(), "", function, file.absolute().parent)


def _slug(text: str) -> str:
    """A name fit for a case's label and for a module: lower case, digits and hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug if slug[:1].isalpha() else f"own-{slug}".rstrip("-")


def install(owns: Iterable[Own], kit: Path) -> tuple[Own, ...]:
    """Put the workloads into the kit, each under a name that is still free there; returns them with those names."""
    return tuple(_install(own, kit) for own in owns)


def _install(own: Own, kit: Path) -> Own:
    workloads = kit / "gilbench" / "target" / "workloads"
    name = own.name if not _module(workloads, own.name).exists() else f"{own.name}-own"
    if _module(workloads, name).exists():
        raise InputError(f"{own.spec} would be a second {own.name}; rename the file or the function")
    source = None
    if own.file is not None:
        source = kit / "own" / f"{name}.py"
        source.parent.mkdir(exist_ok=True)
        shutil.copyfile(own.file, source)
    arguments = {
        "name": name,
        "file": str(own.file) if own.file else None,
        "source": str(source) if source else None,
        "module": own.module,
        "function": own.function,
        "folder": str(own.folder),
    }
    shim = SHIM.format(spec=own.spec.replace("\\", "/").replace('"', "'"), arguments=arguments)
    _module(workloads, name).write_text(shim, encoding="utf-8")
    return replace(own, name=name)


def taken_up(targets: Iterable[Target]) -> tuple[Own, ...]:
    """The workloads of the user's own that a run's targets were measured with, to go on with them; InputError where a
    file is not what it was."""
    functions = {
        workload.name: workload.own for target in targets for workload in target.user_workloads if workload.own
    }
    owns = []
    for name, function in functions.items():
        file = Path(function.file) if function.file else None
        if file is not None and _digest(file) != function.sha256:
            raise InputError(f"{file} is not what it was when the run began; measure again with `gilbench run`")
        owns.append(Own(name, function.spec, file, function.module, function.function, Path(function.folder)))
    return tuple(owns)


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}; put it back where it was") from error


def _module(workloads: Path, name: str) -> Path:
    return workloads / f"{name.replace('-', '_')}.py"


def admit(owns: Sequence[Own], target: Target, kit: Path) -> Target:
    """The target with the workloads among those it describes, each tried twice, in launches of its own; InputError for
    one that cannot be measured there.

    Two launches, for what follows from a process (its hash seed, its id) shows only between them.
    """
    entries = [_entry(own, target, kit) for own in owns]
    workloads = (*target.description.workloads, *entries)
    description = msgspec.structs.replace(target.description, workloads=workloads)
    return msgspec.structs.replace(target, description=description)


def _entry(own: Own, target: Target, kit: Path) -> WorkloadInfo:
    first, second = (_check(own, target, kit) for _ in range(2))
    if first["result"] != second["result"]:
        raise _unusable(
            own,
            target,
            f"it gives another result in each process ({first['result']}, then {second['result']}); "
            "return what follows from its arguments alone",
        )
    call_s, cpu_share = min(first["call_s"], second["call_s"]), max(first["cpu_share"], second["cpu_share"])
    try:
        entry = msgspec.convert(first["entry"], WorkloadInfo)
    except msgspec.ValidationError as error:
        raise _unusable(own, target, f"its WORKLOAD is malformed ({error})") from error
    kind = entry.kind
    if entry.size_unit == CALLS:  # a declared WORKLOAD says it itself
        kind = "io" if first["waits"] and second["waits"] and cpu_share < WAITS else "cpu"
    function = UserFunction(
        spec=own.spec,
        file=str(own.file) if own.file else None,
        sha256=_digest(own.file) if own.file else None,
        module=own.module,
        function=own.function,
        folder=str(own.folder),
        cpu_share=cpu_share,
        asynchronous=first["asynchronous"],
    )
    return msgspec.structs.replace(entry, kind=kind, task_s=call_s, own=function)


def _check(own: Own, target: Target, kit: Path) -> dict[str, Any]:
    try:
        with Launch(target.executable, kit, target.settings) as launch:
            launch.set_up(DESCRIBE_TIMEOUT_S)
            answer = launch.ask("check workload", CHECK_TIMEOUT_S, workload=own.name)
    except NoAnswer:
        raise _unusable(
            own, target, f"three calls did not return within {CHECK_TIMEOUT_S:.0f} s; give it less to do"
        ) from None
    except MeasurementError as error:
        raise _unusable(own, target, f"{error}; run the function by itself first") from error
    if "missing" in answer:
        raise _unusable(own, target, f"{answer['problem']}, which is not there: {_remedy(target)}")
    if "problem" in answer:
        raise _unusable(own, target, answer["problem"])
    return answer


def _remedy(target: Target) -> str:
    if target.settings.site:
        return f"install it for {target.executable}"
    return (
        "targets have the standard library only, and modules beside the file; let this one have its packages: "
        f"--python {target.executable},site=1"
    )


def _unusable(own: Own, target: Target, why: str) -> InputError:
    return InputError(f"{own.spec} cannot be measured on {target.id}: {why}")
