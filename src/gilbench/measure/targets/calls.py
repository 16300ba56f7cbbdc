"""What a user wants called, as a launch is given it.

Finds the file, the folders that it imports from and the interpreter of the active environment.
Nothing is imported here.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gilbench.measure.targets.statements import missing_imports
from gilbench.model import InputError, as_utf8, one_line, with_a_colon
from gilbench.results.files import MOST_SOURCE_BYTES, open_file

USAGE = "give PACKAGE.MODULE:FUNCTION, FILE.py:FUNCTION or FILE.py:CLASS.METHOD"
KEPT_VARIABLES = ("PYTHONPATH", "PYTHONHASHSEED")  # of the caller's environment


@dataclass(frozen=True)
class CallSpec:
    """A call that the user named.

    Attributes:
        text: As the user wrote it.
        request: What a launch is given, in JSON types.
        shipped: How it reaches other processes, where it is a function of a session; "" otherwise.
        imports: Modules that a statement uses and its set-up does not import: they are imported.
    """

    text: str
    request: Mapping[str, Any]
    shipped: str = ""
    imports: tuple[str, ...] = ()


def statement_spec(setup: str, statement: str) -> CallSpec:
    """A statement with its set-up, as ``timeit`` takes them.

    Modules of the standard library that it uses need not be imported.

    Raises:
        InputError: There is no statement, or it cannot be text.
    """
    if as_utf8(setup + statement) != setup + statement:
        raise InputError("the statement or its set-up is not in UTF-8; escape such bytes: '\\xff'")
    if not statement.strip():
        raise InputError("the statement is empty; give one: gilbench advise -s SETUP STATEMENT")
    imports = missing_imports(setup, statement)
    if imports:
        setup = f"import {', '.join(imports)}\n{setup}"
    request = {
        "statement": statement,
        "statement_setup": setup,
        "folders": [str(Path.cwd())],
        "cwd": str(Path.cwd()),
    }
    return CallSpec(statement, request, imports=imports)


def function_spec(
    target: str, args: str = "[]", kwargs: str = "{}", setup: str | None = None
) -> CallSpec:
    """A callable with its arguments.

    Args:
        target: ``package.module:function``, ``file.py:function`` or ``file.py:Class.method``.
        args: The positional arguments, as the literal of a list or tuple.
        kwargs: The arguments by keyword, as the literal of a dict with text keys.
        setup: A callable in the same forms; called once per worker, it returns the arguments.

    Raises:
        InputError: A part of it is malformed, or a file cannot be read.
    """
    if setup is not None and (args != "[]" or kwargs != "{}"):
        raise InputError("--setup returns the arguments; leave out --args and --kwargs, or --setup")
    _check_literal("--args", args, (list, tuple), "a list such as '[1, \"x\"]'")
    literal = _check_literal("--kwargs", kwargs, (dict,), "a dict such as '{\"size\": 3}'")
    if not all(isinstance(key, str) for key in literal):
        raise InputError("--kwargs has a key that is no text; give a dict such as '{\"size\": 3}'")
    place = _place(target)
    folders = [folder for folder in (place["root"], str(Path.cwd())) if folder]
    request = {
        "target": place,
        "args": args,
        "kwargs": kwargs,
        "setup": None if setup is None else _place(setup),
        "folders": list(dict.fromkeys(folders)),
        "cwd": str(Path.cwd()),
    }
    return CallSpec(target, request)


def _check_literal(option: str, text: str, types: tuple[type, ...], example: str) -> Any:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, types):
        raise InputError(
            f"{option} {one_line(text)} is no Python literal of the right kind; give {example}"
        )
    return value


def _place(spec: str) -> dict[str, Any]:
    """Where a callable is.

    Returns:
        Its file or None, its module's full name, its name there, and the folder to import from.
    """
    place, colon, attribute = spec.rpartition(":")
    if not colon or not place or not attribute:
        meant = with_a_colon(spec)
        remedy = f"did you mean {meant}?" if meant else USAGE
        raise InputError(f"{one_line(spec) or repr(spec)} names no function; {remedy}")
    if not all(part.isidentifier() for part in attribute.split(".")):
        raise InputError(f"{attribute!r} is no name of a function; {USAGE}")
    if not place.endswith(".py") and os.sep not in place:
        if "." in place and Path(place).is_file():
            raise InputError(f"{one_line(place)} is no Python file (.py); {USAGE}")
        if not all(part.isidentifier() for part in place.split(".")):
            raise InputError(f"{place!r} is no name of a module; {USAGE}")
        return {"file": None, "module": place, "attribute": attribute, "root": ""}
    file = Path(place).absolute()
    open_file(Path(place), MOST_SOURCE_BYTES, USAGE).close()
    parts, root = [file.stem], file.parent
    while (root / "__init__.py").is_file() and root.parent != root:
        parts.insert(0, root.name)
        root = root.parent
    return {"file": str(file), "module": ".".join(parts), "attribute": attribute, "root": str(root)}


def active_python() -> str:
    """The interpreter of the active virtual environment, or else the one that runs gilbench."""
    environment = os.environ.get("VIRTUAL_ENV")
    if environment:
        for name in ("bin/python", "Scripts/python.exe"):
            if (Path(environment) / name).is_file():
                return str(Path(environment) / name)
    return sys.executable


def with_packages(spec: str) -> str:
    """A target whose launches have its installed packages, as the user's own Python has."""
    return spec if "site=" in spec else f"{spec},site=1"


def environment_of(launch: int) -> dict[str, str]:
    """What of the caller's environment a launch of a user's call keeps.

    The hash seed is the user's, or else one that everything in a launch shares: the order of a set
    follows from it, and with it often the time that work takes.
    """
    kept = {"PYTHONHASHSEED": str(launch + 1)}
    for name in KEPT_VARIABLES:
        if name in os.environ:
            kept[name] = os.environ[name]
    if "PYTHONPATH" in kept:
        kept["PYTHONPATH"] = os.pathsep.join(python_path())
    return kept


def python_path() -> list[str]:
    """The folders of the caller's PYTHONPATH, which hold wherever a launch is."""
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [str(Path(folder).absolute()) for folder in folders if folder]
