"""A disk that is full, a limit on files, and a folder that goes away while a run is measured."""

import errno
import os
import subprocess
import sys
from io import FileIO
from pathlib import Path

import pytest

from gilbench.model import CoresSample, InputError, LaunchStart
from gilbench.results import folder as layout
from gilbench.results.journal import Journal
from tests import synthetic

PATIENCE_S = 240.0


class Full(FileIO):
    """A disk that has room for a few bytes more."""

    room = 5

    def write(self, data):
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written, self.room = super().write(data[: self.room]), 0
        return written

    def close(self):
        super().close()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_record_that_cannot_be_written_is_one_line(tmp_path, monkeypatch):
    """Nothing of it stays, the lines before it are whole, and closing complains of nothing."""
    journal = Journal(tmp_path)
    journal.write_run(synthetic.make_run(()))
    start = LaunchStart("fnv1a-thread-w2@3.13.0", 0, 1, 0.0, 1)
    journal.add(start)

    whole = journal._rounds
    monkeypatch.setattr(journal, "_rounds", Full(tmp_path / layout.ROUNDS, "ab"))
    with pytest.raises(
        InputError, match=r"cannot be written \(No space left on device\).*--resume"
    ) as caught:
        journal.add(start)
    assert "\n" not in str(caught.value)
    journal.close()
    whole.close()
    assert layout.read_records(tmp_path) == [start]
    assert (tmp_path / layout.ROUNDS).read_bytes().count(b"\n") == 1


def test_a_sample_that_is_cut_short_is_left_out(tmp_path, monkeypatch):
    """The disk was full for a moment: the run continues, and its other samples can be read."""
    journal = Journal(tmp_path)
    journal.write_run(synthetic.make_run(()))
    first, second, third = (CoresSample(number / 20, (0.5, 1.0)) for number in range(3))
    journal.add_cores(first)
    with monkeypatch.context() as full, Full(tmp_path / layout.CORES, "ab") as disk:
        full.setattr(disk, "close", lambda: FileIO.close(disk))
        full.setattr(journal, "_cores", disk)
        journal.add_cores(second)
    journal.add_cores(third)
    journal.close()
    assert layout.read_cores(tmp_path) == [first, third]


def test_a_run_that_may_not_write_more_ends_in_one_line(tmp_path):
    """Under a limit on the size of files: exit 2, the flushed lines intact, and the way to resume."""
    measure = f"{sys.executable} -m gilbench run --quiet --profile quick --claim A16 --out {tmp_path / 'out'}"
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f 40; exec {measure}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("gilbench: ") == 1
    (folder,) = [entry for entry in Path(tmp_path / "out").iterdir() if not entry.is_symlink()]
    assert f"gilbench run --resume {folder}" in done.stderr
    assert layout.read_records(folder)
