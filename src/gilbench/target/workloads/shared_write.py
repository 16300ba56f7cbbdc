"""Writes to one list that all threads of a process share: each task has a slot of its own, so that they have nothing in
common but the object."""

from typing import Any, Dict

from gilbench.target.registry import Workload

SLOTS = 64
BOARD = [0] * SLOTS


def task(index: int, params: Dict[str, Any]) -> int:
    """How many writes were made, and which task it was; what stands in the list depends on who came last."""
    board, slot, writes = BOARD, index % SLOTS, 0
    for writes in range(1, params["size"] + 1):
        board[slot] = writes
    return writes + index


WORKLOAD = Workload(
    name="shared-write",
    kind="cpu",
    summary="writes to one list shared by all threads",
    task=task,
    defaults={"size": 64 * 1000},
    size_unit="writes",
    size_step=1000,
    survey=False,
)
