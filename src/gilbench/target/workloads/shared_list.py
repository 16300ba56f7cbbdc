"""Writes to one item of one list that all threads of a process share."""

from typing import Any, Dict

from gilbench.target.workloads._writes import turns, workload

SHARED = [0]


def task(index: int, params: Dict[str, Any]) -> int:
    shared = SHARED
    for number in turns(params):
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
        shared[0] = number
    return int(params["size"]) + index


WORKLOAD = workload("shared-list", "writes to one item of a list shared by all threads", task)
