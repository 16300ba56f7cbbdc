"""What is written where the user says: in one step, through no link, and without waiting for a reader."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gilbench import cli
from gilbench.report import run_files
from gilbench.results import files
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
    "baseline": ("check", "--save", "FILE", "RUN"),
    "export": ("export", "--format", "csv", "--out", "FILE", "RUN"),
    "markdown": ("check", "--baseline", "RUN", "--markdown", "FILE", "RUN"),
}


def written(writer, run, name):
    """The exit code of a command that writes a file next to the run."""
    places = {"RUN": str(run), "FILE": str(run.parent / name)}
    return cli.main([places.get(word, word) for word in WRITERS[writer]])


@pytest.mark.parametrize("writer", WRITERS)
def test_a_fifo_that_nobody_reads_is_one_line(small_run, capsys, writer):
    """It is not waited for."""
    os.mkfifo(small_run.parent / "fifo")
    assert written(writer, small_run, "fifo") == 2
    assert capsys.readouterr().err.strip().splitlines()[-1].startswith("gilbench: ")


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_is_written_through_a_link_that_the_user_did_not_mean(small_run, writer):
    """An export and a baseline take the place of the link; what is appended to may be no link."""
    precious, link = small_run.parent / "precious", small_run.parent / "link"
    precious.write_text("mine")
    link.symlink_to(precious)
    code = written(writer, small_run, "link")
    assert precious.read_text() == "mine"
    assert (code == 2 and link.is_symlink()) if writer == "markdown" else link.is_file()


def test_what_a_process_has_open_is_written_into(small_run):
    """Where standard output is a file, the name of it in /dev is still no file to be replaced."""
    shell("$G export --format csv --out /dev/stdout $RUN > kept", small_run)
    assert "," in (small_run.parent / "kept").read_text()
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_is_one_line(small_run, capsys, writer):
    """What cannot be kept is an error, and no traceback."""
    places = {"RUN": str(small_run), "FILE": "/dev/full"}
    assert cli.main([places.get(word, word) for word in WRITERS[writer]]) == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("gilbench: ") and "No space left on device" in last


def test_an_export_is_written_in_one_step(small_run):
    """What stood there stays where writing fails."""
    old = small_run.parent / "old.csv"
    old.write_text("old")
    done = shell("ulimit -f 0; trap '' XFSZ; $G export --format csv --out old.csv $RUN", small_run)
    assert done.returncode == 2 and old.read_text() == "old"


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/1/fd/2"])
def test_names_of_what_is_open_are_known(name):
    """A regular file that one of them leads to is not replaced by way of it."""
    assert files._names_what_is_open(Path(name))


@pytest.mark.parametrize("name", ["/dev/shm/kept", "devices", "/tmp/dev/stdout"])  # noqa: S108 - only a name
def test_other_files_are_replaced(name):
    """Only those that the system makes are written through."""
    assert not files._names_what_is_open(Path(name))


def test_a_report_removes_what_a_killed_one_had_begun_to_write(small_run, monkeypatch):
    """Once nobody can be writing it; what is the user's stays."""
    monkeypatch.setattr(run_files, "draw_all", lambda folder, tables, verdicts: [])
    (small_run / "figures").mkdir(exist_ok=True)
    left = [small_run / ".report.html-0123abcd", small_run / "figures" / ".scaling.png-89abcdef"]
    others = [small_run / ".notes-2026", small_run / "figures" / "mine-0123abcd"]
    fresh = small_run / ".summary.md-0123abcd"
    for path in (*left, *others, fresh):
        path.write_text("half")
    for path in (*left, *others):
        os.utime(path, (time.time() - 600, time.time() - 600))
    assert cli.main(["report", str(small_run)]) == 0
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in (*others, fresh))


def test_a_file_is_replaced_in_one_step(tmp_path):
    """Where writing fails, the old file stays and no draft is left."""
    path = tmp_path / "file"
    files.write_file(path, b"old")
    tmp_path.joinpath("folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        files.write_file(tmp_path / "folder", b"new")
    assert path.read_bytes() == b"old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]
