"""What gilbench's own CI compares with main: the estimate over a sample of launches, which every verdict rests on."""

from __future__ import annotations

from gilbench.analysis.location import locate

SAMPLE = [0.001 * (number * 37 % 101) for number in range(24)]


def located() -> float:
    """The lower end of the interval of a sample."""
    location = locate(SAMPLE)
    assert location is not None
    return location.interval(0.95)[0]
