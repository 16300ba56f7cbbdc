"""How uneven a host was while a run was measured: the share of windows in which one core was slow."""

from __future__ import annotations

from collections.abc import Iterable

from gilbench.model import CeilingControl, Record

SLOW = 1.25  # times slower than the fastest window of a run


def slow_share(records: Iterable[Record]) -> float:
    """Which share of the windows that the ceiling control measured on a single core was slow."""
    loops: list[int] = []
    for record in records:
        if isinstance(record, CeilingControl):
            for of_process in record.alone:
                loops += of_process
    most = max(loops, default=0)
    return sum(count < most / SLOW for count in loops) / max(1, len(loops))
