"""The probe ``collecting``: how long a garbage collection stops another thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

NS_PER_MS = 1e6

# A collection of so many objects takes tens of milliseconds: far above a tick of half a one.
NODES, TIMES = 300_000, 3
CONDITIONS = ({"nodes": NODES, "times": TIMES},)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under its only condition on one target."""
    return model.Experiment(target.id, "collecting", CONDITIONS, launch_s=0.3)


def collect_ms(seen: Seen) -> float:
    """How long a collection took, the median of one launch."""
    from statistics import median

    return float(median(seen[0]["collect_ns"])) / NS_PER_MS


def stopped_share(seen: Seen) -> float:
    """The longest time without a tick over the length of the collection, the median of a launch."""
    from statistics import median

    pairs = zip(seen[0]["longest_gap_ns"], seen[0]["collect_ns"], strict=True)
    return float(median(gap_ns / collect_ns for gap_ns, collect_ns in pairs))
