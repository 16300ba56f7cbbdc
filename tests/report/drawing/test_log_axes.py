"""Axes and numbers of figures: limits, ticks and prefixes."""

import math

import pytest

from gilbench.report.drawing import log_axes
from gilbench.summary.cases import Measured


def test_a_log_axis_has_room_and_names():
    """Limits enclose middles and finite intervals; one without end does not set them; ticks lie between them."""
    plain, endless = Measured(10.0, 8.0, 12.0, "", 3), Measured(20.0, -5.0, 1e9, "", 3)
    low, high = log_axes.log_limits([plain, endless, None])
    assert low < math.log10(8) < math.log10(20) < high < 2
    assert log_axes.log_ticks(low, high) == [10, 20]
    assert log_axes.log_ticks(0, 4) == [1, 10, 100, 1000, 10000]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.02, "s", "20 ms"),
        (5e-8, "s", "50 ns"),
        (1e9, "B/s", "1 GB/s"),
        (1e-6, "s", "1 µs"),
        (332447, "/s", "332 k/s"),
    ],
)
def test_numbers_have_prefixes(value, unit, shown):
    """Three significant digits, and the prefix that leaves them before the point."""
    assert log_axes.prefixed(value, unit) == shown
