"""What a statement and its set-up use and do not import."""

from __future__ import annotations

import ast
import builtins
import sys


def missing_imports(setup: str, statement: str) -> tuple[str, ...]:
    """The modules of the standard library that are used by name, and bound nowhere.

    Args:
        setup: The set-up.
        statement: The statement.

    Returns:
        Their names, in order; none where either is no valid Python, which a launch says.
    """
    used: set[str] = set()
    bound = set(dir(builtins))
    for source in (setup, statement):
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used.add(node.id)
            else:
                bound.update(_bound_by(node))
    if "*" in bound:
        return ()
    return tuple(sorted((used - bound) & sys.stdlib_module_names))


def _bound_by(node: ast.AST) -> list[str]:
    """The names that a node gives a value to."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.alias):
        return [node.asname or node.name.partition(".")[0]]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Global | ast.Nonlocal):
        return node.names
    named = getattr(node, "name", None)  # a function, a class, a handler, a pattern
    return [named] if isinstance(named, str) else []
