"""Function calls in pure Python, each of them a little arithmetic."""

from typing import Any, Dict

from gilbench.target.registry import Workload

MASK = (1 << 30) - 1


def step(value: int) -> int:
    return (value * 5 + 1) & MASK


def task(index: int, params: Dict[str, Any]) -> int:
    value = index
    for _ in range(params["size"]):
        value = step(value)
    return value


WORKLOAD = Workload(
    name="calls",
    kind="cpu",
    summary="calls of a small Python function",
    task=task,
    defaults={"size": 8 * 1000},
    size_unit="calls",
    size_step=1000,
    survey=False,
)
