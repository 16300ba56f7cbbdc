"""The probe ``channel-pairs``: a Pipe and a Queue in adjacent pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench import model
from gilbench.experiments.messages import KIB

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

PIPE, QUEUE = CHANNELS = ("pipe", "queue")
SIZES = (16, KIB)
# Some 5 to 15 ms per half: shorter than the 20 to 500 ms for which a core keeps a changed speed, so
# that both halves of most pairs meet the same.
MESSAGES, PAIRS = 1000, 8
CONDITIONS = tuple(
    {"channels": list(CHANNELS), "size_bytes": size, "messages": MESSAGES, "pairs": PAIRS}
    for size in SIZES
)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "channel-pairs", CONDITIONS, launch_s=0.6)


def rate_ratio(seen: Seen, size_bytes: int) -> float:
    """How many messages a Pipe carries while a Queue carries one: the median pair of one launch."""
    import numpy as np

    elapsed_ns = seen[SIZES.index(size_bytes)]["elapsed_ns"]
    by_queue = np.array(elapsed_ns[QUEUE], dtype=float)
    return float(np.median(by_queue / np.array(elapsed_ns[PIPE], dtype=float)))
