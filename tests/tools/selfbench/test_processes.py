"""Programs end with their turn, whatever they do, and say what they took."""

import sys
import time
from contextlib import closing

import pytest
from tools.selfbench import processes
from tools.selfbench.processes import Failed

PYTHON = (sys.executable, "-S", "-c")
PATIENCE_S = 300.0


def test_the_memory_is_that_of_the_program_however_large_the_caller_is(tmp_path):
    """A process begins with the peak memory of what started it; this caller holds 400 MB."""
    large = bytearray(400_000_000)
    used = processes.usage([*PYTHON, "pass"], tmp_path, timeout_s=PATIENCE_S)
    unit = 1 if sys.platform == "darwin" else 1024
    assert used.peak_rss * unit < len(large) / 4


def test_the_reason_of_a_failure_is_its_last_line(tmp_path):
    code = "import sys; print('no such run', file=sys.stderr); sys.exit(2)"
    with pytest.raises(Failed, match=r"ended with 2: no such run"):
        processes.usage([*PYTHON, code], tmp_path, timeout_s=PATIENCE_S)
    with pytest.raises(Failed, match=r"ended with 2: no such run"):
        list(processes.lines_of([*PYTHON, code], tmp_path, timeout_s=PATIENCE_S))


def test_lines_come_one_by_one_and_a_program_ends_when_no_more_are_asked_for(tmp_path):
    code = "import time; print('one', flush=True); time.sleep(600); print('two')"
    began_s = time.monotonic()
    with closing(processes.lines_of([*PYTHON, code], tmp_path, timeout_s=300)) as lines:
        assert next(lines) == "one\n"
    assert time.monotonic() - began_s < 300


def test_a_program_that_hangs_is_ended(tmp_path):
    code = "import time; print('one', flush=True); time.sleep(600)"
    lines = processes.lines_of([*PYTHON, code], tmp_path, timeout_s=1)
    assert list(lines) in (["one\n"], [])
    with pytest.raises(Failed, match="took more than 1 s"):
        processes.run([*PYTHON, code], tmp_path, timeout_s=1)
