"""A function of the user as a workload: finds it, makes a task of it, and tries it before anything
is measured."""

import contextlib
import importlib
import os
import sys
import time
import zlib
from types import ModuleType
from typing import Any, Callable, Dict, Iterator, List, Optional

from gilbench.target import registry
from gilbench.target.description import describe_workload
from gilbench.target.registry import Workload
from gilbench.target.rounds import describe_error

LONGEST_CALL_S = 1.0  # some 50 calls make a round, and some hundred rounds a case
TRIED_S = 0.02  # of calls: CPU time is counted more coarsely than wall time on some systems


try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


class Unusable(Exception):
    """The function cannot be measured; the message says why and what to change."""


def workload(
    name: str, file: Optional[str], source: Optional[str], module: str, function: str, folder: str
) -> Workload:
    """The workload that a run's target bundle registers for a spec.

    ``source`` is the bundle's copy of ``file``, so that an edit during the run changes nothing.
    ``folder`` comes last on the path: modules beside the file can be imported, and none can take the
    place of the standard library's.
    """
    if folder not in sys.path:
        sys.path.append(folder)
    _see_gilbench_installed()
    if file is None:
        found = importlib.import_module(module)
    else:
        assert source is not None
        found = _module_of(name, file, source)
    declared = getattr(found, "WORKLOAD", None)
    if not function and declared is not None:
        if not isinstance(declared, Workload):
            raise Unusable("its WORKLOAD is no Workload; write WORKLOAD = Workload(...), or define task(index, params)")
        return declared._replace(name=name, task=_integers_only(declared.task))
    return _of_function(name, found, function or "task")


def _see_gilbench_installed() -> None:
    """Let the user's function import the rest of gilbench where it is installed.

    The target bundle holds ``gilbench.target`` only and comes first. A function needs the rest when
    gilbench is compared with another version of itself.
    """
    seen = sys.modules["gilbench"].__path__
    for place in sys.path:
        installed = os.path.join(place or os.curdir, "gilbench")  # noqa: PTH118 - pathlib is more than a launch should load
        if os.path.isdir(installed) and installed not in seen:  # noqa: PTH112
            seen.append(installed)


def _module_of(name: str, file: str, source: str) -> ModuleType:
    made = ModuleType("gilbench_own_" + name.replace("-", "_"))
    made.__file__ = file
    sys.modules[made.__name__] = made  # where dataclasses and pickle look a class's module up
    with open(source, "rb") as copy:  # noqa: PTH123 - as above
        code = compile(copy.read(), file, "exec")
    exec(code, made.__dict__)
    return made


def _of_function(name: str, module: ModuleType, attribute: str) -> Workload:
    function = getattr(module, attribute, None)
    if function is None:
        raise Unusable(
            "it defines no {}; define task(index, params), or name a function: FILE.py:FUNCTION".format(attribute)
        )
    summary = (getattr(function, "__doc__", None) or "").strip().splitlines()
    return Workload(
        name=name,
        kind="cpu",
        summary=summary[0] if summary else "{} of the user's own".format(attribute),
        task=_repeated(function, attribute, dict(getattr(module, "PARAMS", {}))),
        defaults={"size": 1},
        size_unit="calls",
        size_step=1,
    )


def _repeated(function: Any, attribute: str, own_params: Dict[str, Any]) -> Callable[[int, Dict[str, Any]], int]:
    """A task of ``size`` calls, given the index and the module's PARAMS as far as the function takes arguments."""
    wanted = _positional(function, attribute)

    def task(index: int, params: Dict[str, Any]) -> int:
        arguments = (index, own_params)[:wanted]
        value = None
        for _ in range(params["size"]):
            value = function(*arguments)
        return number(value)

    return task


def _positional(function: Any, attribute: str) -> int:
    """How many arguments the function needs; a launch does without ``inspect``, which is large."""
    code = getattr(function, "__code__", None)
    if code is None:
        raise Unusable(
            "{} is no Python function; wrap it in one: def task(index, params): return {}(...)".format(
                attribute, attribute
            )
        )
    if code.co_flags & 0x80 or code.co_flags & 0x200:  # a coroutine, or a generator of them
        raise Unusable(
            "{} is async; give a plain function, or WORKLOAD = Workload(..., task_async=...)".format(attribute)
        )
    if code.co_flags & 0x20:
        raise Unusable(
            "{} is a generator, which does nothing when it is called; go through it in a function".format(attribute)
        )
    needed = code.co_argcount - len(function.__defaults__ or ())
    if needed > 2 or code.co_kwonlyargcount > len(function.__kwdefaults__ or {}):
        raise Unusable("{} takes more than (index, params); wrap it in a function that does not".format(attribute))
    return int(needed)


def _integers_only(task: Callable[[int, Dict[str, Any]], Any]) -> Callable[[int, Dict[str, Any]], int]:
    """The task of a declared WORKLOAD as it is; one that returns anything else would fail in a sum, far from here."""

    def checked(index: int, params: Dict[str, Any]) -> int:
        value = task(index, params)
        if not isinstance(value, int):
            raise Unusable(
                "task returned {}, not an integer; return a number that depends on the work".format(
                    type(value).__name__
                )
            )
        return value

    return checked


def number(value: Any) -> int:
    """An integer that is the same for equal results in every process and on every target.

    Integers stand for themselves; what has a buffer (bytes, arrays) for its bytes; containers for what they contain.
    Unusable where there is none.
    """
    if isinstance(value, int):
        return value
    if isinstance(value, (set, frozenset)):  # in no order
        return sum(number(part) for part in value)
    if isinstance(value, dict):
        value = [part for pair in value.items() for part in pair]
    if isinstance(value, (list, tuple)):
        return zlib.crc32(repr([number(part) for part in value]).encode("ascii"))
    return zlib.crc32(_bytes_of(value))


def _bytes_of(value: Any) -> bytes:
    with contextlib.suppress(TypeError, ValueError, BufferError):
        return memoryview(value).tobytes()
    shown = repr(value)
    if " at 0x" in shown:
        raise Unusable(
            "it returns something of type {}, of which only the address is known; return a number or a text".format(
                type(value).__name__
            )
        )
    return shown.encode("utf-8", "backslashreplace")


def check(name: str) -> Dict[str, Any]:
    """Try a workload of the user's own: ``{"problem": ...}`` where it cannot be measured, or what it is like.

    ``call_s`` is the shortest time of a task of the smallest size, ``cpu_share`` the most CPU seconds a wall second
    that one used, ``waits`` whether every one of them waited for something, ``result`` what task 0 comes to.
    """
    try:
        return _tried(_loaded(name))
    except Unusable as error:
        return {"problem": str(error)}
    except ModuleNotFoundError as error:
        return {"problem": "it imports {}".format(error.name), "missing": error.name}
    except BaseException as error:  # SystemExit is a failure too
        return {"problem": "it raised {}{}".format(describe_error(error), _place(error))}


def _loaded(name: str) -> Workload:
    try:
        found: Workload = registry.load("workload", name)
    except registry.RegistryError as error:
        cause = error.__cause__
        if isinstance(cause, SyntaxError):
            raise Unusable(_syntax(cause)) from error
        raise (error if cause is None else cause) from error
    return found


def _syntax(error: SyntaxError) -> str:
    return "line {} is no valid Python {}.{}: {}".format(error.lineno, *sys.version_info[:2], error.msg)


def _place(error: BaseException) -> str:
    """The line of the user's own file in which something was raised, the innermost."""
    line, frame = "", error.__traceback__
    while frame is not None:
        if str(frame.tb_frame.f_globals.get("__name__", "")).startswith("gilbench_own_"):
            line = " in line {}".format(frame.tb_lineno)
        frame = frame.tb_next
    return line


def _tried(entry: Workload) -> Dict[str, Any]:
    params = dict(entry.defaults)
    if entry.size_step:
        params["size"] = entry.size_step
    if entry.prepare is not None:
        entry.prepare(params)
    with _output_watched() as printed:
        results = [_timed(entry, index, params) for index in (0, 0, 1)]
    if printed:
        raise Unusable("it prints, which takes time and locks; take the printing out of what is measured")
    call_s = min(results, key=lambda one: one["wall_s"])["wall_s"]
    if call_s > LONGEST_CALL_S:
        raise Unusable("one call takes {:.1f} s; give it less to do, {:g} s at most".format(call_s, LONGEST_CALL_S))
    first, again = results[0]["value"], results[1]["value"]
    if first != again:
        raise Unusable(
            "its result differs between calls ({}, then {}); "
            "return a result that follows from its arguments alone".format(first, again)
        )
    while sum(one["wall_s"] for one in results) < TRIED_S:
        results.append(_timed(entry, 0, params))
    return {
        "entry": describe_workload(entry),
        "asynchronous": entry.task_async is not None,
        "call_s": min(one["wall_s"] for one in results),
        # Other programs only ever take CPU time away, and what they take is no wait of the function's own.
        "cpu_share": max(one["cpu_s"] / one["wall_s"] for one in results),
        "waits": min(one["waits"] for one in results) > 0,
        "result": first,
    }


def _timed(entry: Workload, index: int, params: Dict[str, Any]) -> Dict[str, Any]:
    waits = _waits()
    start_s, cpu_start_s = time.perf_counter(), time.process_time()
    value = entry.task(index, params)
    cpu_s, wall_s = time.process_time() - cpu_start_s, time.perf_counter() - start_s
    return {"value": value, "wall_s": max(wall_s, 1e-9), "cpu_s": cpu_s, "waits": _waits() - waits}


def _waits() -> int:
    """How often this process gave up its core by itself so far, to wait; it counts up where nobody counts."""
    if resource is None:
        return time.perf_counter_ns()
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw)


@contextlib.contextmanager
def _output_watched() -> Iterator[List[int]]:
    """Fills with the number of bytes that went to standard output meanwhile, if any, from Python or from C."""
    import tempfile

    written: List[int] = []
    kept = os.dup(1)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        try:
            yield written
        finally:
            sys.stdout.flush()
            os.dup2(kept, 1)
            os.close(kept)
            size = os.fstat(file.fileno()).st_size
            if size:
                written.append(size)
