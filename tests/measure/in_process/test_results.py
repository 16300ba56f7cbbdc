"""Results compare three-way: true, false, or more is measured until the test is given up."""

import pytest

from gilbench.measure.in_process.intervals import Interval
from gilbench.measure.in_process.results import Released, Result


class Undecided(Exception):
    pass


class Measured:
    """Intervals that follow each other as more is measured."""

    def __init__(self, *intervals):
        self.intervals = list(intervals)
        self.blocks = 5
        self.sample = self

    def interval(self):
        return self.intervals[0]

    def controls(self):
        return "ceiling 1.90× of 2 processes"

    @property
    def finished(self):
        return len(self.intervals) == 1

    def measure_more(self):
        self.blocks += 3
        del self.intervals[0]


def result(*intervals, kind=Result):
    """A result whose interval is each of some in turn."""
    measured = Measured(*(Interval(sum(ends) / 2, *ends) for ends in intervals))

    def give_up(reason):
        raise Undecided(reason)

    return kind(
        "speedup of f",
        measured,
        measured.measure_more,
        give_up,
        lambda value: f"{value:.1f}×",
        "gilbench advise f",
    )


def test_a_certain_result_is_true_or_false():
    """The whole interval on one side decides, in either direction and from either side."""
    high = result((1.7, 1.9))
    assert high > 1.5 and not high < 1.5 and high >= 1.5 and 1.5 < high  # noqa: SIM300 - either side is meant
    assert not high > 2.0 and high < 2.0 and high <= 2.0 and 2.0 > high  # noqa: SIM300
    assert high.blocks == 5


def test_an_open_result_measures_more():
    """A bound inside the interval asks for another analysis, as long as there is time."""
    narrowing = result((1.0, 2.0), (1.2, 1.8), (1.6, 1.7))
    assert narrowing > 1.5
    assert narrowing.blocks == 11


def test_what_stays_open_is_given_up():
    """A test whose time is over without an answer ends with what was measured and what it needed."""
    with pytest.raises(
        Undecided, match=r"speedup of f: 1\.5× \[1\.0×, 2\.0×\], ceiling .*needs > 1\.5×"
    ):
        assert result((1.0, 2.0)) > 1.5


def test_a_factor_is_no_answer():
    """`assert gil.speedup(f)` without a bound would always hold."""
    with pytest.raises(TypeError, match="compare the speedup of f with a bound"):
        bool(result((1.7, 1.9)))


@pytest.mark.parametrize("other", [1.8, pytest.approx(1.8)])
def test_equality_is_no_question(other):
    """An interval equals no number: the message says how to ask."""
    for compare in (lambda: result((1.7, 1.9)) == other, lambda: other == result((1.7, 1.9))):
        with pytest.raises(TypeError, match="compare the speedup of f by < or >"):
            compare()


@pytest.mark.parametrize("bound", [float("nan"), "1.5", None, result((1.0, 1.2))])
def test_a_bound_is_a_number(bound):
    """Nothing else decides, however long it is measured."""
    with pytest.raises(TypeError, match="compare the speedup of f with a number"):
        assert result((1.7, 1.9)) > bound


def test_a_released_gil_is_an_answer():
    """Certainly less than half of the time is yes, more is no, and the rest is open."""
    assert result((0.0, 0.1), kind=Released)
    assert repr(result((0.0, 0.1), kind=Released)).endswith("; to look closer: gilbench advise f")
    assert not result((0.9, 1.0), kind=Released)
    with pytest.raises(Undecided):
        bool(result((0.4, 0.6), kind=Released))


def test_a_failure_says_how_to_look_closer():
    """Below the comparison there are the size of the sample and the command."""
    lines = result((1.0, 1.1)).explanation()
    assert "5 blocks" in lines[0] and lines[-1] == "to look closer: gilbench advise f"
