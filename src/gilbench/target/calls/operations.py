"""The requests of a launch that are about a user's call: to try it, and to have workers do it."""

import os
import pickle
import sys
from contextlib import contextmanager
from time import perf_counter_ns, process_time_ns, thread_time_ns
from typing import Any, Callable, Dict, Iterator, List, Tuple

from gilbench.target import gil
from gilbench.target.calls import calling, finding, mapping
from gilbench.target.calls.calling import Batch, call_repeatedly
from gilbench.target.calls.finding import Subject
from gilbench.target.rounds import describe_error
from gilbench.target.unusable import Unusable

# The folder of this program; pathlib is more than a launch should load
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
LONG_TRIAL_NS = 50_000_000  # of trials, which are not repeated
SHORTEST_TRIAL_NS = 2_000_000  # of calls that are timed together: a clock cannot tell one of 100 ns


def try_call(request: Dict[str, Any]) -> Dict[str, Any]:
    """Find what is to be called and call it a few times.

    Returns:
        ``problem`` in a line where it cannot be called, with the module that is ``missing`` if that
        is why. Else how it is called, what a call takes and waits, what processes that it starts
        compute, what pickling costs, and what it prints.
    """
    gil_before = gil.enabled()
    try:
        with output_caught(count=True) as output:
            start_ns = perf_counter_ns()
            subject = finding.find(request)
            found_ns = perf_counter_ns() - start_ns
            results: List[Any] = []
            usage, children_ns = ThreadUsage(), children_cpu_ns()
            form = calling.first_call(subject, results)
            first_ns, first_idle_ns = usage.spent_ns()
            children_ns = children_cpu_ns() - children_ns
        if first_ns > request["limit_ns"]:  # one call is all there is time for
            trial = {"call_ns": first_ns, "wait_share": first_idle_ns / first_ns}
        else:
            trial = _timed(subject, form)
    except Unusable as error:
        return {"problem": str(error)}
    except ModuleNotFoundError as error:
        return {"problem": "it imports {}".format(error.name), "missing": error.name}
    except BaseException as error:  # SystemExit is a failure too
        return {"problem": "it raised {}{}".format(describe_error(error), _place_of(error))}
    return dict(
        trial,
        shown=subject.shown,
        form=form,
        findings=subject.findings,
        found_ns=found_ns,
        first_ns=first_ns,
        children_ns=children_ns,
        output_bytes=output[0],
        pickling=pickling_cost(subject, results),
        gil_before=gil_before,
        gil_after=gil.enabled(),
        gil_culprits=list(dict.fromkeys(gil.culprits)),
    )


def _place_of(error: BaseException) -> str:
    """The innermost line in which it was raised, outside this program."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith((HERE, "<frozen")):
            place = " in {}, line {}".format(os.path.basename(file), trace.tb_lineno)  # noqa: PTH119
        trace = trace.tb_next
    return place


def _timed(subject: Subject, form: str) -> Dict[str, Any]:
    """Calls until they last long enough to be timed.

    The second call and later ones, because the first one warms up.
    """
    count = 1
    with output_caught():
        wall_ns, idle_ns = _spent_on(subject, form, count)
        while wall_ns < SHORTEST_TRIAL_NS and count <= 1 << 20:
            count *= 4
            wall_ns, idle_ns = _spent_on(subject, form, count)
        if wall_ns < LONG_TRIAL_NS:  # other programs make it longer only
            again = [_spent_on(subject, form, count) for _ in range(2)]
            wall_ns, idle_ns = min((wall_ns, idle_ns), *again)
    return {"call_ns": max(1.0, wall_ns / count), "wait_share": idle_ns / max(1, wall_ns)}


def _spent_on(subject: Subject, form: str, count: int) -> Tuple[int, int]:
    """Wall and waiting nanoseconds of some calls."""
    usage = ThreadUsage()
    call_repeatedly(subject, form, count)
    return usage.spent_ns()


class ThreadUsage:
    """What the calling thread does from now on.

    It has wall time, and the part of it in which the thread waits for something other than a core.
    """

    def __init__(self) -> None:
        self._start = self._read()

    @staticmethod
    def _read() -> Tuple[int, int, int]:
        return (
            perf_counter_ns(),
            thread_time_ns(),
            queued_ns("/proc/thread-self/schedstat"),
        )

    def spent_ns(self) -> Tuple[int, int]:
        """Wall and waiting nanoseconds since the start."""
        wall_ns, cpu_ns, queue_ns = (end - start for end, start in zip(self._read(), self._start))
        return wall_ns, max(0, wall_ns - cpu_ns - queue_ns)


def children_cpu_ns() -> int:
    """What child processes that have ended computed; 0 where the system does not say."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int((usage.ru_utime + usage.ru_stime) * 1e9)


def queued_ns(path: str) -> int:
    """How long a thread has waited for a core so far; 0 where the system does not say."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return int(file.read().split()[1])
    except (OSError, IndexError, ValueError):
        return 0


def pickling_cost(subject: Subject, results: List[Any]) -> Dict[str, Any]:
    """What handing one call and its result, if it has one, to another process costs.

    Timed both ways, in nanoseconds and bytes; ``problem`` where that cannot be.
    """
    if subject.compiled is not None:
        return {"args_ns": 0, "args_bytes": 0, "result_ns": 0, "result_bytes": 0}
    try:
        callable_and_arguments = (
            subject.callable,
            ((), {}) if subject.made_here else (subject.args, subject.kwargs),
        )
        args_ns, args_bytes = _there_and_back(callable_and_arguments)
    except Exception as error:
        return {"problem": "the call cannot be pickled: {}".format(describe_error(error))}
    try:
        result_ns, result_bytes = _there_and_back(results[0]) if results else (0, 0)
    except Exception as error:
        return {"problem": "the result cannot be pickled: {}".format(describe_error(error))}
    return {
        "args_ns": args_ns,
        "args_bytes": args_bytes,
        "result_ns": result_ns,
        "result_bytes": result_bytes,
    }


def _there_and_back(value: Any) -> Tuple[float, int]:
    times_ns = []
    for _ in range(3):
        start_ns = perf_counter_ns()
        packed = pickle.dumps(value)
        pickle.loads(packed)
        times_ns.append(perf_counter_ns() - start_ns)
        if times_ns[-1] > SHORTEST_TRIAL_NS:
            break
    return float(min(times_ns)), len(packed)


@contextmanager
def output_caught(count: bool = False) -> Iterator[List[int]]:
    """Keep what is written to standard output and error from those who read them.

    Args:
        count: Whether to count what C code and child processes write, too.

    Yields:
        A list whose item is how many bytes were written, in the end.
    """
    import io

    written = [0]
    sink: Any = _temporary_file() if count else open(os.devnull, "wb")  # noqa: PTH123, SIM115

    class Counted(io.TextIOBase):
        buffer = sink
        encoding = "utf-8"

        def write(self, text: str) -> int:
            written[0] += len(text.encode("utf-8", "replace"))
            return len(text)

        def fileno(self) -> int:
            return int(sink.fileno())

    copies = [os.dup(1), os.dup(2)]
    streams = sys.stdout, sys.stderr
    os.dup2(sink.fileno(), 1)
    os.dup2(sink.fileno(), 2)
    sys.stdout = sys.stderr = Counted()
    try:
        yield written
    finally:
        sys.stdout, sys.stderr = streams
        os.dup2(copies[0], 1)
        os.dup2(copies[1], 2)
        for copy in copies:
            os.close(copy)
        if count:
            sink.flush()
            written[0] += os.fstat(sink.fileno()).st_size
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
                os.dup2(nowhere.fileno(), sink.fileno())
        # It is not closed: what took the stream when it was imported writes to it later.


def _temporary_file() -> Any:
    import tempfile  # not above: it is more than a launch should load

    return tempfile.TemporaryFile()


def map_calls(request: Dict[str, Any]) -> Dict[str, Any]:
    """Have calls done in one way, in turn with the same calls one after another.

    Returns:
        ``failed`` where it cannot be done like this, in words; else ``start_ns`` and ``stop_ns`` of
        the workers and ``pairs``: the wall nanoseconds of serial calls and of as many calls by the
        workers, and the CPU nanoseconds that this process spent on either.
    """
    crew = mapping.Crew(
        request["workers"], request["call"], request["form"], request.get("start_method")
    )
    way = mapping.WAYS[request["strategy"]]
    try:
        with output_caught():
            return _map_calls(request, crew, way)
    except BaseException as error:  # SystemExit is a failure too
        return {"failed": describe_error(error).replace("\n", " ")}


def _map_calls(request: Dict[str, Any], crew: mapping.Crew, way: mapping.Way) -> Dict[str, Any]:
    finding.import_modules(crew.request)
    start_ns = perf_counter_ns()
    pairs = []
    with way.open(crew) as work:
        started_ns = perf_counter_ns()
        subject = finding.find(crew.request)
        plain = [Batch(request["serial_calls"], None)] * request["serial_batches"]
        batches = request["batches"]

        def do_serially() -> None:
            for batch in plain:
                call_repeatedly(subject, crew.form, batch.calls)

        def do_with_workers() -> None:
            if way.pickles:
                work([calling.pack(subject, request["calls"]) for _ in range(batches)])
            else:
                work([Batch(request["calls"], None)] * batches)

        if request["warm_up"]:
            do_with_workers()
            call_repeatedly(subject, crew.form, 1)
        for pair in range(request["pairs"]):
            serial, parallel = _in_order(pair % 2 == 1, do_serially, do_with_workers)
            pairs.append({"serial": serial, "parallel": parallel})
        if crew.request.get("same_result"):
            expected = calling.result_number(subject, crew.form)
            if expected is not None:
                work([Batch(1, None, expected)] * crew.workers)
        ended_ns = perf_counter_ns()
    stop_ns = perf_counter_ns() - ended_ns
    return {"start_ns": started_ns - start_ns, "stop_ns": stop_ns, "pairs": pairs}


def _in_order(
    reverse: bool, first: Callable[[], None], second: Callable[[], None]
) -> Tuple[Dict[str, int], Dict[str, int]]:
    if reverse:
        of_second = _clocked(second)
        return _clocked(first), of_second
    return _clocked(first), _clocked(second)


def _clocked(work: Callable[[], None]) -> Dict[str, int]:
    """Wall and CPU nanoseconds, and those for which this thread waited."""
    usage, cpu_ns = ThreadUsage(), process_time_ns()
    work()
    wall_ns, idle_ns = usage.spent_ns()
    return {"wall_ns": wall_ns, "cpu_ns": process_time_ns() - cpu_ns, "idle_ns": idle_ns}
