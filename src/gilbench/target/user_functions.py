"""A function of the user as a workload: finds it, checks how it is called, makes a task of it."""

import importlib
import os
import sys
from types import ModuleType
from typing import Any, Callable, Dict, List, Optional, Tuple

from gilbench.target.registry import Workload
from gilbench.target.unusable import Unusable

MODULE_PREFIX = "gilbench_user_"  # of modules whose own name means another one
SUMMARY = "{}, a function of the user"

# The parameters without a default that a function may have.
CALLED_WITH = ((), ("index",), ("index", "params"))
ADVISE = "give it arguments: --args '[…]', --setup FILE.py:FUNCTION, or def task(index, params)"

INSTALLED = ("site-packages", "dist-packages")  # the ends of folders with installed packages

loaded_files: List[str] = []  # of the user, of which modules were made
Task = Callable[[int, Dict[str, Any]], int]
Prepare = Callable[[Dict[str, Any]], None]
ArgumentsOf = Callable[[int, Dict[str, Any]], Tuple[Any, ...]]


def workload(
    name: str,
    file: Optional[str],
    source: Optional[str],
    module: str,
    function: str,
    folder: str,
    request: Optional[Dict[str, Any]] = None,
    same_result: bool = False,
    like_python: Optional[Dict[str, Any]] = None,
) -> Workload:
    """The workload that a run's target bundle registers for a spec.

    Args:
        name: The name that the workload has in the run.
        file: The user's file; None to import ``module`` instead.
        source: The bundle's copy of ``file``, so that an edit during the run changes nothing.
        module: The full name of a module, where there is no file.
        function: The function to measure; "" for the file's WORKLOAD or else its ``task``.
        folder: Put onto the path behind the standard library: modules in the file's folder can be
            imported, and none can take its place.
        request: What a call is, where it has arguments or is a statement; None for the index and
            PARAMS.
        same_result: Whether the results of its calls are compared; those of a WORKLOAD are always.
        like_python: The working folder ``cwd`` and the ``python_path`` of the user, whose modules
            come before installed packages; None to prefer what is installed.

    Raises:
        Unusable: There is no such function, or it cannot be called as a task.
    """
    if like_python is not None:
        _enter(folder, file, **like_python)
    elif folder not in sys.path:
        sys.path.append(folder)
    _extend_gilbench_path()
    if request is not None:
        found = _workload_of_request(name, request, compared=same_result)
    else:
        user_module = (
            _load_module(name, file, source)
            if file is not None and source is not None
            else importlib.import_module(module)
        )
        found = _workload_in(name, user_module, function, compared=same_result)
    return found._replace(prepare=_silencing(found.prepare))


def _enter(folder: str, file: Optional[str], cwd: str, python_path: List[str]) -> None:
    """Have the working folder, the path and the arguments that the user's own Python would have."""
    os.chdir(cwd)
    sys.argv[:] = [file or ""]
    if python_path:
        os.environ["PYTHONPATH"] = os.pathsep.join(python_path)  # for what it starts
    place = 0
    while place < len(sys.path) and not sys.path[place].endswith(INSTALLED):
        place += 1
    first = folder if file is None else _place_in_packages(file)[0]
    wanted = dict.fromkeys([first, folder, *python_path])
    sys.path[place:place] = [each for each in wanted if each not in sys.path]


def _silencing(prepare: Optional[Prepare]) -> Prepare:
    """What prepares a round; of a workload that prints, it has the output go nowhere.

    That of all rounds would fill the file that keeps the last words of a launch.
    """

    def prepared(params: Dict[str, Any]) -> None:
        if params.get("silent"):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            os.close(nowhere)
        if prepare is not None:
            prepare(params)

    return prepared


def _workload_in(name: str, user_module: ModuleType, function: str, *, compared: bool) -> Workload:
    """The WORKLOAD that a module declares, or one of its functions as a workload."""
    declared = getattr(user_module, "WORKLOAD", None)
    if not function and declared is not None:
        if not isinstance(declared, Workload):
            raise Unusable(
                "its WORKLOAD is no Workload; write WORKLOAD = Workload(...), "
                "or define task(index, params)"
            )
        return declared._replace(name=name, task=_integers_only(declared.task))
    return _workload_of_function(name, user_module, function or "task", compared=compared)


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

    folder, name = _place_in_packages(file)
    if folder not in sys.path:
        sys.path.append(folder)
    if name in sys.modules:
        return ""
    try:
        spec = importlib.util.find_spec(name)
    except Exception:  # whatever the packages around it raise
        return ""
    return name if spec is not None and spec.origin == file else ""


def _place_in_packages(file: str) -> Tuple[str, str]:
    """The folder from which a file is imported, and its full name there."""
    folder, base = os.path.split(file)
    parts = [base[: -len(".py")]]
    while os.path.isfile(os.path.join(folder, "__init__.py")):  # noqa: PTH113, PTH118
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    return folder, ".".join(parts)


def _workload_of_function(
    name: str, module: ModuleType, attribute: str, *, compared: bool
) -> Workload:
    from gilbench.target.calls.finding import Subject, without_cache
    from gilbench.target.calls.task import CallTask, workload_of_calls

    function = without_cache(_find_attribute(module, attribute))
    docstring = (getattr(function, "__doc__", None) or "").strip()
    summary = docstring.splitlines()[0] if docstring else SUMMARY.format(attribute)
    params = dict(getattr(module, "PARAMS", {}))
    arguments_of = _arguments_wanted(function, attribute)
    subject = Subject(function, (), {}, None, False, attribute, [])
    task = CallTask(lambda: subject, lambda index: arguments_of(index, params), compared)
    return workload_of_calls(name, summary, task)


def _workload_of_request(name: str, request: Dict[str, Any], *, compared: bool) -> Workload:
    from gilbench.target.calls import finding
    from gilbench.target.calls.task import CallTask, workload_of_calls

    called = SUMMARY.format((request.get("target") or {}).get("attribute"))
    if request.get("statement") is not None:
        called = " ".join(request["statement"].split())
    return workload_of_calls(name, called, CallTask(lambda: finding.find(request), None, compared))


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
