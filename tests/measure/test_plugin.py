"""The pytest plugin: light to load, for every session of an environment loads it; and its clock."""

import json
import subprocess
import sys

import pytest
from tests import synthetic

from gilbench.measure.plugin import TargetClock, parameter
from gilbench.model import Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import compare

HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "psutil", "msgspec", "jinja2", "rich"}


def loaded_by(code):
    """The top-level modules that a fresh interpreter holds after some code."""
    code = f"{code}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(said.stdout))


def test_loading_the_plugin_loads_nothing_heavy():
    """A pytest session that has no benchmark of ours pays for this file and no more."""
    loaded = loaded_by("import gilbench.measure.plugin")
    assert "pytest" in loaded and not loaded & HEAVY


def test_importing_gilbench_loads_nothing():
    """The package itself imports nothing at all: its version is had for nothing."""
    before = loaded_by("")
    assert loaded_by("import gilbench; gilbench.__version__") - before == {"gilbench"}


def test_the_check_can_fail():
    """What the plugin must not load does show where it is loaded."""
    assert "msgspec" in loaded_by("import gilbench.measure.items")


def test_the_clock_reads_what_it_is_given():
    """Until an item is measured the clock stands at nothing; then it follows the target's time."""
    clock = TargetClock()
    assert clock() == 0.0
    clock.read = lambda: 1.5
    assert clock() == 1.5 and clock.__name__


@pytest.mark.parametrize(
    ("item", "group"),
    [
        (compare(synthetic.make_target(), "fnv1a", "thread", 2), "fnv1a"),
        (Experiment("3.13.0", "switching", ({},)), "switching"),
    ],
)
def test_each_parameter_has_another_clock(item, group):
    """Each item brings its own clock, is grouped by what is measured, and is called as it was labelled."""
    planned = PlannedItem(item, Effort((2,), 2))
    one, other = parameter(planned, "label"), parameter(planned, "label")
    marks = [each.marks[0].kwargs for each in (one, other)]
    assert one.id == "label" and one.values == (planned,)
    assert marks[0]["timer"] is not marks[1]["timer"]
    assert marks[0]["group"] == group and marks[0]["warmup"] is False
