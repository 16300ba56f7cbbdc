"""Has a target try workloads of the user before a run: what a call takes, and whether it waits.

What cannot be measured there is refused in one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from gilbench.measure.answers import TriedAnswer, decode
from gilbench.measure.launches import MeasurementError, NoAnswer
from gilbench.measure.targets.loading import ask_once
from gilbench.measure.targets.user_functions import UserWorkload, file_digest
from gilbench.model import (
    LONG_CALL_S,
    InputError,
    Target,
    UserFunction,
    WorkloadInfo,
    one_line,
)

CHECK_TIMEOUT_S = 300.0  # of a launch in which a function is tried: two calls where they are long
FORK_TIMEOUT_S = 30.0
IO_BOUND_BELOW = 0.5  # CPU seconds per wall-clock second of serial calls
CALLS = "calls"  # the size of a function's task; a declared WORKLOAD has its own unit


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
        sha256=file_digest(workload.file) if workload.file else None,
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
