"""A run with a plugin's workload is resumed with the file that it began with, and with no other."""

import os
import signal
import subprocess
import sys
import time

import pytest

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def killed_run(example):
    """Start a run of the example's claim, and kill it once it has measured something."""
    work = example.folder.parent / "work"
    work.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "gilbench", "run", "--profile", "quick", "--claim", "X1"],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(example.folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 600
    journals = []
    while not any(b'"type":"round"' in path.read_bytes() for path in journals):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
        journals = list(work.glob("results/*/rounds.jsonl"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return str(journals[0].parent)


@pytest.mark.skipif(CORES < 2, reason="the claim does not apply on one core")
def test_a_run_is_resumed_with_the_same_workload_only(example):
    """A changed file or one that is gone is refused in a line; with the file put back the run ends."""
    run = killed_run(example)
    (source,) = example.folder.rglob("workload*.py")
    code = source.read_text(encoding="utf-8")
    source.write_text(code + "\n# another version\n", encoding="utf-8")
    changed = example.gilbench("run", "--resume", run, "--quiet")
    source.unlink()
    gone = example.gilbench("run", "--resume", run, "--quiet")
    for refused in (changed, gone):
        assert refused.returncode == 2 and "Traceback" not in refused.stderr
        expected = "the workload adler32 of gilbench-adler 1.0 has changed or is gone; put that"
        assert expected in refused.stderr
    source.write_text(code, encoding="utf-8")
    done = example.gilbench("run", "--resume", run, "--quiet")
    assert done.returncode == 0, done.stderr
