"""What a way to run a user's call gained over serial calls, from one observation of its pairs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from typing import Any

CONFIDENCE = 0.95  # of every interval that is shown of a call


def gain_of(observed: Mapping[str, Any]) -> float | None:
    """Serial time of a call over its time by the workers.

    The median of the pairs; None where the way failed.
    """
    pairs = observed.get("pairs")
    if not pairs:
        return None
    logs = []
    for pair in pairs:
        serial_ns = pair["serial"]["wall_ns"] / observed["serial_calls"]
        parallel_ns = pair["parallel"]["wall_ns"] / observed["parallel_calls"]
        logs.append(math.log(serial_ns / parallel_ns))
    return math.exp(statistics.median(logs))


def serial_call_s(observed: Mapping[str, Any]) -> float:
    """Seconds of a serial call, as the median of the pairs."""
    calls = int(observed["serial_calls"])
    walls = [pair["serial"]["wall_ns"] for pair in observed["pairs"]]
    return float(statistics.median(walls)) / calls / 1e9


def parallel_call_s(observed: Mapping[str, Any]) -> float:
    """Seconds of a call where workers share the calls, as the median of the pairs."""
    walls = [pair["parallel"]["wall_ns"] for pair in observed["pairs"]]
    return float(statistics.median(walls)) / int(observed["parallel_calls"]) / 1e9


def serial_share(observed: Mapping[str, Any], of: str) -> float:
    """The part of the time of serial calls that is ``cpu_ns`` or ``idle_ns``."""
    walls_ns: int = sum(pair["serial"]["wall_ns"] for pair in observed["pairs"])
    share_ns: int = sum(pair["serial"][of] for pair in observed["pairs"])
    return share_ns / max(1, walls_ns)


def waiting_share(observed: Mapping[str, Any]) -> float:
    """The part of its time for which a call waits, without the time for which it has no core.

    A library's threads make CPU time longer than the call; no more of it counts than fits.
    """
    idle = serial_share(observed, "idle_ns")
    computing = min(serial_share(observed, "cpu_ns"), max(0.0, 1 - idle))
    return idle / max(1e-9, idle + computing)


def parallel_cores(observed: Mapping[str, Any]) -> float:
    """Cores that this process kept busy while workers in it had their half of the pairs."""
    walls_ns: int = sum(pair["parallel"]["wall_ns"] for pair in observed["pairs"])
    cpu_ns: int = sum(pair["parallel"]["cpu_ns"] for pair in observed["pairs"])
    return cpu_ns / max(1, walls_ns)


def pickling_s(trial: Mapping[str, Any]) -> float:
    """Seconds that it takes to pickle and unpickle a call and its result.

    0 where that cannot be.
    """
    pickling = trial["pickling"]
    if "problem" in pickling:
        return 0.0
    return float(pickling["args_ns"] + pickling["result_ns"]) / 1e9
