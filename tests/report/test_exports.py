"""What other tools are given is what the journal says, and the real tools read it and come to the same numbers."""

import csv
import io
import json
import math
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import msgspec
import pytest
from tests.synthetic import World

from gilbench.model import InputError, ItemEnd
from gilbench.report import exports
from gilbench.report.exports import _measured
from gilbench.results import tables
from gilbench.summary.cases import measured

LABEL = "fnv1a-thread-w2"
ITEM = f"{LABEL}@3.13.0"
NARROW = {"claims": frozenset({"A16", "A18"}), "launches": 9}
SIZE = 4096


def sized(world: World) -> World:
    """The world with a calibrated task size, as every real run has one."""
    world.target = msgspec.structs.replace(world.target, sizes={"fnv1a": SIZE})
    world.targets = (world.target,)
    return world


@pytest.fixture(scope="module")
def measured_run() -> tables.Tables:
    return sized(World(**NARROW)).tables()


def rendered(found: tables.Tables, name: str) -> str:
    return exports.formats()[name].render(found, _measured.exported(found))


def walls_s(found: tables.Tables, launch: int | None = None) -> list[float]:
    rounds = found.rounds
    mine = rounds[
        (rounds["item"] == ITEM) & (rounds["role"] == "case") & ~rounds["warmup"].astype(bool)
    ]
    return [
        wall_ns / 1e9 for wall_ns in mine[(mine["launch"] == launch) | (launch is None)]["wall_ns"]
    ]


@pytest.mark.parametrize("name", exports.names())
def test_every_format_writes_every_comparison(measured_run, name):
    """One line end at the end, plain numbers only, and each measured comparison by its name."""
    text = rendered(measured_run, name)
    assert text.endswith("\n") and not text.endswith("\n\n")
    for comparison in measured_run.comparisons:
        assert comparison.label in text
    assert "NaN" not in text and "Infinity" not in text


@pytest.mark.parametrize("name", exports.names())
def test_the_same_run_gives_the_same_text(measured_run, name):
    """Nothing of the moment or the machine that exports gets in."""
    assert rendered(measured_run, name) == rendered(measured_run, name)


def test_items_without_an_end_are_left_out_and_named():
    """Where an item was cut off, half of it is not handed on as if it were whole."""
    world = sized(World(**NARROW))
    whole = world.tables()
    records = [
        one for one in world.records() if not (isinstance(one, ItemEnd) and one.item == ITEM)
    ]
    cut = tables.build(whole.run, records)
    assert _measured.left_out(whole) == [] and _measured.left_out(cut) == [ITEM]
    assert LABEL in {one.name for one in _measured.exported(whole)}
    assert LABEL not in {one.name for one in _measured.exported(cut)}


def test_nothing_to_export_is_an_input_error(measured_run):
    """A run without a whole comparison gives no empty file."""
    with pytest.raises(InputError, match="there is nothing to export"):
        _measured.exported(tables.build(measured_run.run, []))


def test_names_bear_the_target_only_where_there_are_several():
    """Two targets side by side keep apart; one of them alone has the names that another run of it has."""
    found = World(claims=frozenset({"B16"}), gil=False, beside=True, launches=3).tables()
    everything = [one.name for one in _measured.exported(found)]
    assert len(everything) == len(set(everything)) and all("@" in name for name in everything)
    alone = [one.name for one in _measured.exported(found, found.run.targets[0].id)]
    assert alone and not any("@" in name for name in alone)


def test_times_are_those_of_a_unit_of_work():
    """Twice the size and twice the time is the same speed: calibration does not show."""

    def time_ns(size: int, slower: float) -> float:
        world = World(**NARROW, speedups={LABEL: 1 / slower})
        world.target = msgspec.structs.replace(world.target, sizes={"fnv1a": size})
        world.targets = (world.target,)
        (one,) = (one for one in _measured.exported(world.tables()) if one.name == LABEL)
        assert one.unit == "bytes" and one.units == size * one.tasks
        return one.time_ns().center

    assert time_ns(2 * SIZE, 2.0) == pytest.approx(time_ns(SIZE, 1.0), rel=1e-6)


@pytest.fixture(scope="module")
def pyperf_file(measured_run, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pyperf") / "run.json"
    path.write_text(rendered(measured_run, "pyperf"), encoding="utf-8")
    return path


def pyperf(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pyperf", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_launches_are_runs_and_rounds_are_values(measured_run, pyperf_file):
    """pyperf's own reader finds the structure and numbers of the journal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyperf as library
    suite = library.BenchmarkSuite.load(str(pyperf_file))
    bench = suite.get_benchmark(LABEL)
    (one,) = (one for one in _measured.exported(measured_run) if one.name == LABEL)
    assert bench.get_nrun() == 9
    assert (bench.get_loops(), bench.get_inner_loops()) == (one.tasks, SIZE)
    for launch, run in enumerate(bench.get_runs()):
        assert [value * one.units for value in run.values] == pytest.approx(
            walls_s(measured_run, launch)
        )
        assert len(run.warmups) == 1
    assert bench.mean() == pytest.approx(
        sum(walls_s(measured_run)) / len(walls_s(measured_run)) / one.units
    )
    metadata = bench.get_metadata()
    assert metadata["python_version"] == "3.13.0" and metadata["cpu_model_name"] == "Synthetic 1"
    assert metadata["gilbench_item"] == ITEM and metadata["gilbench_workers"] == 2
    assert {len(library.BenchmarkSuite.load(str(pyperf_file)).get_benchmark_names())} == {
        len(suite)
    }


@pytest.mark.parametrize("command", ["show", "check", "stats", "metadata", "hist", "dump"])
def test_pyperf_reads_it(pyperf_file, command):
    """Its commands read the file without a word of complaint on standard error."""
    done = pyperf(command, str(pyperf_file))
    assert done.returncode == 0, done.stderr
    assert LABEL in done.stdout and done.stderr == ""


def test_pyperf_compares_two_runs(pyperf_file, tmp_path):
    """A case that takes half as long again is found slower by just that, whatever the sizes of the tasks."""
    slower = sized(World(**NARROW, seed=2, speedups={LABEL: 0.99 / 1.5}))
    other = tmp_path / "slower.json"
    other.write_text(rendered(slower.tables(), "pyperf"), encoding="utf-8")
    done = pyperf("compare_to", str(pyperf_file), str(other), "--table")
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if f" {LABEL} " in line]
    assert "1.50x slower" in line


def test_github_action_benchmark_gets_what_it_reads(measured_run):
    """A list of entries with just the fields that its custom tools take, of the types that it takes."""
    entries = json.loads(rendered(measured_run, "github-action-benchmark"))
    allowed = {"name": str, "unit": str, "value": float, "range": str, "extra": str}
    for entry in entries:
        assert entry.keys() <= allowed.keys() and {"name", "unit", "value"} <= entry.keys()
        assert all(isinstance(value, allowed[field]) for field, value in entry.items())
    assert len({entry["name"] for entry in entries}) == len(entries)
    (entry,) = (entry for entry in entries if entry["name"] == LABEL)
    launches = measured_run.of(ITEM)["wall_s"] * 1e9 / (SIZE * 8)
    expected = measured(launches, "ns", analyses=measured_run.analyses_of(ITEM))
    assert entry["value"] == pytest.approx(expected.center) and entry["unit"] == "ns/bytes"
    assert float(entry["range"].removeprefix("± ")) == pytest.approx(
        (expected.hi - expected.lo) / 2, rel=1e-3
    )


def test_bencher_gets_its_metric_format(measured_run):
    """By benchmark and measure a value between its bounds; latency in nanoseconds, as Bencher has it."""
    found = json.loads(rendered(measured_run, "bencher"))
    assert {"latency", "speedup", "cores-used"} == set(found[LABEL])
    for measures in found.values():
        for metric in measures.values():
            assert set(metric) == {"value", "lower_value", "upper_value"}
            assert metric["lower_value"] <= metric["value"] <= metric["upper_value"]
            assert all(
                isinstance(value, float) and math.isfinite(value) for value in metric.values()
            )
    assert found[LABEL]["speedup"]["value"] == pytest.approx(0.99, abs=0.01)
    assert (
        found[LABEL]["latency"]["value"] > 700
    )  # microseconds of a byte here: a bound must not be cut off


def test_csv_has_every_timed_round(measured_run):
    """A row a round, references under their own strategy, warm-up left out, times in seconds."""
    rows = list(csv.DictReader(io.StringIO(rendered(measured_run, "csv"))))
    mine = [row for row in rows if row["item"] == ITEM]
    cases = [row for row in mine if row["role"] == "case"]
    assert [float(row["wall_s"]) for row in cases] == pytest.approx(walls_s(measured_run))
    assert {row["strategy"] for row in mine if row["role"] == "reference"} == {"serial"}
    assert {row["workers"] for row in mine if row["role"] == "reference"} == {"1"}
    assert len(mine) == 2 * len(cases)
    assert {row["task_size"] for row in mine} == {str(SIZE)}


def test_pytest_benchmark_compares_two_benchmark_json(reported, tmp_path):
    """Its own command puts two runs side by side, each row with the name of the suite."""
    program = shutil.which("pytest-benchmark", path=str(Path(sys.executable).parent))
    other = shutil.copy(reported / "benchmark.json", tmp_path / "other.json")
    command = [
        program,
        "compare",
        str(reported / "benchmark.json"),
        str(other),
        "--columns=median",
        "--csv=t.csv",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.count(f"test_cpu[{LABEL}]") == 2
    names = [row["name"] for row in csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text()))]
    measured_items = json.loads((reported / "benchmark.json").read_text())["benchmarks"]
    assert len(names) == 2 * len(measured_items)


def test_names_of_one_target_of_several_are_unique(of_five):
    """A case over serial code and the same case over another target are told apart."""
    found = _measured.exported(tables.load(of_five), "3.13.0")
    names = [one.name for one in found]
    assert len(names) == len(set(names))
    assert {LABEL, f"{LABEL}-vs-3.8.18"} <= set(names)
