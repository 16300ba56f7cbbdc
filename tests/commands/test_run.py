"""``gilbench run`` on the smallest suites that are still real."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from gilbench import cli
from gilbench.commands.run import request_of
from gilbench.model import Comparison, Round
from gilbench.results import folder
from tests.commands.conftest import SMALL, invoke


def test_a_run_leaves_the_folder_of_the_contract(small_run):
    """Every file is there, ``latest`` points at the run, and pytest-benchmark's numbers are the journal's."""
    place, done = small_run
    assert done.returncode == 0, done.stderr
    assert [path.name for path in place.iterdir()] == ["results"]
    latest = place / "results" / "latest"
    names = {path.name for path in latest.iterdir()}
    assert {"run.json", "rounds.jsonl", "cores.jsonl", "benchmark.json"} <= names
    assert {"verdicts.json", "summary.csv", "summary.md", "report.html", "figures"} <= names
    assert f"results/{latest.resolve().name}/report.html" in done.stdout.replace("\n", "")
    run = folder.read_run(latest.resolve())
    assert run.status == "complete"
    rounds = [one for one in folder.read_records(latest) if isinstance(one, Round)]
    for benchmark in json.loads((latest / "benchmark.json").read_text())["benchmarks"]:
        item = benchmark["extra_info"]["gilbench_item"]
        walls_s = [
            r.wall_ns / 1e9 for r in rounds if r.item == item and r.role == "case" and not r.warmup
        ]
        assert benchmark["stats"]["rounds"] == len(walls_s)
        tasks = benchmark["extra_info"]["tasks"]
        assert benchmark["stats"]["mean"] == pytest.approx(sum(walls_s) / len(walls_s) / tasks)
    program = Path(sys.executable).with_name("pytest-benchmark")
    compared = subprocess.run(
        [program, "compare", latest / "benchmark.json"], capture_output=True, text=True, check=True
    )
    assert "test_io[sleep-thread-w2]" in compared.stdout


def test_a_run_runs_nothing_that_the_repository_of_its_folder_names(small_run):
    """Neither gilbench nor pytest-benchmark has git look for changes; the commit is known all the same."""
    place, _ = small_run
    assert not (place.parent / ".git" / "sprung").exists()
    latest = place / "results" / "latest"
    info = json.loads((latest / "benchmark.json").read_text())["commit_info"]
    assert info["id"] == folder.read_run(latest.resolve()).git_commit and len(info["id"]) == 40


@pytest.fixture(scope="module")
def as_json(tmp_path_factory):
    """A second run with the seed of the first, told to print JSON and nothing else."""
    folder = tmp_path_factory.mktemp("json")
    return folder, invoke(folder, "run", *SMALL, "--seed", "7", "--json", "--quiet")


def test_the_same_seed_gives_the_same_plan(small_run, as_json):
    """Plan and order of the halves of every pair repeat with the seed."""
    plans, orders = [], []
    for place, _ in (small_run, as_json):
        latest = place / "results" / "latest"
        plans.append(folder.read_run(latest.resolve()).plan)
        positions = {}
        for record in folder.read_records(latest):
            if isinstance(record, Round) and not record.warmup:
                pair = (record.item, record.launch, record.pair, record.role)
                positions[pair] = record.position
        orders.append(positions)
    assert plans[0] == plans[1]
    assert all(isinstance(planned.item, Comparison) for planned in plans[0])
    first, second = orders
    in_both = first.keys() & second.keys()  # how many there are is decided by what was measured
    assert in_both and {item for item, *_ in in_both} == {item for item, *_ in first}
    assert {pair: first[pair] for pair in in_both} == {pair: second[pair] for pair in in_both}


def test_json_goes_to_standard_output_alone(as_json):
    """With ``--json`` and ``--quiet`` the output is the verdicts and nothing else."""
    _, done = as_json
    assert done.returncode == 0
    assert isinstance(json.loads(done.stdout), list)
    assert done.stderr == ""


def test_the_report_can_be_made_again_from_the_first_three_files(in_process, small_results):
    """Everything that is derived comes back equal after it was deleted."""
    derived = ["verdicts.json", "summary.csv", "summary.md", "report.html"]
    before = {name: (small_results / name).read_bytes() for name in derived}
    for name in [*derived, "benchmark.json"]:
        (small_results / name).unlink()
    done = in_process("report")
    assert done.returncode == 0, done.stderr
    assert {name: (small_results / name).read_bytes() for name in derived} == before
    assert json.loads((small_results / "benchmark.json").read_text())["benchmarks"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_was_measured(tmp_path, sign):
    """Ctrl-C and a termination end with 130, a readable journal, a report, and no launch left behind."""
    command = [
        sys.executable,
        "-m",
        "gilbench",
        "run",
        "--profile",
        "standard",
        "--workload",
        "sleep",
    ]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    out = tmp_path / "results"
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and not any(
        b"round" in p.read_bytes() for p in out.glob("*/rounds.jsonl")
    ):
        time.sleep(0.05)
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(sign)
    _, said = process.communicate(timeout=200)
    assert process.returncode == 130, said
    assert "Traceback" not in said and "Warning" not in said
    (kept,) = out.glob("2*")
    assert folder.read_run(kept).status == "interrupted"
    assert any(isinstance(record, Round) for record in folder.read_records(kept))
    assert (kept / "report.html").is_file()
    assert not (out / "latest").exists()
    assert f"gilbench run --resume results/{kept.name}\n" in said
    assert started
    end_s = time.monotonic() + 60  # the warden, which sweeps up, may still be at it
    while time.monotonic() < end_s and not all(map(_has_ended, started)):
        time.sleep(0.05)
    assert all(map(_has_ended, started))


def _has_ended(process: psutil.Process) -> bool:
    """Whether a process is gone, or only waits to be reaped."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_pytest_runs_the_suite_by_itself(tmp_path):
    """``pytest benchmarks -k ...`` works without the command line and shows pytest-benchmark's own table."""
    from gilbench.run import pytest_driver

    command = [
        sys.executable,
        "-m",
        "pytest",
        str(pytest_driver.suite_folder()),
        "-k",
        "sleep and thread and w2",
        "-q",
    ]
    command += ["-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sleep-thread-w2" in done.stdout
    assert "Rounds" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [".benchmarks"]  # pytest-benchmark's own


def test_a_run_can_be_narrowed_to_a_claim(gilbench, tmp_path):
    """Only what the claim needs is measured, only the claim is judged, and its trials are counted."""
    done = gilbench("run", "--claim", "a3", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["id"], found["verdict"]) == ("A3", "REFUTED")
    trials = found["estimate"]["n"]  # fewer than planned where a crowded host lets each last long
    assert 10 <= trials <= 20 and f"{trials} of {trials}" in found["reason"]
    run = folder.read_run((tmp_path / "results" / "latest").resolve())
    assert [planned.item.label for planned in run.plan] == ["terminate"]
    assert run.claims == ("A3",)


def test_a_function_of_the_users_own_is_measured_and_advised_on(gilbench, tmp_path):
    """Both answers come with ``--json``, stand in advice.json and, in words, in summary.md; the terminal tells them."""
    (tmp_path / "work.py").write_text(
        "def parse(index):\n    return sum(n * index % 7 for n in range(2000))\n"
    )
    narrow = (
        "--profile",
        "quick",
        "--strategy",
        "thread",
        "--workers",
        "2",
        "--workload",
        "work.py:parse",
    )
    done = gilbench("run", *narrow, "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    latest = tmp_path / "results" / "latest"
    answers = json.loads(done.stdout)
    assert [one["id"] for one in answers] == ["work-parse/gil", "work-parse/strategy"]
    assert answers[1]["verdict"] != "REFUTED"  # processes were left out
    assert json.loads((latest / "advice.json").read_text()) == answers
    assert json.loads((latest / "verdicts.json").read_text()) == []
    assert "work-parse releases the GIL while it computes" in (latest / "summary.md").read_text()
    assert "work-parse releases the GIL while it computes" in (latest / "report.html").read_text()
    told = gilbench("report").stdout
    assert "work-parse gains from running in parallel" in told and "No claim is covered" not in told
    measured = [record.item for record in folder.read_records(latest) if isinstance(record, Round)]
    assert {item.partition("@")[0] for item in measured} == {"work-parse-thread-w2"}


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("b = bytes(9)", ["gilbench: the statement is given an import of hashlib, which"]),
        ("import hashlib; b = bytes(9)", []),
    ],
)
def test_it_says_which_import_a_statement_is_given(capsys, setup, said):
    """As advise does."""
    words = ["run", "--workload", "hashlib.sha256(b)", "-s", setup]
    request_of(cli.parser().parse_args(words))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == len(said) and all(map(str.startswith, lines, said))
