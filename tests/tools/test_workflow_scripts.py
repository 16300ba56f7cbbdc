"""The scripts of workflows are found, and shellcheck sees what is wrong with them."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool():
    """The tool as a module."""
    pytest.importorskip("ruamel.yaml", reason="not installed: pip install '.[ci]'")
    path = ROOT / "tools" / "workflow_scripts.py"
    spec = importlib.util.spec_from_file_location("workflow_scripts", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_scripts_are_found_and_expressions_replaced(tool):
    """What GitHub puts in is no matter of the shell."""
    steps = [{"uses": "x"}, {"run": "ls ${{ matrix.python }}"}]
    assert list(tool.scripts({"jobs": {"tests": {"steps": steps}}})) == [
        ("tests, step 2", "ls expression")
    ]


def test_what_is_wrong_is_found(tool):
    """An unquoted variable is told, a quoted one is not."""
    shellcheck = Path(sys.executable).with_name("shellcheck")
    if not shellcheck.exists():
        pytest.skip("shellcheck is not installed: pip install '.[ci]'")
    assert "SC2086" in tool.findings("ls $HOME", str(shellcheck))
    assert tool.findings('ls "$HOME"', str(shellcheck)) == ""
