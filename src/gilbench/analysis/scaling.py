"""Measures of how work scales with workers."""

from __future__ import annotations


def efficiency(speedup: float, workers: int) -> float:
    """Speedup over workers: 1 where every worker counts in full."""
    return speedup / workers


def serial_fraction(speedup: float, workers: int) -> float | None:
    """The experimentally determined serial fraction of Karp and Flatt (1990); None for one worker, where it has no
    meaning. Below 0 where the speedup exceeds the number of workers."""
    if workers < 2:
        return None
    return (1 / speedup - 1 / workers) / (1 - 1 / workers)
