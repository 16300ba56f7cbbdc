"""The probe ``stall``: how long a thread does not run while another makes one long call."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

INTERVAL_S, CALL_S = 0.005, 0.1
CALLS = (
    "held",
    "bytecode",
    "released",
)  # C code that holds the GIL, a loop of bytecode, C code that releases it
CONDITIONS = tuple({"call": call, "interval_s": INTERVAL_S, "call_s": CALL_S} for call in CALLS)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "stall", CONDITIONS, launch_s=0.5)


def longest_stall(seen: Seen, call: str) -> float:
    """The longest pause of the ticking thread in a call, in switch intervals; nan if unknown."""
    longest_ns = seen[CALLS.index(call)]["longest_gap_ns"]
    return math.nan if longest_ns is None else longest_ns / 1e9 / INTERVAL_S
