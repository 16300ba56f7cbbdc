"""The probe ``handoff``: how long a thread takes to hand over to another, by primitive and load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

NS_PER_MS = 1e6
INTERVAL_S = 0.005
PRIMITIVES = ("lock", "event", "condition", "semaphore", "barrier", "queue")

# What a third thread does → seconds per condition; next to a CPU-bound one a round trip takes up
# to two switch intervals.
DURATION_S = {"none": 0.01, "computing": 0.08, "yielding": 0.02}
LOADS = tuple(DURATION_S)


def _condition(primitive: str, load: str) -> dict[str, Any]:
    return {
        "primitive": primitive,
        "load": load,
        "duration_s": DURATION_S[load],
        "interval_s": INTERVAL_S,
    }


CONDITIONS = tuple(_condition(primitive, load) for primitive in PRIMITIVES for load in LOADS)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "handoff", CONDITIONS, launch_s=0.8)


def hand_over_ms(seen: Seen, load: str, *primitives: str) -> float:
    """The mean time of a hand-over in one launch; of several primitives, the median of theirs.

    The mean over hand-overs, because a thread that computes gets in at some and not at others.
    """
    from statistics import median

    means_ms = []
    for primitive in primitives or PRIMITIVES:
        observed = seen[CONDITIONS.index(_condition(primitive, load))]
        means_ms.append(observed["wall_ns"] / (2 * observed["round_trips"]) / NS_PER_MS)
    return float(median(means_ms))


def in_intervals(seen: Seen, load: str, *primitives: str) -> float:
    """The mean time of a hand-over, in switch intervals."""
    return hand_over_ms(seen, load, *primitives) / (1000 * INTERVAL_S)


def time_left(seen: Seen) -> float:
    """The time of a hand-over next to a thread that calls time.sleep(0) over that without."""
    return hand_over_ms(seen, "yielding") / hand_over_ms(seen, "computing")


def share_given_back(seen: Seen) -> float:
    """The share of the delay by a CPU-bound thread that ends when it calls time.sleep(0)."""
    alone, computing = hand_over_ms(seen, "none"), hand_over_ms(seen, "computing")
    return (computing - hand_over_ms(seen, "yielding")) / (computing - alone)


def cores_used(seen: Seen) -> float:
    """CPU seconds per wall-clock second next to a CPU-bound thread, mean over primitives."""
    from statistics import fmean

    shares = []
    for primitive in PRIMITIVES:
        observed = seen[CONDITIONS.index(_condition(primitive, "computing"))]
        shares.append(float(observed["cpu_ns"] / observed["wall_ns"]))
    return fmean(shares)
