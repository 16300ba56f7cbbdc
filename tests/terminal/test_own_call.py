"""The answer about a call in a terminal of 80 columns."""

import io

from rich.console import Console
from tests.summary.test_call_advice import advised, four

from gilbench.terminal.call_advice import print_calls

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
