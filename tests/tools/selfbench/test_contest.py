"""The two versions that every tool compares differ by as much work as is said, and by nothing else."""

import sys

import pytest
from tools.selfbench.bench import SCRIPTS

SOURCE = (SCRIPTS / "function.py").read_text(encoding="utf-8")


class Counted(bytes):
    """A buffer that counts how often it is gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


@pytest.fixture
def blocks(monkeypatch):
    """How many blocks a version hashes in an environment of this name."""

    def run(name, source=SOURCE):
        monkeypatch.setattr(sys, "executable", f"/somewhere/{name}/bin/python")
        names = {}
        exec(source, names)  # noqa: S102 - a script of the tool
        buffer = names["BUFFER"] = Counted(names["BUFFER"])
        names["work"]()
        return buffer.times

    return run


@pytest.mark.parametrize(
    ("name", "expected"),
    [("baseline", 200), ("head", 200), ("extra-2", 204), ("extra-5", 210), ("extra-10", 220)],
)
def test_the_path_of_the_interpreter_says_how_much_more_work(blocks, name, expected):
    assert blocks(name) == expected


def test_a_copy_for_the_peers_has_as_much_more(blocks):
    assert blocks("any", SOURCE.replace("EXTRA_PERCENT = 0", "EXTRA_PERCENT = 5", 1)) == 210


def test_cores_of_two_speeds_are_slow_for_half_of_the_time_and_each_for_itself():
    names = {}
    exec(SOURCE.replace("DWELL_S = 0.0", "DWELL_S = 0.2", 1), names)  # noqa: S102 - a constant of the tool
    clock = names["time"] = type("Clock", (), {"now": 0.0, "monotonic": lambda self: self.now})()
    slow = {0: [], 1: []}
    for slot in range(2000):
        clock.now = slot * 0.1
        for core, seen in slow.items():
            names["CORE"] = lambda core=core: core
            seen.append(bool(names["is_slow"]()))
    assert all(900 < sum(seen) < 1100 for seen in slow.values())
    assert 900 < sum(one == other for one, other in zip(*slow.values(), strict=True)) < 1100
