"""The studies of how soon claims are decided: they run, and see what they are there to show."""

import importlib.util
import sys
from pathlib import Path

import pytest
from tests import journals

TOOL = Path(__file__).parents[2] / "tools" / "decisions_in_time.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("decisions_in_time", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def cells(lines) -> list[list[str]]:
    """The rows of a table, without its head."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return rows[2:]


def test_more_launches_decide_more_claims(tool, tmp_path):
    """In a recorded quiet run, and correcting over claims never decides fewer than over directions."""
    folder = journals.unpack("quiet-1", tmp_path)
    rows = cells(tool.replay([folder]))
    by_claim = [int(row[2].split()[0]) for row in rows]
    assert by_claim == sorted(by_claim) and by_claim[0] < by_claim[-1]
    assert all(int(row[3]) <= decided for row, decided in zip(rows, by_claim, strict=True))


def test_shared_cores_decide_nothing_wrongly(tool):
    """By neither rule, and every launch decides "gains nothing" sooner where cores are shared now and then."""
    rows = cells(tool.ceiling(repetitions=40))
    assert not any("wrong" in cell for row in rows for cell in row)
    (row,) = [
        row for row in rows if row[:3] == ["gains nothing: gains nothing", "16", "50% of them"]
    ]
    assert int(row[4].rstrip("%")) > int(row[3].rstrip("%"))


def test_more_launches_make_a_control_able_to_void(tool):
    """And no number of them voids what is sound."""
    four, _, twelve, _ = cells(tool.controls(repetitions=200))
    assert float(four[2].rstrip("%")) == float(twelve[2].rstrip("%")) == 0
    assert float(twelve[6].rstrip("%")) > float(four[6].rstrip("%"))


def test_short_rounds_are_simulated(tool):
    """Each row has the shares for every time between two speeds, and they grow with the time that there is."""
    rows = cells(tool.rounds(repetitions=1))
    for row in rows:
        for cell in row[2:]:
            shares = [float(share) for share in cell.split()]
            assert len(shares) == len(tool.TIMES_S) and shares == sorted(shares)
