"""Writes to one attribute of an object that belongs to the task alone."""

from typing import Any, Dict

from gilbench.target.workloads._writes import Box, turns, workload


def task(index: int, params: Dict[str, Any]) -> int:
    own = Box()
    for number in turns(params):
        own.value = number
        own.value = number
        own.value = number
        own.value = number
        own.value = number
        own.value = number
        own.value = number
        own.value = number
        own.value = number
        own.value = number
    return int(params["size"]) + index


WORKLOAD = workload(
    "own-attribute", "writes to one attribute of an object that is not shared", task
)
