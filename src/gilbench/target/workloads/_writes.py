"""Shared by the workloads that write to an object.

Ten writes per turn of the loop, so that little but writing is measured.
"""

from typing import Any, Callable, Dict

from gilbench.target.registry import Workload

WRITES_PER_TURN = 10


class Box:
    """An object with one attribute."""

    def __init__(self) -> None:
        self.value = 0


def turns(params: Dict[str, Any]) -> range:
    """The turns of the loop, each of which writes its own number."""
    return range(params["size"] // WRITES_PER_TURN)


def workload(name: str, summary: str, task: Callable[[int, Dict[str, Any]], int]) -> Workload:
    """A workload sized by its number of writes, measured only where it is asked for."""
    return Workload(
        name=name,
        kind="cpu",
        summary=summary,
        task=task,
        defaults={"size": 64 * 1000},
        size_unit="writes",
        size_step=1000,
        survey=False,
    )
