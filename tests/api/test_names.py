"""What ``import gilbench`` offers, loaded on first use."""

import ast
import inspect
from pathlib import Path

import pytest

import gilbench


def test_every_name_on_offer_is_there():
    """The names in ``__all__`` can be had and are listed, and the functions have docstrings and annotations."""
    assert set(dir(gilbench)) == set(gilbench.__all__)
    for name in gilbench.__all__:
        offered = getattr(gilbench, name)
        if inspect.isfunction(offered):
            assert offered.__doc__ and "return" in offered.__annotations__


def test_type_checkers_see_what_is_loaded_on_first_use():
    """The names that are imported for type checkers are those on offer, and the package says that it is typed."""
    tree = ast.parse(Path(gilbench.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported - {"import_module"} == set(gilbench.__all__) - {"__version__"}
    assert (Path(gilbench.__file__).parent / "py.typed").is_file()


def test_an_unknown_name_is_an_attribute_error():
    """Typing errors are reported as of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'laod'"):
        _ = gilbench.laod
