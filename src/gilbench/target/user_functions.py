"""A function of the user as a workload: finds it, checks how it is called, makes a task of it."""

import contextlib
import importlib
import os
import sys
import zlib
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional

from gilbench.target.registry import Workload

MODULE_PREFIX = "gilbench_user_"  # of the modules that are made from files
# Flags of code objects; ``inspect`` names them, but is more than a launch should load.
GENERATOR = 0x20
COROUTINE = 0x80
ASYNC_GENERATOR = 0x200

Task = Callable[[int, Dict[str, Any]], int]


class Unusable(Exception):
    """The function cannot be measured; the message says why and what to change."""


def workload(
    name: str, file: Optional[str], source: Optional[str], module: str, function: str, folder: str
) -> Workload:
    """The workload that a run's target bundle registers for a spec.

    Args:
        name: The name that the workload has in the run.
        file: The user's file; None to import ``module`` instead.
        source: The bundle's copy of ``file``, so that an edit during the run changes nothing.
        module: The full name of a module, where there is no file.
        function: The function to measure; "" for the file's WORKLOAD or else its ``task``.
        folder: Appended to the path: modules in the file's folder can be imported, and none can
            take the place of the standard library's.

    Raises:
        Unusable: There is no such function, or it cannot be called as a task.
    """
    if folder not in sys.path:
        sys.path.append(folder)
    _extend_gilbench_path()
    if file is None:
        user_module = importlib.import_module(module)
    else:
        assert source is not None
        user_module = _load_module(name, file, source)
    declared = getattr(user_module, "WORKLOAD", None)
    if not function and declared is not None:
        if not isinstance(declared, Workload):
            raise Unusable("its WORKLOAD is no Workload; write WORKLOAD = Workload(...), or define task(index, params)")
        return declared._replace(name=name, task=_integers_only(declared.task))
    return _workload_of_function(name, user_module, function or "task")


def _extend_gilbench_path() -> None:
    """Let the user's function import the rest of gilbench from where it is installed.

    The target bundle holds ``gilbench.target`` only and comes first. A function needs the rest when
    gilbench is compared with another version of itself.
    """
    search_path = sys.modules["gilbench"].__path__
    for folder in sys.path:
        # pathlib is more than a launch should load.
        package = os.path.join(folder or os.curdir, "gilbench")  # noqa: PTH118
        if os.path.isdir(package) and package not in search_path:  # noqa: PTH112
            search_path.append(package)


def _load_module(name: str, file: str, source: str) -> ModuleType:
    module = ModuleType(MODULE_PREFIX + name.replace("-", "_"))
    module.__file__ = file
    sys.modules[module.__name__] = module  # where dataclasses and pickle look a class's module up
    with open(source, "rb") as copy:  # noqa: PTH123 - as above
        code = compile(copy.read(), file, "exec")
    exec(code, module.__dict__)
    return module


def _workload_of_function(name: str, module: ModuleType, attribute: str) -> Workload:
    function = getattr(module, attribute, None)
    if function is None:
        raise Unusable(
            "it defines no {}; define task(index, params), or name a function: FILE.py:FUNCTION".format(attribute)
        )
    docstring = (getattr(function, "__doc__", None) or "").strip()
    summary = docstring.splitlines()[0] if docstring else "{}, a function of the user".format(attribute)
    return Workload(
        name=name,
        kind="cpu",
        summary=summary,
        task=_repeated(function, attribute, dict(getattr(module, "PARAMS", {}))),
        defaults={"size": 1},
        size_unit="calls",
        size_step=1,
    )


def _repeated(function: Any, attribute: str, module_params: Dict[str, Any]) -> Task:
    """A task of ``size`` calls, which are given as many of the index and the module's PARAMS as the
    function takes."""
    argument_count = _argument_count(function, attribute)

    def task(index: int, params: Dict[str, Any]) -> int:
        arguments = (index, module_params)[:argument_count]
        value = None
        for _ in range(params["size"]):
            value = function(*arguments)
        return number(value)

    return task


def _argument_count(function: Any, attribute: str) -> int:
    """How many positional arguments the function needs."""
    code = getattr(function, "__code__", None)
    if code is None:
        raise Unusable(
            "{0} is no Python function; wrap it in one: def task(index, params): return {0}(...)".format(attribute)
        )
    if code.co_flags & (COROUTINE | ASYNC_GENERATOR):
        raise Unusable(
            "{} is async; give a plain function, or WORKLOAD = Workload(..., task_async=...)".format(attribute)
        )
    if code.co_flags & GENERATOR:
        raise Unusable(
            "{} is a generator, and calling one runs none of it; iterate over it in a function".format(attribute)
        )
    needed = code.co_argcount - len(function.__defaults__ or ())
    if needed > 2 or code.co_kwonlyargcount > len(function.__kwdefaults__ or {}):
        raise Unusable("{} takes more than (index, params); wrap it in a function that does not".format(attribute))
    return int(needed)


def _integers_only(task: Callable[[int, Dict[str, Any]], Any]) -> Task:
    """The task of a declared WORKLOAD, with an error here instead of in a sum far away where it
    returns no integer."""

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

    Args:
        value: What a function returned. An integer stands for itself, what has a buffer (bytes,
            arrays) for its bytes, a container for what it contains.

    Raises:
        Unusable: Nothing but the address of the value, or of a part of it, is known.
    """
    if isinstance(value, int):
        return value
    if isinstance(value, (set, frozenset)):  # in no order
        return sum(number(part) for part in value)
    if isinstance(value, dict):
        keys_and_values: List[Any] = []
        for pair in value.items():
            keys_and_values.extend(pair)
        value = keys_and_values
    if isinstance(value, (list, tuple)):
        return zlib.crc32(repr([number(part) for part in value]).encode("ascii"))
    return zlib.crc32(_bytes_of(value))


def _bytes_of(value: Any) -> bytes:
    with contextlib.suppress(TypeError, ValueError, BufferError):
        return memoryview(value).tobytes()
    text = repr(value)
    if " at 0x" in text:
        raise Unusable(
            "it returns something of type {}, of which only the address is known; return a number or a text".format(
                type(value).__name__
            )
        )
    return text.encode("utf-8", "backslashreplace")
