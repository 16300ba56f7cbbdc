"""FNV-1a over a buffer in pure Python.

Each byte takes bytecodes, none of which releases the GIL by itself.
"""

from typing import Any, Dict

from gilbench.target.registry import Workload

PRIME = 0x100000001B3
OFFSET_BASIS = 0xCBF29CE484222325
MASK = (1 << 64) - 1
BUFFER = bytes(range(256))


def task(index: int, params: Dict[str, Any]) -> int:
    value = OFFSET_BASIS ^ index
    for _ in range(params["size"] // len(BUFFER)):
        for byte in BUFFER:
            value = ((value ^ byte) * PRIME) & MASK
    return value & 0xFFFFFFFF


WORKLOAD = Workload(
    name="fnv1a",
    kind="cpu",
    summary="FNV-1a hash computed byte by byte in pure Python",
    task=task,
    defaults={"size": 64 * 256},
    size_unit="bytes",
    size_step=256,
)
