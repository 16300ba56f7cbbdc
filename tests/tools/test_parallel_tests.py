"""The tests in several sessions: none is left out, a failure or a death in any of them fails, and none outlives a signal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tools import parallel_tests

ROOT = Path(__file__).parents[2]
PATIENCE_S = 600.0
SCRIPT = """
import pathlib, sys
from tools import parallel_tests
parallel_tests.ROOT, parallel_tests.SEPARATE = pathlib.Path(sys.argv[1]), ("long",)
sys.exit(parallel_tests.main("-p", "no:cacheprovider", *sys.argv[2:]))
"""


@pytest.fixture
def project(tmp_path):
    """Make a project of tests from their sources, and run them in two sessions: of one folder, and of the others."""

    def run(*words, **sources):
        for name in ("long", "short"):
            (tmp_path / "tests" / name).mkdir(parents=True)
            source = f"def test_it():\n    {sources.get(name, 'pass')}\n"
            (tmp_path / "tests" / name / f"test_{name}.py").write_text(source, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path), *words],
            cwd=ROOT,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )

    return run


@pytest.mark.parametrize(
    ("words", "sources", "exit_code", "said"),
    [
        ((), {}, 0, "2 passed"),
        ((), {"short": "assert False"}, 1, "1 passed, 1 failed"),
        ((), {"long": "__import__('os')._exit(0)"}, 1, "1 passed"),
        ((), {"long": "__import__('atexit').register(print, 'not closed')"}, 0, "2 passed"),
        (("-q", "--color=yes"), {}, 0, "2 passed"),
        (("-k", "short"), {}, 0, "1 deselected, 1 passed"),
        (("-k", "nothing"), {}, 5, "2 deselected"),
    ],
    ids=[
        "passes",
        "a failure",
        "a death",
        "words at the end",
        "in colours",
        "a selection",
        "nothing selected",
    ],
)
def test_all_sessions_count(project, words, sources, exit_code, said):
    """The exit code and the counts are those of all of them together."""
    running = project(*words, **sources)
    output, _ = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == exit_code, output
    counted = output.splitlines()[-2]
    assert set(counted.split(", ")) == set(said.split(", ")), output


def test_no_test_is_left_out():
    """The folders that have a session exist, and what the first session ignores is these."""
    (everything, *ignored), *separate = parallel_tests.parts()
    assert all(Path(folder).is_dir() for (folder,) in separate)
    assert everything == str(ROOT / "tests")
    assert ignored == [f"--ignore={folder}" for (folder,) in separate]


def test_a_terminated_run_ends_its_sessions(project, tmp_path):
    """They are interrupted, so that they end what they started."""
    begun = tmp_path / "begun"
    source = (
        f"import os, time; open({str(begun)!r}, 'w').write(f'{{os.getpid()}}\\n'); time.sleep(600)"
    )
    running = project(long=source)
    end_s = time.monotonic() + PATIENCE_S
    while not (begun.exists() and begun.read_text().endswith("\n")):
        assert time.monotonic() < end_s
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=PATIENCE_S)
    assert running.returncode == parallel_tests.INTERRUPTED
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
