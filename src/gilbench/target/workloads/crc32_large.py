"""CRC-32 over 1 MiB buffers: zlib releases the GIL while it works on each of them."""

from typing import Any, Dict

from gilbench.target.registry import Workload
from gilbench.target.workloads._buffers import MIB, crc32_in_pieces, pattern

PIECE_BYTES = MIB


def task(index: int, params: Dict[str, Any]) -> int:
    return crc32_in_pieces(index, params["size"], PIECE_BYTES)


def prepare(params: Dict[str, Any]) -> None:
    pattern(PIECE_BYTES)


WORKLOAD = Workload(
    name="crc32-large",
    kind="cpu",
    summary="CRC-32 over 1 MiB buffers; zlib releases the GIL",
    task=task,
    prepare=prepare,
    defaults={"size": MIB},
    size_unit="bytes",
    size_step=MIB,
    survey=False,
)
