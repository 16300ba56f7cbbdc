"""The package of the how-to page: listed, measured, judged, drawn and exported."""

import json
import os

import pytest

from gilbench.model import Outcome

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def test_everything_is_listed_with_its_package(example):
    """The listing of everything has the workload, the claim and where both come from."""
    listed = json.loads(example.gilbench("list", "--json").stdout)
    assert listed["workloads"]["adler32"].endswith("(of gilbench-adler 1.0)")
    assert "adler32" in listed["claims"]["X1"]["statement"]
    assert set(listed["plugins"]) == {
        "gilbench.workloads adler32 of gilbench-adler 1.0",
        "gilbench.claims adler32 of gilbench-adler 1.0",
        "gilbench.figures adler32 of gilbench-adler 1.0",
        "gilbench.exports speedups of gilbench-adler 1.0",
    }
    assert not any("left_out" in entry for entry in listed["plugins"].values())


def test_without_plugins_none_are_listed(packages):
    """Nobody who has no plugin is bothered with them."""
    assert "plugins" not in json.loads(packages.gilbench("list", "--json").stdout)


def test_it_is_explained(example):
    """A claim of another package is explained like any other."""
    assert (
        "zlib releases the GIL for buffers above 5 KiB" in example.gilbench("explain", "X1").stdout
    )


@pytest.mark.skipif(CORES < 2, reason="the claim does not apply on one core")
def test_it_is_measured_judged_drawn_and_exported(example):
    """A run of its claim ends in a verdict, with its figure in the report and its lines in the export."""
    done = example.gilbench("run", "--profile", "quick", "--claim", "X1", "--quiet")
    assert done.returncode == 0 and "left out" not in done.stderr, done.stderr
    run = example.folder.parent / "work" / "results" / "latest"
    (verdict,) = json.loads((run / "verdicts.json").read_text(encoding="utf-8"))
    assert verdict["id"] == "X1" and verdict["verdict"] in set(Outcome) and verdict["estimate"]
    assert (run / "figures" / "adler32.png").stat().st_size > 1000
    (workload,) = [
        entry
        for entry in json.loads((run / "run.json").read_text(encoding="utf-8"))["targets"][0][
            "description"
        ]["workloads"]
        if entry["name"] == "adler32"
    ]
    assert workload["package"] == "gilbench-adler 1.0" and len(workload["sha256"]) == 64
    exported = example.gilbench("export", "--format", "speedups").stdout
    assert exported.startswith("adler32-thread-w")
