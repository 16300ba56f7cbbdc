"""A function of the user as a workload: finds it, checks how it is called, makes a task of it."""

import importlib
import os
import sys
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Tuple

from gilbench.target.registry import Workload
from gilbench.target.result_numbers import number_of_parts
from gilbench.target.unusable import Unusable

MODULE_PREFIX = "gilbench_user_"  # of modules whose own name means another one
# Flags of code objects; ``inspect`` names them, but is more than a launch should load.
GENERATOR = 0x20
COROUTINE = 0x80
ASYNC_GENERATOR = 0x200

# The parameters without a default that a function may have.
CALLED_WITH = ((), ("index",), ("index", "params"))
ADVISE = "give it arguments: --args '[…]', --setup FILE.py:FUNCTION, or def task(index, params)"

loaded_files: List[str] = []  # of the user, of which modules were made
Task = Callable[[int, Dict[str, Any]], int]
ArgumentsOf = Callable[[int, Dict[str, Any]], Tuple[Any, ...]]


def workload(
    name: str,
    file: Optional[str],
    source: Optional[str],
    module: str,
    function: str,
    folder: str,
    request: Optional[Dict[str, Any]] = None,
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
        request: What a call is, where it has arguments; None for the index and PARAMS.

    Raises:
        Unusable: There is no such function, or it cannot be called as a task.
    """
    if folder not in sys.path:
        sys.path.append(folder)
    _extend_gilbench_path()
    if request is not None:
        from gilbench.target.calls.task import workload_of_call

        return workload_of_call(name, request)
    if file is None:
        user_module = importlib.import_module(module)
    else:
        assert source is not None
        user_module = _load_module(name, file, source)
    declared = getattr(user_module, "WORKLOAD", None)
    if not function and declared is not None:
        if not isinstance(declared, Workload):
            raise Unusable(
                "its WORKLOAD is no Workload; write WORKLOAD = Workload(...), "
                "or define task(index, params)"
            )
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
    """A module made from a copy of a file, under the file's own name where that can be."""
    module = ModuleType(_importable_name(file) or MODULE_PREFIX + name.replace("-", "_"))
    module.__file__ = file
    module.__package__ = module.__name__.rpartition(".")[0]  # for relative imports
    sys.modules[module.__name__] = module  # where dataclasses and pickle look a class's module up
    loaded_files.append(file)
    with open(source, "rb") as copy:  # noqa: PTH123 - as above
        code = compile(copy.read(), file, "exec")
    exec(code, module.__dict__)
    return module


def _importable_name(file: str) -> str:
    """The full name by which child processes that are spawned import a file; "" for none.

    Packages around it are imported, and their folder is appended to the path.
    """
    import importlib.util

    folder, base = os.path.split(file)
    parts = [base[: -len(".py")]]
    while os.path.isfile(os.path.join(folder, "__init__.py")):  # noqa: PTH113, PTH118
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    if folder not in sys.path:
        sys.path.append(folder)
    name = ".".join(parts)
    if name in sys.modules:
        return ""
    try:
        spec = importlib.util.find_spec(name)
    except Exception:  # whatever the packages around it raise
        return ""
    return name if spec is not None and spec.origin == file else ""


def _workload_of_function(name: str, module: ModuleType, attribute: str) -> Workload:
    function = _find_attribute(module, attribute)
    docstring = (getattr(function, "__doc__", None) or "").strip()
    summary = (
        docstring.splitlines()[0] if docstring else "{}, a function of the user".format(attribute)
    )
    params = dict(getattr(module, "PARAMS", {}))
    arguments_of = _arguments_wanted(function, attribute)
    repeated = _repeated(function, attribute, arguments_of, params)

    def subject() -> Any:
        from gilbench.target.calls.finding import Subject  # more than a round should load

        return Subject(function, arguments_of(0, params), {}, None, False, attribute, [])

    asynchronous = _flags(function) & COROUTINE
    return Workload(
        name=name,
        kind="cpu",
        summary=summary,
        task=_run_to_its_end(repeated) if asynchronous else repeated,
        defaults={"size": 1},
        size_unit="calls",
        size_step=1,
        task_async=repeated if asynchronous else None,
        subject=subject,
    )


def _find_attribute(module: ModuleType, attribute: str) -> Any:
    """A function of a module, or a method on an instance that its class makes without arguments."""
    owner: Any = None
    found: Any = module
    for part in attribute.split("."):
        owner, found = found, getattr(found, part, None)
        if found is None:
            remedy = "define task(index, params), or name a function: FILE.py:FUNCTION"
            raise Unusable("it defines no {}; {}".format(attribute, remedy))
    if isinstance(owner, type) and hasattr(found, "__code__") and not hasattr(found, "__self__"):
        if isinstance(owner.__dict__.get(attribute.rpartition(".")[2]), staticmethod):
            return found
        try:
            found = getattr(owner(), attribute.rpartition(".")[2])
        except TypeError as error:
            raise Unusable("{}; {}".format(error, ADVISE)) from error
    return found


def _flags(function: Any) -> int:
    """The flags of a Python function's code; 0 for other callables."""
    flags: int = getattr(getattr(function, "__code__", None), "co_flags", 0)
    return flags


def _repeated(
    function: Any, attribute: str, arguments_of: ArgumentsOf, module_params: Dict[str, Any]
) -> Any:
    """A task of ``size`` calls.

    Each is given as many of the index and the module's PARAMS as the function takes.
    """
    flags = _flags(function)
    if flags & ASYNC_GENERATOR:
        raise Unusable("{} is an asynchronous generator; add --args '[]'".format(attribute))

    def task(index: int, params: Dict[str, Any]) -> int:
        arguments = arguments_of(index, module_params)
        value = None
        for _ in range(params["size"]):
            value = function(*arguments)
            if flags & GENERATOR:
                value = list(value)
        return number_of_parts(value)

    async def task_async(index: int, params: Dict[str, Any]) -> int:
        arguments = arguments_of(index, module_params)
        value = None
        for _ in range(params["size"]):
            value = await function(*arguments)
        return number_of_parts(value)

    return task_async if flags & COROUTINE else task


def _run_to_its_end(task_async: Any) -> Task:
    def task(index: int, params: Dict[str, Any]) -> int:
        import asyncio

        done: int = asyncio.run(task_async(index, params))
        return done

    return task


def _arguments_wanted(function: Any, attribute: str) -> ArgumentsOf:
    """What gives the arguments of a call: none, the index, or the index and the module's PARAMS.

    A function that needs anything else is not called with the index by surprise.
    """
    if not callable(function):
        raise Unusable("{} is not callable; name a function".format(attribute))
    code = getattr(function, "__code__", None)
    if code is None:
        _check_no_arguments(function, attribute)
        return lambda *_: ()
    first = 1 if hasattr(function, "__self__") else 0
    needed = code.co_varnames[first : code.co_argcount - len(function.__defaults__ or ())]
    if code.co_kwonlyargcount > len(function.__kwdefaults__ or {}) or needed not in CALLED_WITH:
        raise Unusable(
            "{} takes more than (index, params): {}; {}".format(
                attribute, ", ".join(needed) or "by keyword", ADVISE
            )
        )
    return lambda index, params: (index, params)[: len(needed)]


def _check_no_arguments(function: Any, attribute: str) -> None:
    """Check that what is no Python function can be called without arguments, where it tells."""
    import inspect  # not above: it is more than a launch should load

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind()
    except TypeError as error:
        raise Unusable("{}{}: {}; {}".format(attribute, signature, error, ADVISE)) from error


def _integers_only(task: Callable[[int, Dict[str, Any]], Any]) -> Task:
    """The task of a declared WORKLOAD, checked where it returns.

    If that is no integer, the error is raised here and not in a sum far away.
    """

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
