"""The figures of shape that the documentation shows are counted as they are described."""

import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "shape.py"
MODULE = '''
def documented(values):
    """Sum.

    Args:
        values: Numbers.
    """
    return [each for value in values for each in value]


class Plain:
    def _hidden(self):
        return {key: [1 if key else 0 for _ in ()] for key in ()}
'''


@pytest.fixture
def tool(monkeypatch):
    """The tool as a module."""
    spec = importlib.util.spec_from_file_location("shape", TOOL)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "shape", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_module_is_counted_by_its_syntax(tool):
    """Two of three comprehensions are nested; of two public names one has a docstring, with a section."""
    shape = tool.Shape()
    shape.add(MODULE + "#" * 101 + "\n")
    assert (shape.comprehensions, shape.nested, shape.conditionals, shape.long_lines) == (
        3,
        2,
        1,
        1,
    )
    assert (shape.public, shape.documented, shape.sectioned) == (2, 1, 1)
    assert shape.functions == [7, 2] and shape.modules == [14]


def test_each_folder_is_a_row(tool, tmp_path, capsys):
    """Rates are per thousand lines; a folder without modules is refused in one line."""
    (tmp_path / "a.py").write_text("x = [y for y in ()]\n" + "\n" * 499)
    assert tool.main([str(tmp_path)]) == 0
    row = capsys.readouterr().out.splitlines()[-1]
    assert row.split(" | ")[5:8] == ["2.0", "0.0", "0.0"]
    (tmp_path / "empty").mkdir()
    assert tool.main([str(tmp_path / "empty")]) == 2
    assert "has no Python modules" in capsys.readouterr().err
