"""What is written where the user says: in one step, through no link, and without waiting for a reader."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import journals


@pytest.fixture
def small_run(tmp_path):
    return journals.unpack("glance-1", tmp_path)


def shell(line, run):
    """Run a line of shell, in which $G is gilbench and $RUN the run."""
    environment = {**os.environ, "G": f"{sys.executable} -m gilbench", "RUN": str(run)}
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=run.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


WRITERS = {
    "baseline": "$G check --save {} $RUN",
    "export": "$G export --format csv --out {} $RUN",
    "markdown": "$G check --baseline $RUN --markdown {} $RUN",
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_fifo_that_nobody_reads_is_one_line(small_run, writer):
    """It is not waited for."""
    os.mkfifo(small_run.parent / "fifo")
    done = shell(WRITERS[writer].format("fifo"), small_run)
    assert done.returncode == 2 and done.stderr.strip().splitlines()[-1].startswith("gilbench: ")


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_is_written_through_a_link_that_the_user_did_not_mean(small_run, writer):
    """An export and a baseline take the place of the link; what is appended to may be no link."""
    precious, link = small_run.parent / "precious", small_run.parent / "link"
    precious.write_text("mine")
    link.symlink_to(precious)
    done = shell(WRITERS[writer].format("link"), small_run)
    assert precious.read_text() == "mine"
    assert (done.returncode == 2 and link.is_symlink()) if writer == "markdown" else link.is_file()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_what_a_process_has_open_is_written_into(small_run, name):
    """Where standard output is a file, the name of it in /dev is still no file to be replaced."""
    shell(f"$G export --format csv --out {name} $RUN > kept", small_run)
    assert "," in (small_run.parent / "kept").read_text()
    assert Path("/dev/stdout").is_symlink()


def test_an_export_is_written_in_one_step(small_run):
    """What stood there stays where writing fails."""
    old = small_run.parent / "old.csv"
    old.write_text("old")
    done = shell("ulimit -f 0; trap '' XFSZ; $G export --format csv --out old.csv $RUN", small_run)
    assert done.returncode == 2 and old.read_text() == "old"
