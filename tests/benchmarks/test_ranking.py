"""pytest-benchmark's table ranks cases as their speedups do, though their rounds hold different amounts of work."""

import json
import re
import shutil
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import msgspec
import pytest
from tests.synthetic import World, make_run

from gilbench.model import Round
from gilbench.report import benchmark_json
from gilbench.results import tables

CERTAIN = 1.3  # speedups that differ by this factor differ in times that were measured at different moments, too
TASKS_OF_THREADS = 8


def over_serial(document):
    """The document's benchmarks that are paired with serial code: (group, name, mean, speedup) each."""
    return [
        (entry["group"], entry["name"], entry["stats"]["mean"], entry["extra_info"]["speedup"]["center"])
        for entry in document["benchmarks"]
        if "-serial-w1@" in entry["extra_info"].get("reference", "")
    ]


def certain_pairs(document):
    """(faster, slower, whether the mean says so too) for each two cases of a group whose speedups differ certainly."""
    pairs = []
    for one, other in permutations(over_serial(document), 2):
        same_group = one[0] == other[0]
        if same_group and one[3] > CERTAIN * other[3]:
            pairs.append((one[1], other[1], one[2] < other[2]))
    return pairs


def rows_of_table(text):
    """The names in pytest-benchmark's table, from the top."""
    return re.findall(r"^(test_\w+\[\S+\])", text, flags=re.MULTILINE)


def assert_rows_follow(names, pairs):
    for faster, slower, _ in pairs:
        assert names.index(faster) < names.index(slower), (faster, slower, names)


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
    pairs = certain_pairs(json.loads(benchmark_json.render(unequal)))
    assert ("test_cpu[fnv1a-process-w2]", "test_cpu[fnv1a-thread-w2]") in [pair[:2] for pair in pairs]
    assert [pair for pair in pairs if not pair[2]] == []


def test_the_compare_command_ranks_as_speedups_do(unequal, tmp_path):
    """``pytest-benchmark compare`` shows each workload's cases in the order of their speedups."""
    written = tmp_path / "benchmark.json"
    written.write_text(benchmark_json.render(unequal), encoding="utf-8")
    assert_rows_follow(compared(written), certain_pairs(json.loads(written.read_text())))


def compared(path: Path) -> list[str]:
    """The names in the order in which pytest-benchmark's own command shows them."""
    program = shutil.which("pytest-benchmark", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "compare", str(path), "--sort=mean", "--columns=mean", "--name=short"]
    shown = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=True).stdout
    # Of one file only, its name stands in brackets behind each row's.
    return [f"test_{name}" for name in re.findall(r"^(\w+\[\S+\])", shown, flags=re.MULTILINE)]


def test_a_measured_table_ranks_as_speedups_do(measured_session):
    """In a real session too, where processes get twice the tasks of serial code: in the file and in the table."""
    document = json.loads(measured_session.benchmark_json.read_text())
    pairs = certain_pairs(document)
    assert ("test_io[sleep-process-w2]", "test_io[sleep-serial-w1]") in [pair[:2] for pair in pairs]
    assert [pair for pair in pairs if not pair[2]] == []
    assert_rows_follow(rows_of_table(measured_session.session.stdout), pairs)


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
