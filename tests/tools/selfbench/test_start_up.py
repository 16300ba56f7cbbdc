"""Start-up is that of commands whose bytecode is kept, as that of their peers is."""

import os
import sys

from tools.selfbench.model import Trial
from tools.selfbench.rows import start_up


def trial(name: str) -> Trial:
    values = {name: 0.1}
    return Trial(row="start_up", series="list", tool="gilbench", values=values, session="s")


def test_bytecode_is_kept_whatever_the_shell_says(tmp_path, monkeypatch):
    """Otherwise gilbench would be compiled at every start, and what pip installed would not."""
    monkeypatch.setitem(os.environ, "PYTHONDONTWRITEBYTECODE", "1")
    code = "import sys; sys.exit(sys.dont_write_bytecode)"
    assert start_up.took_s([sys.executable, "-c", code], tmp_path) > 0


def test_trials_that_compiled_are_not_enough():
    """They have another name, and the row goes on however many there are."""
    assert not start_up.ROW.enough([trial("wall_s")] * 1000)
    assert start_up.ROW.enough([trial(start_up.VALUE)] * 1000)
