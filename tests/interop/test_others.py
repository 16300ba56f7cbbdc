"""What docs/how-to/other-tools.md says of other tools' gates is so, with the versions that are pinned."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# A benchmark whose clock advances by what it is told: "a" takes SLOWER times as long in a second run.
BENCHMARK = """
import os
import pytest

now = [0.0]

@pytest.mark.parametrize("name", os.environ["NAMES"].split())
@pytest.mark.benchmark(timer=lambda: now[0])
def test_it(benchmark, name):
    number = iter(range(100))
    factor = float(os.environ["SLOWER"]) if name == "a" else 1.0
    def advance():
        now[0] += (0.010 + 0.0001 * (next(number) % 5)) * factor
    benchmark.pedantic(advance, rounds=10)
"""
COMPARE, FAIL = "--benchmark-compare", "--benchmark-compare-fail="


def benchmark(folder: Path, *options: str, names: str = "a b", slower: float = 1.0) -> int:
    """Run the benchmark with pytest-benchmark's options; its exit code."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "test_it.py",
        *options,
    ]
    environment = {**os.environ, "NAMES": names, "SLOWER": str(slower)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False
    ).returncode


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """A folder with the benchmark and a saved baseline of it."""
    folder = tmp_path_factory.mktemp("benchmark")
    (folder / "test_it.py").write_text(BENCHMARK)
    (folder / "pytest.ini").write_text("[pytest]\n")
    assert benchmark(folder, "--benchmark-save=base") == 0
    return folder


@pytest.mark.parametrize(
    ("options", "names", "code"),
    [
        ((COMPARE, FAIL + "mean:5%"), "a b", 1),
        ((COMPARE, FAIL + "mean:5%", FAIL + "max:300%"), "a b", 0),
        ((COMPARE, FAIL + "max:300%", FAIL + "mean:5%"), "a b", 1),
        ((COMPARE, FAIL + "mean:5%"), "b", 0),
        ((COMPARE, FAIL + "mean:5%", "--benchmark-disable"), "a b", 0),
        ((COMPARE + "=0099", FAIL + "mean:5%"), "a b", 4),
        ((FAIL + "mean:5%",), "a b", 4),
    ],
    ids=[
        "found",
        "repeated",
        "repeated-otherwise",
        "missing",
        "disabled",
        "no-such-baseline",
        "no-baseline",
    ],
)
def test_what_pytest_benchmark_says_of_a_fifth_more(saved, options, names, code):
    """``a`` takes 20 % longer than in the baseline, or is not there any more."""
    assert benchmark(saved, *options, names=names, slower=1.2) == code


def test_pytest_benchmark_passes_what_the_baseline_lacks(saved):
    """A benchmark under a new name has nothing to be compared with, and the check passes."""
    assert benchmark(saved, COMPARE, FAIL + "mean:5%", names="b renamed") == 0


def test_pytest_benchmark_compares_across_machines(saved):
    """A baseline of another machine is compared all the same, with a warning."""
    (path,) = saved.glob(".benchmarks/*/*base.json")
    was = path.read_text()
    path.write_text(was.replace('"node": "', '"node": "another-'))
    try:
        assert benchmark(saved, COMPARE, FAIL + "mean:5%") == 0
    finally:
        path.write_text(was)


def test_pyperf_takes_rounds_as_independent_and_always_succeeds(tmp_path):
    """Two sets of launches whose middles differ by no more than launches do: over launches nothing is there, over
    rounds pyperf calls it significant; and its exit code says 0 whatever it finds."""
    import json

    def file(name: str, middles: tuple[float, ...]) -> str:
        runs = [
            {"values": [middle * (1 + 0.001 * (step % 3)) for step in range(20)]}
            for middle in middles
        ]
        document = {
            "version": "1.0",
            "benchmarks": [{"metadata": {"name": "same", "loops": 1}, "runs": runs}],
        }
        (tmp_path / name).write_text(json.dumps(document))
        return name

    one, other = file("one.json", (1.00, 1.06, 1.01)), file("other.json", (1.05, 1.00, 1.08))
    command = [sys.executable, "-m", "pyperf", "compare_to", one, other]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "slower" in done.stdout and "not significant" not in done.stdout

    from gilbench.analysis.location import locate

    first, second = locate([1.00, 1.06, 1.01]), locate([1.05, 1.00, 1.08])
    lo, hi = (second - first).interval(0.95)
    assert lo < 0 < hi
