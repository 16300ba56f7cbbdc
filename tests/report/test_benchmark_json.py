"""The derived benchmark.json is pytest-benchmark's: its numbers, its format, read by its own command."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.synthetic import World, make_host

from gilbench.report import benchmark_json
from gilbench.results import tables
from gilbench.summary import cases

ITEM = "fnv1a-thread-w2@3.13.0"
# What pytest-benchmark itself makes of these durations: its clock advances by them and by nothing else.
REPLAY = """
import pytest

now, durations = [0.0], {durations}

def clock():
    return now[0]

@pytest.mark.benchmark(timer=clock)
def test_replay(benchmark):
    left = iter(durations)
    def advance():
        now[0] += next(left)
    benchmark.pedantic(advance, rounds=len(durations))
"""


@pytest.fixture(scope="module")
def derived(reported) -> dict:
    return json.loads((reported / "benchmark.json").read_text(encoding="utf-8"))


def of_item(document, item):
    return next(one for one in document["benchmarks"] if one["extra_info"]["gilbench_item"] == item)


def replayed(folder: Path, durations: list[float]) -> dict:
    """The document that pytest-benchmark writes of one test that took just these times."""
    (folder / "test_replay.py").write_text(REPLAY.format(durations=durations), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--benchmark-json=out.json",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return json.loads((folder / "out.json").read_text(encoding="utf-8"))


def test_the_numbers_are_pytest_benchmarks_own(derived, reported, tmp_path):
    """Statistics of an item equal those that pytest-benchmark computes of the same rounds."""
    journal = tables.load(reported).rounds
    timed = journal[
        (journal["item"] == ITEM) & (journal["role"] == "case") & ~journal["warmup"].astype(bool)
    ]
    durations = (timed["wall_ns"] / 1e9 / 8).tolist()
    own, ours = (
        replayed(tmp_path, durations)["benchmarks"][0]["stats"],
        dict(of_item(derived, ITEM)["stats"]),
    )
    assert own.keys() == ours.keys()
    assert own["rounds"] == ours["rounds"] == 18
    assert ours.pop("outliers") == own.pop("outliers")
    assert ours.pop("data") == pytest.approx(durations)
    own.pop("data")
    assert ours == pytest.approx(own, rel=1e-6)


def test_the_form_is_pytest_benchmarks_own(derived, tmp_path):
    """The document and its entries have the keys that pytest-benchmark gives them."""
    own = replayed(tmp_path, [0.01, 0.02])
    assert own.keys() == derived.keys()
    assert own["benchmarks"][0].keys() == derived["benchmarks"][0].keys()
    assert own["commit_info"].keys() <= derived["commit_info"].keys() | {"error"}
    assert own["version"] == derived["version"]


def test_its_own_command_reads_it(reported):
    """``pytest-benchmark compare`` shows the table of a derived file."""
    program = shutil.which("pytest-benchmark", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "compare", str(reported / "benchmark.json"), "--columns=min,rounds"]
    done = subprocess.run(command, cwd=reported, capture_output=True, text=True, check=True)
    assert "fnv1a-thread-w2" in done.stdout


def test_names_are_those_of_the_suite(derived):
    """Names, groups and modules are what ``pytest benchmarks`` gives."""
    entry = of_item(derived, ITEM)
    assert (entry["name"], entry["group"]) == ("test_cpu[fnv1a-thread-w2]", "fnv1a")
    assert entry["fullname"] == "benchmarks/test_cpu.py::test_cpu[fnv1a-thread-w2]"
    probe = of_item(derived, "switching@3.13.0")
    assert probe["fullname"] == "benchmarks/test_experiments.py::test_experiment[switching]"


def test_items_without_an_end_are_left_out():
    """What pytest-benchmark would have dropped, because its test failed or never ended, is dropped here too."""
    world = World(launches=2)
    whole = world.tables()
    cut = tables.build(
        whole.run,
        [record for record in world.records() if getattr(record, "because", None) is None],
    )
    assert json.loads(benchmark_json.render(whole))["benchmarks"]
    assert json.loads(benchmark_json.render(cut))["benchmarks"] == []


def test_a_run_from_elsewhere_keeps_its_host():
    """Reporting a run on another machine does not put that machine's name on it."""
    world = World(launches=2)
    world.host = make_host(model="Elsewhere 9", kernel="Plan9 4")
    document = json.loads(benchmark_json.render(world.tables()))
    assert document["machine_info"]["cpu"] == {"brand_raw": "Elsewhere 9", "count": 2}
    assert document["machine_info"]["system"] == "Plan9"


def test_the_commit_is_the_runs():
    """The commit is the one that was measured, not the one that the report is made at."""
    found = World(launches=2).tables()
    run = msgspec.structs.replace(found.run, git_commit="0123456789abcdef")
    document = json.loads(benchmark_json.render(tables.build(run, [])))
    assert document["commit_info"]["id"] == "0123456789abcdef"
    assert document["datetime"] == run.ended_utc


def test_only_the_cases_half_is_counted(reported):
    """References and warm-ups are not rounds of the benchmark."""
    found = tables.load(reported)
    rounds = found.rounds[found.rounds["item"] == ITEM]
    counted = (rounds["role"] == "case") & ~rounds["warmup"].astype(bool)
    comparison = next(comparison for comparison in found.comparisons if comparison.id == ITEM)
    assert 0 < len(benchmark_json.times_s(found, comparison)) == counted.sum() < len(rounds)


def test_times_are_of_a_unit_of_work():
    """A task of 4096 bytes counts as 4096 units, so that runs of other task sizes can be compared."""
    world = World(launches=2)
    world.target = msgspec.structs.replace(world.target, sizes={"fnv1a": 4096})
    world.targets = (world.target,)
    sized, unsized = (
        json.loads(benchmark_json.render(made.tables())) for made in (world, World(launches=2))
    )
    assert of_item(sized, ITEM)["extra_info"]["unit"] == "bytes"
    assert of_item(unsized, ITEM)["extra_info"]["unit"] == "task"
    means_s = [of_item(document, ITEM)["stats"]["mean"] for document in (sized, unsized)]
    assert means_s[1] == pytest.approx(4096 * means_s[0])


def test_an_entry_says_what_its_times_are_of_and_the_speedup(derived, reported):
    """Target, reference, tasks and the speedup with its interval stand in ``extra_info``."""
    found = tables.load(reported)
    speedup = next(row.speedup for row in cases.rows(found) if row.comparison.id == ITEM)
    assert of_item(derived, ITEM)["extra_info"] == {
        "gilbench_item": ITEM,
        "target": "3.13.0",
        "reference": "fnv1a-serial-w1@3.13.0",
        "tasks": 8,
        "task_size": 1,
        "unit": "task",
        "speedup": {"center": speedup.center, "lo": speedup.lo, "hi": speedup.hi, "n": 9},
    }
    assert of_item(derived, "switching@3.13.0")["extra_info"].keys() == {"gilbench_item", "target"}


def test_what_is_not_gilbenchs_is_left_alone(reported):
    """Benchmarks that somebody measured in the same session keep their ``extra_info``."""
    foreign = {"extra_info": {"anything": 1}}
    benchmark_json.add_extra_info(tables.load(reported), [foreign])
    assert foreign == {"extra_info": {"anything": 1}}
