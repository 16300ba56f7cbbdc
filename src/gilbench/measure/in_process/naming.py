"""What a function is called: in words, and for the command line."""

from __future__ import annotations

import ast
import functools
import inspect
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LONGEST_ARGUMENTS = 80  # characters; more belongs in a file


def name_of(func: Any) -> str:
    """The name of a function in a sentence."""
    while isinstance(func, functools.partial):
        func = func.func
    return str(getattr(func, "__qualname__", None) or type(func).__qualname__)


def advice_on(func: Any, args: Sequence[Any]) -> str:
    """The command that measures a function in fresh processes, or how to get one."""
    while isinstance(func, functools.partial):
        func, args = func.func, (*func.args, *args)
    place, name = _place(func), name_of(func)
    if not place or "<" in name:
        return f"move {name} to the top level of a file, then: gilbench advise FILE.py:NAME"
    command = f"gilbench advise {shlex.quote(f'{place}:{name}')}"
    if not args:
        return command
    literal = repr(list(args))
    if len(literal) <= LONGEST_ARGUMENTS and _is_literal(literal):
        return f"{command} --args {shlex.quote(literal)}"
    return f"{command} --setup FILE.py:make  # make() returns the arguments"


def _place(func: Any) -> str:
    """The file of a function where it stands below the working folder, else its module."""
    try:
        path = inspect.getsourcefile(func)
    except TypeError:  # built-in
        path = None
    if path is not None:
        try:
            return Path(path).resolve().relative_to(Path.cwd()).as_posix()
        except ValueError:
            pass
    return str(getattr(func, "__module__", None) or "")


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
