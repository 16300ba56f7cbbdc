"""Finds what a user wants called: a callable by its place, or a statement."""

import ast
import importlib
import importlib.util
import inspect
import os
import sys
import textwrap
import threading
import types
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from gilbench.target.unusable import Unusable

# "file" or None, "module", "attribute", "root": what goes onto the path for it or ""
Place = Dict[str, Any]

GIVE_ARGUMENTS = "give it arguments: --args '[…]', --kwargs '{…}', or --setup FILE.py:FUNCTION"

_importing = threading.RLock()


class Subject(NamedTuple):
    """What is called, and with what.

    ``callable`` is None for a statement, whose ``compiled`` takes the place of it. ``shown`` is how
    a call reads; ``findings`` are sentences on how it is called.
    """

    callable: Any
    args: Tuple[Any, ...]
    kwargs: Dict[str, Any]
    compiled: Optional[Callable[[], Any]]
    made_here: bool  # the arguments were made by a set-up in this worker: nothing is handed over
    shown: str
    findings: List[str]

    @property
    def function(self) -> Callable[..., Any]:
        """What is called: of a cached function the work itself, since a second call does none."""
        if self.compiled is not None:
            return self.compiled
        function: Callable[..., Any] = without_cache(self.callable)
        return function


def find(request: Dict[str, Any]) -> Subject:
    """Find what a request of the parent names.

    Args:
        request: ``statement`` with its ``statement_setup``; or ``target`` (a Place) with ``args``
            and ``kwargs`` as literals, and ``setup`` (a Place or None). Besides ``folders``, which
            the user's own Python would have on its path, and ``cwd``.

    Raises:
        Unusable: There is no such callable, or it cannot be called like this.
    """
    _enter(request)
    if request.get("statement") is not None:
        return _statement(request["statement_setup"], request["statement"])
    place = request["target"]
    found = _find_attribute(place)
    findings: List[str] = []
    args = tuple(ast.literal_eval(request["args"]))
    kwargs = dict(ast.literal_eval(request["kwargs"]))
    made_here = request.get("setup") is not None
    shown = _name(found, place["attribute"])
    if made_here:
        args, kwargs = _made(request["setup"])
        maker = request["setup"]["attribute"]
        findings.append("{} made its arguments, once per worker".format(maker))
        shown_args = "…"
    else:
        found = _bound(found, place, findings)
        shown_args = ", ".join(
            [_short(each) for each in args] + ["{}={}".format(k, _short(kwargs[k])) for k in kwargs]
        )
    if not callable(found):
        raise Unusable(
            "{} is no callable but of type {}; name a function".format(shown, type(found).__name__)
        )
    _check_arguments(found, shown, args, kwargs)
    if without_cache(found) is not found:
        findings.append(
            "it is cached: what is measured is the work behind the cache, every call of it"
        )
    return Subject(
        found, args, kwargs, None, made_here, "{}({})".format(shown, shown_args), findings
    )


def import_modules(request: Dict[str, Any]) -> None:
    """Import what a request names, and call nothing.

    A program has done so before it starts workers.
    """
    _enter(request)
    for place in (request.get("target"), request.get("setup")):
        if place is not None:
            _import(place)


def _enter(request: Dict[str, Any]) -> None:
    """Have the folder, the path and the arguments that the user's own Python would have."""
    os.chdir(request["cwd"])
    _extend_path(request["folders"])
    place = request.get("target") or {}
    sys.argv[:] = [place.get("file") or ""]


def _extend_path(folders: List[str]) -> None:
    """Put folders behind this program's own and before all others.

    The user's own Python would have them there.
    """
    missing = [folder for folder in folders if folder not in sys.path]
    sys.path[1:1] = missing


def _find_attribute(place: Place) -> Any:
    module = _import(place)
    found: Any = module
    done: List[str] = []
    for name in place["attribute"].split("."):
        if not hasattr(found, name):
            owner = ".".join(done) or place["module"]
            raise Unusable("{} has no {!r}; it has: {}".format(owner, name, _callables_of(found)))
        found = getattr(found, name)
        done.append(name)
    return found


def _callables_of(owner: Any) -> str:
    names = []
    for name, value in list(vars(owner).items()):
        if (
            callable(value)
            and not name.startswith("_")
            and getattr(value, "__module__", None) == owner.__name__
        ):
            names.append(name)
    return ", ".join(names[:12]) or "no function"


def _import(place: Place) -> types.ModuleType:
    """Import a module under its real name, so that a process which is spawned finds it too."""
    with _importing:  # workers that are threads find at the same time
        return _import_once(place)


def _import_once(place: Place) -> types.ModuleType:
    file, name = place["file"], place["module"]
    if place["root"]:
        _extend_path([place["root"]])
    if file is None:
        return importlib.import_module(name)
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if (
        spec is not None
        and spec.origin
        and _same_file(spec.origin, file)
        and name not in sys.modules
    ):
        return importlib.import_module(name)
    loaded = sys.modules.get(name)
    if loaded is not None and _same_file(getattr(loaded, "__file__", None) or "", file):
        return loaded
    return _load_file(name, file)


def _load_file(name: str, file: str) -> types.ModuleType:
    """Load a file whose name means another module, or cannot be imported."""
    if name in sys.modules:
        name = "user_" + name
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise Unusable("{} is no Python file; give FILE.py:FUNCTION".format(file))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _same_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _bound(found: Any, place: Place, findings: List[str]) -> Any:
    """A method of a class on an instance, where the class makes one without arguments."""
    owner_name, _, name = place["attribute"].rpartition(".")
    if not owner_name or not inspect.isfunction(found):
        return found
    owner = _find_attribute(dict(place, attribute=owner_name))
    if not inspect.isclass(owner) or isinstance(
        inspect.getattr_static(owner, name), (staticmethod, classmethod)
    ):
        return found
    try:
        instance = owner()
    except Exception as error:
        raise Unusable(
            "{}() cannot be made without arguments ({}); "
            "give --setup FILE.py:FUNCTION that returns "
            "the instance".format(owner_name, error)
        ) from error
    findings.append("the method is called on {}(), made once per worker".format(owner_name))
    return getattr(instance, name)


def _made(place: Place) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """What a set-up returns, as arguments.

    A tuple are the positional ones, a dict the ones by keyword, anything else is the only one.
    """
    made = _find_attribute(place)()
    if isinstance(made, tuple):
        return made, {}
    if isinstance(made, dict) and all(isinstance(key, str) for key in made):
        return (), made
    return (made,), {}


def _check_arguments(found: Any, shown: str, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):  # built-ins may have none
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        raise Unusable("{}{}: {}; {}".format(shown, signature, error, GIVE_ARGUMENTS)) from error


def without_cache(found: Any) -> Any:
    """The work behind a cached function; anything else as it is."""
    return (
        found.__wrapped__
        if hasattr(found, "cache_info") and hasattr(found, "__wrapped__")
        else found
    )


def _name(found: Any, attribute: str) -> str:
    return attribute or getattr(found, "__qualname__", repr(found))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:36] + "…" + text[-1]


def _statement(setup: str, statement: str) -> Subject:
    """A statement as a function of its set-up's names, which it may assign to."""
    namespace: Dict[str, Any] = {"__name__": "gilbench_statement"}
    try:
        exec(compile(setup, "<setup>", "exec"), namespace)
        assigned = _assigned_names(statement)
        shared = sorted(assigned & set(namespace))
        declared = "global {}\n".format(", ".join(shared)) if shared else ""
        source = "def statement():\n" + textwrap.indent(declared + statement, "    ") + "\n"
        exec(compile(source, "<statement>", "exec"), namespace)
    except SyntaxError as error:
        raise Unusable(
            "{} is no valid Python: {}".format((error.text or statement).strip(), error.msg)
        ) from error
    return Subject(None, (), {}, namespace["statement"], True, _short_statement(statement), [])


def _assigned_names(statement: str) -> Any:
    tree = ast.parse(statement)
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }


def _short_statement(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= 60 else line[:57] + "…"
