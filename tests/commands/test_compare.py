"""``gilbench compare``: two targets of a run, by the beginnings of their names."""

import json

import pytest

from tests.report.conftest import write_run
from tests.synthetic import World

FREE, WITH = "3.13.0t", "3.13.0"
ARGUMENTS = ("compare", FREE, WITH, "run")


@pytest.fixture
def two_targets(tmp_path):
    """A run of a free-threaded target beside one with the GIL, in the folder of the command."""
    world = World(
        gil=False,
        beside=True,
        launches=4,
        claims=frozenset({"A16", "B16"}),
        speedups={"fnv1a-serial-w1": 0.8},
    )
    return write_run(tmp_path / "run", world)


def test_every_case_is_compared_as_json_and_as_a_table(in_process, two_targets):
    """The speed of the one over the other, with its interval; the table names both."""
    cases = {case["case"]: case for case in json.loads(in_process(*ARGUMENTS, "--json").stdout)}
    serial = cases["fnv1a-serial-w1"]
    assert serial["interleaved"] and serial["ratio"]["center"] == pytest.approx(0.8, rel=0.02)
    table = in_process(*ARGUMENTS)
    assert table.returncode == 0
    assert FREE in table.stdout and "fnv1a-serial-w1" in table.stdout and "0.80×" in table.stdout


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("compare", "3.9", WITH, "run"), f"choose from: {FREE}, {WITH}"),
        (("compare", "3.13", WITH, "run"), "give more of the name"),
        (("compare", FREE, WITH, "nowhere"), "gilbench run"),
        (("compare", "run", "other run"), "gilbench report run 'other run'"),
    ],
)
def test_what_cannot_be_compared_is_refused(in_process, two_targets, arguments, remedy):
    """A target that is not of the run, a name of two, a run that is not there, and runs: one line each."""
    done = in_process(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert remedy in done.stderr and done.stderr.count("\n") == 1
