"""The answer about a call in a terminal of 80 columns."""

import io
import sys

import pytest
from rich.console import Console
from tests.summary.calls import advised, four

from gilbench.terminal.call_advice import print_calls

pytest.importorskip("pyte", reason="pyte is not installed: pip install '.[dev]'")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal of Unix is needed", allow_module_level=True)

from tests.terminal.emulator import screen_of

FAILED = (
    "ProgrammingError: SQLite objects created in a thread can only be used in that same thread."
)


def test_a_long_cause_leaves_the_other_columns_whole():
    """The cause is cut in the table, and stands in the reasons."""
    answer = advised({("process-pool", 2): four(1.8), ("thread", 2): [{"failed": FAILED}]})
    out = io.StringIO()
    print_calls(Console(file=out, width=80), [answer])
    lines = out.getvalue().splitlines()
    (measured,) = [line for line in lines if line.startswith(" ProcessPoolExecutor, 2 workers ")]
    (failed,) = [line for line in lines if line.startswith(" Thread, 2 workers ")]
    assert " 1.80× [1.78, 1.82] " in measured and measured.rstrip().endswith("█")
    assert " not possible " in failed and "it uses something" in failed and len(failed) <= 80
    assert any(FAILED in line for line in lines)


def test_a_terminal_cuts_no_word_and_a_pipe_no_line():
    """The screen has the words of the answer, each whole, and the lines of a pipe are as long as they are."""
    answer = advised({("process-pool", 2): four(1.8), ("thread", 2): [{"failed": FAILED}]})
    piped, shown = io.StringIO(), io.StringIO()
    print_calls(Console(file=piped, width=80), [answer])
    print_calls(Console(file=shown, width=80, force_terminal=True), [answer])
    lines, scrolled = screen_of(shown.getvalue().encode("utf-8"), 80, 60)
    assert scrolled == 0
    assert max(len(line) for line in piped.getvalue().splitlines()) > 80
    assert " ".join(lines).split() == piped.getvalue().split()
