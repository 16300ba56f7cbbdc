"""The probe ``release-sweep``: what two threads gain on hashlib and zlib, by buffer size.

The sizes lie on both sides of the thresholds: hashlib's is 2 KiB, zlib's 5 KiB. A function
processes as many bytes in every size, so many that starting a thread weighs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

BUFFER_BYTES = (512, 1024, 2047, 4096, 5120, 8192, 16384, 65536, 1 << 20)
TOTAL_BYTES = {"sha256": 16 << 20, "crc32": 24 << 20}
FUNCTIONS = tuple(TOTAL_BYTES)


def _condition(function: str, buffer_bytes: int) -> dict[str, Any]:
    total_bytes = TOTAL_BYTES[function]
    return {
        "function": function,
        "buffer_bytes": buffer_bytes,
        "total_bytes": total_bytes,
        "repeats": 2,
        "threads": 2,
    }


CONDITIONS = tuple(_condition(function, size) for function in FUNCTIONS for size in BUFFER_BYTES)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "release-sweep", CONDITIONS, launch_s=0.8)


def thread_gain(seen: Seen, function: str, buffer_bytes: int) -> float:
    """Serial time over the time of two threads for the same bytes, in one launch."""
    observed = seen[CONDITIONS.index(_condition(function, buffer_bytes))]
    return float(sum(observed["serial_ns"]) / sum(observed["threads_ns"]))


def gain_step(seen: Seen, function: str) -> float:
    """How much more threads gain in the largest buffers than in the smallest, in one launch."""
    smallest, largest = BUFFER_BYTES[0], BUFFER_BYTES[-1]
    return thread_gain(seen, function, largest) / thread_gain(seen, function, smallest)
