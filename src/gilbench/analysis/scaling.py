"""How one quantity grows with another: work with workers, a wait with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations


def efficiency(speedup: float, workers: int) -> float:
    """Speedup per worker: 1 where all workers are used in full."""
    return speedup / workers


def serial_fraction(speedup: float, workers: int) -> float | None:
    """The experimentally determined serial fraction of Karp and Flatt (1990).

    Returns:
        The fraction, below 0 where the speedup exceeds the number of workers; None for one worker,
        where it has no meaning.
    """
    if workers < 2:
        return None
    return (1 / speedup - 1 / workers) / (1 - 1 / workers)


def theil_sen(xs: Iterable[float], ys: Iterable[float]) -> float:
    """The median slope between all pairs of points with different x (Theil, 1950; Sen, 1968).

    One outlier cannot move it far.

    Raises:
        ValueError: All points have the same x.
    """
    from statistics import median

    points = zip(xs, ys, strict=True)
    slopes = []
    for (x1, y1), (x2, y2) in combinations(points, 2):
        if x1 != x2:
            slopes.append((y2 - y1) / (x2 - x1))
    if not slopes:
        raise ValueError("a slope needs two points that differ in x")
    return float(median(slopes))
