"""What workers that are started for a fleet inherit."""

import signal
import subprocess
import sys

import pytest

pytest.importorskip("distributed", reason="the extra fleet is not installed")

from gilbench.fleet.cluster import OF_TERMINALS, _terminals_ignored

CODE = """
import signal
print(all(signal.getsignal(number) == signal.SIG_IGN for number in (signal.SIGINT, signal.SIGHUP)))
"""


def test_a_terminal_does_not_end_the_workers_of_this_host():
    """The command that is interrupted has their runs keep what they have first."""
    before = [signal.getsignal(number) for number in OF_TERMINALS]
    with _terminals_ignored():
        done = subprocess.run(
            [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == "True"
    assert [signal.getsignal(number) for number in OF_TERMINALS] == before
