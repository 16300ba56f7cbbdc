"""The probe ``start``: what it costs to start and join a thread, a pool or a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

NS_PER_MS = 1e6
# What is started → how often per launch.
TIMES = {"thread": 20, "fork": 8, "forkserver": 5, "spawn": 3, "pool": 3, "interpreter": 4}
WAYS = tuple(TIMES)
CONDITIONS = tuple({"how": way, "times": times} for way, times in TIMES.items())


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "start", CONDITIONS, launch_s=0.35)


def steady_ns(seen: Seen, way: str) -> float:
    """The median time to start and join in one launch, the first time left out.

    Raises:
        StatisticsError: A ValueError; the platform lacks this way to start, so nothing was timed.
    """
    from statistics import median

    return float(median(seen[WAYS.index(way)].get("steady_ns", ())))


def first_ms(seen: Seen, way: str) -> float:
    """The first time in a launch, which also pays for what stays, such as the fork server."""
    return float(seen[WAYS.index(way)]["first_ns"]) / NS_PER_MS


def steady_ms(seen: Seen, way: str) -> float:
    """``steady_ns`` in milliseconds."""
    return steady_ns(seen, way) / NS_PER_MS


def cost_ratio(seen: Seen, way: str, other: str) -> float:
    """The steady cost of one way to start over that of the other, in one launch."""
    return steady_ns(seen, way) / steady_ns(seen, other)
