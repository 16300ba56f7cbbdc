"""pytest-benchmark's table ranks cases as their speedups do, though their rounds hold different amounts of work."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
from tests.synthetic import World, make_run

from gilbench.model import Round
from gilbench.report import benchmark_json
from gilbench.results import tables

# Cases whose speedups differ by this factor differ in their times too, measured at another moment.
CERTAIN = 1.3
TASKS_OF_THREADS = 8


@dataclass(frozen=True)
class Ranked:
    """A case in pytest-benchmark's file, with the speedup over serial code that gilbench found."""

    group: str
    name: str
    mean_s: float
    tasks: int
    speedup: float


def over_serial(document):
    """The cases of a document that are paired with serial code."""
    cases = []
    for entry in document["benchmarks"]:
        facts = entry["extra_info"]
        if "-serial-w1@" in facts.get("reference", ""):
            speedup = facts["speedup"]["center"]
            mean_s = entry["stats"]["mean"]
            cases.append(Ranked(entry["group"], entry["name"], mean_s, facts["tasks"], speedup))
    return cases


def certain_pairs(document):
    """(faster, slower) for each two cases of a group whose speedups differ certainly; some of them
    with more tasks in a round of the faster one."""
    pairs = [
        (faster, slower)
        for faster, slower in permutations(over_serial(document), 2)
        if faster.group == slower.group and faster.speedup > CERTAIN * slower.speedup
    ]
    assert any(faster.tasks > slower.tasks for faster, slower in pairs)
    return pairs


def misranked(document):
    """The pairs of names whose means say the opposite of their speedups."""
    return [
        (faster.name, slower.name)
        for faster, slower in certain_pairs(document)
        if faster.mean_s >= slower.mean_s
    ]


def rows_of_table(text):
    """The names in pytest-benchmark's table, from the top."""
    return re.findall(r"^(test_\w+\[\S+\])", text, flags=re.MULTILINE)


def assert_rows_follow(names, document):
    for faster, slower in certain_pairs(document):
        assert names.index(faster.name) < names.index(slower.name), (faster, slower)


@pytest.fixture(scope="module")
def unequal() -> tables.Tables:
    """A world in which a round takes as long as its tasks do: 8 of threads, 48 of processes."""
    world = World(launches=6, noise=0.001)
    records = []
    for record in world.records():
        if isinstance(record, Round):
            wall_ns = record.wall_ns * record.tasks // TASKS_OF_THREADS
            record = msgspec.structs.replace(record, wall_ns=wall_ns)  # noqa: PLW2901
        records.append(record)
    assert len({record.tasks for record in records if isinstance(record, Round)}) > 1
    return tables.build(make_run(world.plan(), targets=world.targets, host=world.host), records)


def test_means_rank_as_speedups_do(unequal):
    """Where speedups differ, means differ in the same direction, within every workload."""
    assert misranked(json.loads(benchmark_json.render(unequal))) == []


def test_the_compare_command_ranks_as_speedups_do(unequal, tmp_path):
    """``pytest-benchmark compare`` shows each workload's cases in the order of their speedups."""
    written = tmp_path / "benchmark.json"
    written.write_text(benchmark_json.render(unequal), encoding="utf-8")
    assert_rows_follow(compared(written), json.loads(written.read_text()))


def compared(path: Path) -> list[str]:
    """The names in the order in which pytest-benchmark's own command shows them."""
    program = shutil.which("pytest-benchmark", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "compare", str(path), "--sort=mean", "--columns=mean", "--name=short"]
    shown = subprocess.run(
        command, cwd=path.parent, capture_output=True, text=True, check=True
    ).stdout
    # Of one file only, its name stands in brackets behind each row's.
    return [f"test_{name}" for name in re.findall(r"^(\w+\[\S+\])", shown, flags=re.MULTILINE)]


def test_a_measured_table_ranks_as_the_means_of_its_file(measured_session):
    """In a real session too, where processes get twice the tasks of serial code.

    Which case is faster there is a question to the host; what the means are of is not."""
    document = json.loads(measured_session.benchmark_json.read_text())
    assert len({entry["extra_info"]["tasks"] for entry in document["benchmarks"]}) > 1
    by_mean = sorted(document["benchmarks"], key=lambda entry: entry["stats"]["mean"])
    table = rows_of_table(measured_session.session.stdout)
    for group in {entry["group"] for entry in by_mean}:
        names = [entry["name"] for entry in by_mean if entry["group"] == group]
        assert [name for name in table if name in names] == names


def test_a_file_made_again_equals_the_one_that_pytest_wrote(measured_session):
    """What the report makes of the journal is what pytest-benchmark saw, with the same things said of it."""
    live = json.loads(measured_session.benchmark_json.read_text())["benchmarks"]
    again = json.loads(benchmark_json.render(tables.load(measured_session.folder)))["benchmarks"]
    assert len(live) == len(again) > 2
    by_item = {entry["extra_info"]["gilbench_item"]: entry for entry in again}
    for entry in live:
        derived = by_item[entry["extra_info"]["gilbench_item"]]
        assert derived["extra_info"] == entry["extra_info"]
        assert (derived["name"], derived["group"]) == (entry["name"], entry["group"])
        assert derived["stats"]["data"] == pytest.approx(entry["stats"]["data"])
