"""Efficiency and serial fraction: known values, and Amdahl's law turned round; the slope that one wild point leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.analysis.scaling import efficiency, serial_fraction, theil_sen


@pytest.mark.parametrize(
    ("speedup", "workers", "expected"), [(1.8, 2, 0.9), (1.0, 4, 0.25), (2.1, 2, 1.05)]
)
def test_efficiency_is_speedup_over_workers(speedup, workers, expected):
    """Efficiency is 1 where every worker counts in full, and above it where serial code was held back."""
    assert efficiency(speedup, workers) == pytest.approx(expected)


@given(st.floats(0, 1), st.integers(2, 256))
def test_serial_fraction_turns_amdahls_law_round(fraction, workers):
    """From the speedup that Amdahl's law gives to a program, its serial fraction comes back."""
    speedup = 1 / (fraction + (1 - fraction) / workers)
    assert serial_fraction(speedup, workers) == pytest.approx(fraction, abs=1e-9)


def test_one_worker_has_no_serial_fraction():
    """With one worker the formula divides by zero: there is nothing to say."""
    assert serial_fraction(1.0, 1) is None


def test_superlinear_speedup_has_a_negative_serial_fraction():
    """A speedup beyond the number of workers shows as a negative fraction and is not hidden."""
    assert serial_fraction(2.2, 2) < 0


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_the_slope_of_a_line_is_found_despite_a_wild_point(slope, start):
    """Five points of a line give its slope, whatever a sixth says."""
    xs = [1.0, 2.0, 3.0, 5.0, 8.0, 13.0]
    ys = [start + slope * x for x in xs[:-1]] + [1e6]
    assert theil_sen(xs, ys) == pytest.approx(slope, abs=1e-6)


def test_a_slope_needs_two_points_apart():
    """One point, or several at one place, have no slope."""
    for xs in ([1.0], [2.0, 2.0]):
        with pytest.raises(ValueError, match="two points"):
            theil_sen(xs, [1.0] * len(xs))
