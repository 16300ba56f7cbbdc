"""Tries a function of the user before anything is measured: its result, its time, and its waits."""

import sys
from time import perf_counter, perf_counter_ns, process_time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from gilbench.target import gil, registry
from gilbench.target.description import describe_workload
from gilbench.target.registry import Workload
from gilbench.target.rounds import describe_error
from gilbench.target.ticking import one_core_left
from gilbench.target.unusable import Unusable
from gilbench.target.user_functions import loaded_files

LONG_CALL_S = 1.0  # a longer one is called twice: for its time, and for everything else
LEAST_TRIED_S = 0.02  # of calls: CPU time is counted more coarsely than wall time on some systems
SHORT_CALL_S = 1e-4  # to time a shorter one alone takes some per cent of it, or more than all of it
TICKED_S = 0.12  # of calls next to a ticking thread: some 400 ticks
SHORTEST_CALL_S = 1e-9  # a clock that is too coarse for a call must not make it last no time at all


try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


class Call(NamedTuple):
    """One call of a task: its result, its times, and how often it waited for something.

    Wall and CPU time are in seconds.
    """

    value: int
    wall_s: float
    cpu_s: float
    waits: int


def check(name: str) -> Dict[str, Any]:
    """Try a workload of the user.

    Returns:
        ``problem`` where it cannot be measured, with the module that is ``missing`` if that is why.
        Else ``entry``, its description; ``asynchronous``, whether it has a coroutine version;
        ``call_s``, the shortest time of a task of the smallest size, or of a short call among many;
        ``cpu_share``, the greatest CPU seconds per wall-clock second of such a task; ``waits``,
        whether every one of them waited for something; ``result``, what task 0 returns, 0 if
        results are not compared; ``output_bytes``, what the first one wrote; ``holds_gil``, the
        share of its time, or None without a GIL; and what it takes to hand a call and its result to
        a process, ``pickled_s``, or why it is ``unpicklable``. The description's defaults say
        ``silent`` if it writes, and what ``form`` a call has.
    """
    try:
        return _try(_load(name))
    except Unusable as error:
        return {"problem": str(error)}
    except ModuleNotFoundError as error:
        return {"problem": "it imports {}".format(error.name), "missing": error.name}
    except BaseException as error:  # SystemExit is a failure too
        return {"problem": "it raised {}{}".format(describe_error(error), _place(error))}


def _load(name: str) -> Workload:
    """Load the workload; raises what the user's file raised."""
    try:
        entry: Workload = registry.load("workload", name)
    except registry.RegistryError as error:
        cause = error.__cause__
        if isinstance(cause, SyntaxError):
            raise Unusable(_describe_syntax_error(cause)) from error
        raise (error if cause is None else cause) from error
    return entry


def _describe_syntax_error(error: SyntaxError) -> str:
    major, minor = sys.version_info[:2]
    return "line {} is no valid Python {}.{}: {}".format(error.lineno, major, minor, error.msg)


def _place(error: BaseException) -> str:
    """The innermost line of the user's file in which an error was raised."""
    place = ""
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename in loaded_files:
            place = " in line {}".format(frame.tb_lineno)
        frame = frame.tb_next
    return place


def _try(entry: Workload) -> Dict[str, Any]:
    from gilbench.target.calls.operations import output_caught

    params = dict(entry.defaults)
    if entry.size_step:
        params["size"] = entry.size_step
    with output_caught(count=True) as first_written:
        if entry.prepare is not None:
            entry.prepare(params)
        first = _timed_call(entry, 0, params)
    with output_caught(count=True) as written:
        calls = [first, *_further_calls(entry, params, first)]
        call_s = _seconds_of_call(entry, params, min(call.wall_s for call in calls))
        seen = _seen_of(entry, params, calls)
    found = {"form": seen.pop("form")} if "form" in seen else {}
    if first_written[0] or written[0]:
        found["silent"] = True
    described = describe_workload(entry)
    return {
        "entry": dict(described, defaults=dict(described["defaults"], **found)),
        "call_s": call_s,
        # Other programs only ever take CPU time away, and what they take is no wait of the
        # function.
        "cpu_share": max(call.cpu_s / call.wall_s for call in calls),
        "waits": min(call.waits for call in calls) > 0,
        "result": calls[0].value,
        "output_bytes": first_written[0],
        **seen,
    }


def _further_calls(entry: Workload, params: Dict[str, Any], first: Call) -> List[Call]:
    """Calls whose times count as that of the first one does; none where it was long."""
    if first.wall_s > LONG_CALL_S:
        return []
    calls = [_timed_call(entry, index, params) for index in (0, 1)]
    _check_results(first.value, calls[0].value)
    while sum(call.wall_s for call in (first, *calls)) < LEAST_TRIED_S:
        calls.append(_timed_call(entry, 0, params))
    return calls


def _seconds_of_call(entry: Workload, params: Dict[str, Any], alone_s: float) -> float:
    """What a call takes that takes so long when it is timed alone; a short one with many others."""
    if entry.subject is None or alone_s > SHORT_CALL_S:
        return alone_s
    many = max(1, round(LEAST_TRIED_S / alone_s))
    together = [_timed_call(entry, 0, dict(params, size=many)) for _ in range(3)]
    return min(call.wall_s for call in together) / many


def _seen_of(entry: Workload, params: Dict[str, Any], tried: List[Call]) -> Dict[str, Any]:
    """What further calls show: the share of the time with the GIL, and what handing over takes.

    A long call shows both at once. A WORKLOAD says itself what a task returns.
    """
    times = max(1, round(TICKED_S * len(tried) / sum(call.wall_s for call in tried)))
    if entry.subject is None:
        return {
            "asynchronous": entry.task_async is not None,
            "holds_gil": _share_with_gil(lambda: _repeat(entry, params, times)),
        }
    from gilbench.target.calls import calling
    from gilbench.target.calls.operations import pickling_cost

    subject = entry.subject()
    results: List[Any] = []
    forms: List[str] = []

    def call_once() -> None:
        forms.append(calling.first_call(subject, results))

    if times == 1:
        holds_gil = _share_with_gil(call_once)
    else:
        holds_gil = _share_with_gil(lambda: _repeat(entry, params, times))
    if not forms:
        call_once()
    seen = {
        "form": forms[0],
        "asynchronous": forms[0] in calling.ASYNCHRONOUS,
        "holds_gil": holds_gil,
    }
    cost = pickling_cost(subject, results)
    if "problem" in cost:
        return dict(seen, unpicklable=cost["problem"])
    return dict(seen, pickled_s=(cost["args_ns"] + cost["result_ns"]) / 1e9)


def _repeat(entry: Workload, params: Dict[str, Any], times: int) -> None:
    for _ in range(times):
        entry.task(0, params)


def _share_with_gil(work: Callable[[], None]) -> Optional[float]:
    """For which share of its time some work holds the GIL; None, and not done, without a GIL."""
    if not gil.enabled():
        return None
    from gilbench.target.probes.ticker import beside_ticker

    with one_core_left() as core:
        return float(beside_ticker(work, core)["share"])


def _check_results(first: int, second: int) -> None:
    if first != second:
        raise Unusable(
            "its result differs between calls ({}, then {}); return a result that follows from "
            "its arguments alone, or leave out --same-result".format(first, second)
        )


def _timed_call(entry: Workload, index: int, params: Dict[str, Any]) -> Call:
    waits_before = _count_waits()
    start_s, cpu_start_s = perf_counter(), process_time()
    value = entry.task(index, params)
    cpu_s, wall_s = process_time() - cpu_start_s, perf_counter() - start_s
    return Call(value, max(wall_s, SHORTEST_CALL_S), cpu_s, _count_waits() - waits_before)


def _count_waits() -> int:
    """How often this process has given up its core in order to wait.

    Where the system does not count that, a number that always grows.
    """
    if resource is None:
        return perf_counter_ns()
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw)
