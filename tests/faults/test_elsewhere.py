"""Systems other than Linux, emulated by taking away what they lack: what is not done is said, and the rest works."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gilbench.measure import abilities
from gilbench.measure.abilities import ABILITIES, not_done
from tests import journals

ROOT = Path(__file__).parents[2]
PATIENCE_S = 170.0
# What macOS does not tell launches either; they run this before anything else.
BEGINNING = """
import os, resource
for name in ("sched_getaffinity", "sched_setaffinity"):
    delattr(os, name)
del resource.RUSAGE_THREAD
"""


def gilbench(system: str, cwd: Path, *words: str, **variables: str):
    """Run the command on an emulated system."""
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.elsewhere", system, *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.fixture(scope="module")
def target_of_macos(tmp_path_factory):
    """The target's code, on a system without affinity and without times of threads."""
    folder = tmp_path_factory.mktemp("macos") / "target"
    no_caches = shutil.ignore_patterns("__pycache__")  # others may be writing them
    shutil.copytree(ROOT / "src" / "gilbench" / "target", folder, ignore=no_caches)
    package = folder / "__init__.py"
    package.write_text(package.read_text() + BEGINNING)
    return str(folder)


def test_linux_lacks_nothing_that_gilbench_uses():
    """Where everything is there, nothing is said."""
    if platform.system() == "Linux":
        assert not_done() == not_done(of_calls=True) == ()


@pytest.mark.parametrize("place", range(len(ABILITIES)))
def test_whatever_is_lacking_is_one_line_with_what_it_means(monkeypatch, place):
    """Each line names the system, and what a result may be wrong by without it."""
    lacking = abilities.Ability(lambda: False, ABILITIES[place].runs, ABILITIES[place].calls)
    monkeypatch.setattr(abilities, "ABILITIES", (lacking,))
    monkeypatch.setattr(platform, "system", lambda: "Plan9")
    lines = [*not_done(), *not_done(of_calls=True)]
    assert lines
    for line in lines:
        assert line.startswith("not on this system (Plan9): ") and line.isprintable()
        assert ": " in line.partition("): ")[2]


def test_a_run_on_macos_is_whole_and_says_what_was_not_done(tmp_path, target_of_macos):
    """Every line is printed once, kept in the run, on its page and in the doctor's answer; verdicts are given."""
    words = (
        "--profile",
        "torture",
        "--workload",
        "fnv1a",
        "--strategy",
        "thread",
        "--workers",
        "2",
    )
    done = gilbench(
        "Darwin", tmp_path, "run", *words, "--out", "results", GILBENCH_TARGET_DIR=target_of_macos
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    (folder,) = [entry for entry in (tmp_path / "results").iterdir() if not entry.is_symlink()]
    kept = json.loads((folder / "run.json").read_text())["host"]["not_done"]
    assert len(kept) == 4
    page = (folder / "report.html").read_text()
    for line in kept:
        assert line in done.stderr.replace("\n", " ") + done.stdout.replace("\n", " ")
        assert line.partition(":")[0] in page
    assert json.loads((folder / "verdicts.json").read_text())
    doctor = gilbench("Darwin", tmp_path, "doctor")
    assert doctor.returncode == 0
    assert doctor.stdout.count("not on this system (Darwin)") == len(kept)


def test_a_call_on_macos_is_answered_and_says_what_was_not_done(tmp_path, target_of_macos):
    """Advice is given from what there is; each line is on standard error once."""
    done = gilbench(
        "Darwin",
        tmp_path,
        "advise",
        "time:sleep",
        "--args",
        "[0.002]",
        "--budget",
        "3",
        GILBENCH_TARGET_DIR=target_of_macos,
    )
    assert done.returncode in (0, 3) and "Traceback" not in done.stderr, done.stderr
    assert done.stderr.count("not on this system (Darwin)") == 4
    assert "sleep" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--profile", "torture"),
        ("advise", "math:sqrt", "--args", "[2]"),
        ("calibrate",),
    ],
)
def test_what_measures_says_in_one_line_that_windows_cannot(tmp_path, words):
    """Processes are waited for with poll(), which Windows has not: the remedy is WSL."""
    done = gilbench("Windows", tmp_path, *words)
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if "not on this system (Windows)" in line]
    assert len(lines) == 1 and "WSL 2" in lines[0]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code"), [(("show", "RUN"), 0), (("verify", "RUN"), 3), (("explain", "A16"), 0)]
)
def test_windows_reads_the_runs_of_others(tmp_path, words, code):
    """What only reads and writes files needs nothing of that."""
    run = journals.unpack("quiet-1", tmp_path)
    done = gilbench("Windows", tmp_path, *(str(run) if word == "RUN" else word for word in words))
    assert done.returncode == code and "Traceback" not in done.stderr, done.stderr
