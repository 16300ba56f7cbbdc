"""Writes to one key of one dict that all threads of a process share."""

from typing import Any, Dict

from gilbench.target.workloads._writes import turns, workload

SHARED = {"value": 0}


def task(index: int, params: Dict[str, Any]) -> int:
    shared = SHARED
    for number in turns(params):
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
        shared["value"] = number
    return int(params["size"]) + index


WORKLOAD = workload("shared-dict", "writes to one key of a dict shared by all threads", task)
