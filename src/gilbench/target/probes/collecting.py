"""The longest time for which another thread cannot run during one garbage collection."""

import gc
import threading
from typing import Any, Dict, List

from gilbench.target.probes import stall
from gilbench.target.registry import Probe


class Node:
    """An object that refers to another, so that the collector must visit both."""

    __slots__ = ("other",)

    def __init__(self, other: Any) -> None:
        self.other = other


def make_nodes(count: int) -> List[Node]:
    """So many objects that stay reachable: a collection visits all and frees none."""
    nodes: List[Node] = []
    other: Any = None
    for _ in range(count):
        other = Node(other)
        nodes.append(other)
    return nodes


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Collect garbage among ``nodes`` objects while another thread ticks, ``times`` times.

    Returns:
        ``collect_ns``, how long each collection took; and ``longest_gap_ns`` between two ticks
        during each, None if the ticking thread never ticked.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        nodes = make_nodes(params["nodes"])
        seen = [collect_once() for _ in range(params["times"])]
        del nodes
    finally:
        if was_enabled:
            gc.enable()
    return {
        "collect_ns": [one["collect_ns"] for one in seen],
        "longest_gap_ns": [one["longest_gap_ns"] for one in seen],
    }


def collect_once() -> Dict[str, Any]:
    """One collection while another thread ticks."""
    ticking, done = threading.Event(), threading.Event()
    gaps_ns: List[int] = []
    ticker = threading.Thread(target=stall.tick, args=(ticking, done, gaps_ns), daemon=True)
    ticker.start()
    ticking.wait(stall.PATIENCE_S)
    collect_ns = stall.time_ns(gc.collect)
    done.set()
    ticker.join(stall.PATIENCE_S)
    return {"collect_ns": collect_ns, "longest_gap_ns": max(gaps_ns, default=None)}


PROBE = Probe(
    name="collecting",
    summary="longest gap of a ticking thread while another collects garbage",
    run=run,
    limit_s=60,
)
