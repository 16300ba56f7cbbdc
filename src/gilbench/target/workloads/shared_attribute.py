"""Writes to one attribute of one object that all threads of a process share."""

from typing import Any, Dict

from gilbench.target.workloads._writes import Box, turns, workload

SHARED = Box()


def task(index: int, params: Dict[str, Any]) -> int:
    shared = SHARED
    for number in turns(params):
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
        shared.value = number
    return int(params["size"]) + index


WORKLOAD = workload(
    "shared-attribute", "writes to one attribute of an object shared by all threads", task
)
