"""The processes that a fleet starts on a host."""

import pytest

pytest.importorskip("distributed", reason="the extra fleet is not installed")

from gilbench.fleet.serving import worker_command
from gilbench.fleet.station import words_of_command


def test_none_imports_from_the_working_folder():
    """It may be anybody's, as a repository that was just cloned."""
    for words in (worker_command("tcp://127.0.0.1:1", None, None), words_of_command(["run"])):
        assert words[1] == "-P"
