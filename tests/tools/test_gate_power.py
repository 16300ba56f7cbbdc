"""The slowdown that the gate is tried with is as large as it says, and changes nothing else."""

import importlib.util
import sys
from pathlib import Path

import pytest

from gilbench.target.workloads import fnv1a

TOOL = Path(__file__).parents[2] / "tools" / "gate_power.py"
SIZE = 40 * len(fnv1a.BUFFER)


class Counted(bytes):
    """A buffer that counts how often it is gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


@pytest.fixture
def tried(monkeypatch):
    """The result of a task in an environment of this name, and how many blocks it hashed."""
    spec = importlib.util.spec_from_file_location("gate_power", TOOL)
    gate_power = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gate_power)
    monkeypatch.setitem(sys.modules, "gilbench.target.workloads._plain_fnv1a", fnv1a)

    def run(name):
        monkeypatch.setattr(sys, "executable", f"/somewhere/{name}/bin/python")
        buffer = Counted(fnv1a.BUFFER)
        names = {}
        exec(gate_power.WORKLOAD, names)
        names["BUFFER"] = buffer
        return names["WORKLOAD"].task(3, {"size": SIZE}), buffer.times

    return run


@pytest.mark.parametrize(
    ("name", "blocks"), [("baseline", 40), ("head", 40), ("extra-5", 42), ("extra-10", 44)]
)
def test_the_work_is_more_by_what_the_name_says_and_the_result_is_the_same(tried, name, blocks):
    assert tried(name) == (fnv1a.task(3, {"size": SIZE}), blocks)
