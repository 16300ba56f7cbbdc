"""How a function of the caller's session reaches the processes in which it is measured.

A function that stands in a file is imported there. One that was typed into a notebook is shipped as
source, with the imports, the functions and the plain values that it uses; what cannot be is shipped
by cloudpickle, where that is installed. Arguments are shipped as literals where they can be written
as such, and pickled otherwise.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gilbench.measure.targets.calls import CallSpec, function_spec
from gilbench.model import InputError, one_line

SESSION = "__main__"
OR_INSTALL = ", or install cloudpickle"
SHIPPED, ARGUMENTS = "session.py", "arguments.py"
LOADED = """import pickle

with open({path!r}, "rb") as file:
    loaded = pickle.load(file)


def {name}(*args, **kwargs):
    return loaded(*args, **kwargs)
"""
PICKLED = """import pickle


def make():
    with open({path!r}, "rb") as file:
        return pickle.load(file)
"""


def ship(
    func: Callable[..., object] | str, args: Sequence[Any], kwargs: Mapping[str, Any], folder: Path
) -> CallSpec:
    """Make a call available to other processes.

    Args:
        func: A function, or its name as ``gilbench advise`` takes it.
        args: Its positional arguments.
        kwargs: Its arguments by keyword.
        folder: Where files may be written; they are needed until the call was measured.

    Raises:
        InputError: The function or an argument exists in this session only.

    Returns:
        The call, which says how the function was shipped.
    """
    if not isinstance(func, str) and not callable(func):
        raise InputError(f"func is of type {type(func).__name__}; give a function or its name")
    if not isinstance(kwargs, Mapping) or not all(isinstance(key, str) for key in kwargs):
        raise InputError("kwargs is no dict with keys of text; give one, such as {'size': 3}")
    if not isinstance(args, list | tuple):
        raise InputError(f"args is of type {type(args).__name__}; give a tuple, such as (data,)")
    target, shipped = (func, "") if isinstance(func, str) else _shipped(func, folder)
    literal_args, literal_kwargs = _written(list(args)), _written(dict(kwargs))
    if literal_args is not None and literal_kwargs is not None:
        spec = function_spec(target, literal_args, literal_kwargs)
    elif args and kwargs:
        raise InputError("give either args or kwargs where they are no literals")
    else:
        spec = function_spec(target, setup=_setup_of(kwargs or args, folder))
    return replace(spec, shipped=shipped)


def _setup_of(arguments: Sequence[Any] | Mapping[str, Any], folder: Path) -> str:
    """Pickle arguments; returns the name of a function that loads them."""
    path = folder / "arguments.pickle"
    kept = dict(arguments) if isinstance(arguments, Mapping) else tuple(arguments)
    try:
        path.write_bytes(pickle.dumps(kept))
    except Exception as error:  # whatever the user's objects raise
        raise InputError(
            f"the arguments cannot be pickled ({_in_words(error)}); have the function create them"
        ) from error
    (folder / ARGUMENTS).write_text(PICKLED.format(path=str(path)), encoding="utf-8")
    return f"{folder / ARGUMENTS}:make"


def _shipped(func: Callable[..., object], folder: Path) -> tuple[str, str]:
    """The name of a function as ``gilbench advise`` takes it, and how it was shipped."""
    try:
        return _by_name_or_source(func, folder)
    except InputError:
        packed = _cloudpickled(func)
        if packed is None:
            raise
    name = str(getattr(func, "__name__", ""))
    name = name if name.isidentifier() else "function"
    path = folder / "function.pickle"
    path.write_bytes(packed)
    source = LOADED.format(path=str(path), name=name)
    (folder / SHIPPED).write_text(source, encoding="utf-8")
    return f"{folder / SHIPPED}:{name}", "shipped by cloudpickle"


def _cloudpickled(func: Callable[..., object]) -> bytes | None:
    """A function by value; None where cloudpickle is not installed or cannot do it either."""
    try:
        cloudpickle: Any = importlib.import_module("cloudpickle")
    except ImportError:
        return None
    try:
        return bytes(cloudpickle.dumps(func))
    except Exception:  # whatever the objects that it refers to raise
        return None


def _by_name_or_source(func: Callable[..., object], folder: Path) -> tuple[str, str]:
    """The same, without cloudpickle; raises InputError where there is no such way."""
    name = getattr(func, "__qualname__", "")
    module = getattr(func, "__module__", None)
    if not name or not module or isinstance(func, types.MethodType):
        raise InputError(
            f"{func!r} has no name that another process could import; give a function that calls "
            f"it{OR_INSTALL}"
        )
    if "<" in name:
        raise InputError(
            f"{name} cannot be imported by another process; "
            f"define it at the top level of a module or cell{OR_INSTALL}"
        )
    path = _source_file(func)
    if path is not None:
        return f"{path}:{name}", f"imported from {path}"
    if module != SESSION:
        return f"{module}:{name}", f"imported from {module}"
    names = {name}
    source = "\n\n".join(_sources(func, names))
    (folder / SHIPPED).write_text(source, encoding="utf-8")
    company = sorted(names - {name})
    shipped = "shipped as source" + (f", with {', '.join(company)}" if company else "")
    return f"{folder / SHIPPED}:{name}", shipped


def _source_file(func: Callable[..., object]) -> Path | None:
    """The file that a function stands in; None for built-in functions and those of a notebook."""
    try:
        path = inspect.getsourcefile(func)
    except TypeError:
        return None
    return Path(path).resolve() if path is not None and Path(path).is_file() else None


def _sources(func: Callable[..., object], shipped: set[str]) -> Iterator[str]:
    """The source of a function of this session, after that of everything that it uses."""
    try:
        source = textwrap.dedent(inspect.getsource(func))
    except (OSError, TypeError) as error:
        raise InputError(
            f"the source of {func.__qualname__} is not known; define it in a cell that does not "
            f"begin with %%, or write it into a file{OR_INSTALL}"
        ) from error
    function = inspect.unwrap(func)
    variables = function.__globals__ if inspect.isfunction(function) else {}
    for name in _names_used(function, source):
        if name in variables and name not in shipped:
            shipped.add(name)
            yield from _definitions(func.__qualname__, name, variables[name], shipped)
    yield source


def _names_used(function: Callable[..., object], source: str) -> list[str]:
    """The names that a function's definition and its body load, in the order of its source.

    Those of the body are the ones that are no local variables there or in what is defined within.
    """
    tree = ast.parse(source)
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    not_local = set(_global_names(function.__code__)) if inspect.isfunction(function) else set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = []
    at_definition = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [name for name in dict.fromkeys(names) if name in not_local | at_definition]


def _global_names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)


def _definitions(user: str, name: str, value: Any, shipped: set[str]) -> Iterator[str]:
    """Source that gives a name its value in another process."""
    if isinstance(value, types.ModuleType):
        yield f"import {value.__name__} as {name}"
        return
    module = getattr(value, "__module__", None)
    qualname = getattr(value, "__qualname__", "")
    if callable(value) and qualname.isidentifier() and module not in (None, SESSION):
        yield f"from {module} import {qualname} as {name}"
    elif inspect.isfunction(value) and qualname == name:
        yield from _sources(value, shipped)
    elif (written := _written(value)) is not None:
        yield f"{name} = {written}"
    else:
        raise InputError(
            f"{user} uses {name}, a {type(value).__name__} that exists in this session only; "
            f"hand it over as an argument, or write the function into a file{OR_INSTALL}"
        )


def _written(value: object) -> str | None:
    """A value as a literal of Python; None where it is no plain value.

    What an object says of itself is not asked: it may say anything.
    """
    try:
        return repr(value) if _is_plain(value) and ast.literal_eval(repr(value)) == value else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _is_plain(value: object) -> bool:
    """Whether a value is one that literals make, with everything in it."""
    if isinstance(value, dict):
        return type(value) is dict and all(map(_is_plain, (*value, *value.values())))
    if isinstance(value, list | tuple | set):
        return type(value) in (list, tuple, set) and all(map(_is_plain, value))
    return type(value) in (bool, bytes, complex, float, int, str, types.NoneType)


def _in_words(error: Exception) -> str:
    """An exception in one line; its type where it says nothing, or cannot."""
    try:
        return one_line(str(error)) or type(error).__name__
    except Exception:
        return type(error).__name__
