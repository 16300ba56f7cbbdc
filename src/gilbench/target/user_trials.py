"""Tries a function of the user before anything is measured: its result, its time, and its waits."""

import contextlib
import os
import sys
from time import perf_counter, perf_counter_ns, process_time
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from gilbench.target import gil, registry
from gilbench.target.description import describe_workload
from gilbench.target.registry import Workload
from gilbench.target.rounds import describe_error
from gilbench.target.ticking import one_core_left
from gilbench.target.unusable import Unusable
from gilbench.target.user_functions import loaded_files

LONGEST_CALL_S = 1.0  # some 50 calls make a round, and some hundred rounds a case
LEAST_TRIED_S = 0.02  # of calls: CPU time is counted more coarsely than wall time on some systems
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
        ``call_s``, the shortest time of a task of the smallest size; ``cpu_share``, the greatest
        CPU seconds per wall-clock second of such a task; ``waits``, whether every one of them
        waited for something; ``result``, what task 0 returns; ``holds_gil``, the share of its time,
        or None without a GIL; and what it takes to hand a call and its result to a process,
        ``pickled_s``, or why it is ``unpicklable``.
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
    params = dict(entry.defaults)
    if entry.size_step:
        params["size"] = entry.size_step
    if entry.prepare is not None:
        entry.prepare(params)
    with _output_watched() as printed_bytes:
        calls = [_timed_call(entry, index, params) for index in (0, 0, 1)]
    if printed_bytes:
        raise Unusable(
            "it prints, which takes time and locks; take the printing out of what is measured"
        )
    _check_duration(calls)
    _check_results(calls[0].value, calls[1].value)
    while sum(call.wall_s for call in calls) < LEAST_TRIED_S:
        calls.append(_timed_call(entry, 0, params))
    return {
        "entry": describe_workload(entry),
        "asynchronous": entry.task_async is not None,
        "call_s": min(call.wall_s for call in calls),
        # Other programs only ever take CPU time away, and what they take is no wait of the
        # function.
        "cpu_share": max(call.cpu_s / call.wall_s for call in calls),
        "waits": min(call.waits for call in calls) > 0,
        "result": calls[0].value,
        "holds_gil": _share_with_gil(entry, params, calls),
        **_hand_over(entry),
    }


def _share_with_gil(entry: Workload, params: Dict[str, Any], tried: List[Call]) -> Optional[float]:
    """For which share of its time the GIL is held; as many calls as last long enough to tell."""
    if not gil.enabled():
        return None
    calls = max(1, round(TICKED_S * len(tried) / sum(call.wall_s for call in tried)))
    from gilbench.target.probes.ticker import beside_ticker

    def work() -> None:
        for _ in range(calls):
            entry.task(0, params)

    with one_core_left() as core:
        return float(beside_ticker(work, core)["share"])


def _hand_over(entry: Workload) -> Dict[str, Any]:
    """What handing a call and its result over takes; a WORKLOAD says itself what a task returns."""
    if entry.subject is None:
        return {}
    from gilbench.target.calls import calling
    from gilbench.target.calls_operations import pickling_cost

    results: List[Any] = []
    subject = entry.subject()
    calling.first_call(subject, results)
    cost = pickling_cost(subject, results)
    if "problem" in cost:
        return {"unpicklable": cost["problem"]}
    return {"pickled_s": (cost["args_ns"] + cost["result_ns"]) / 1e9}


def _check_duration(calls: List[Call]) -> None:
    call_s = min(call.wall_s for call in calls)
    if call_s > LONGEST_CALL_S:
        raise Unusable(
            "one call takes {:.1f} s; give it less to do, {:g} s at most".format(
                call_s, LONGEST_CALL_S
            )
        )


def _check_results(first: int, second: int) -> None:
    if first != second:
        raise Unusable(
            "its result differs between calls ({}, then {}); "
            "return a result that follows from its arguments alone".format(first, second)
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


@contextlib.contextmanager
def _output_watched() -> Iterator[List[int]]:
    """Watch what is written to standard output.

    Yields:
        A list that gets, on leaving, the number of bytes that Python or C wrote, if any.
    """
    import tempfile

    written_bytes: List[int] = []
    stdout_copy = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        try:
            yield written_bytes
        finally:
            sys.stdout.flush()
            os.dup2(stdout_copy, 1)
            os.close(stdout_copy)
            size_bytes = os.fstat(file.fileno()).st_size
            if size_bytes:
                written_bytes.append(size_bytes)
