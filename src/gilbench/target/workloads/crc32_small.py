"""CRC-32 over 1 KiB buffers: below the size at which zlib releases the GIL (5 KiB)."""

from typing import Any, Dict

from gilbench.target.registry import Workload
from gilbench.target.workloads._buffers import MIB, crc32_in_pieces, pattern

PIECE_BYTES = 1 << 10


def task(index: int, params: Dict[str, Any]) -> int:
    return crc32_in_pieces(index, params["size"], PIECE_BYTES)


def prepare(params: Dict[str, Any]) -> None:
    pattern(PIECE_BYTES)


WORKLOAD = Workload(
    name="crc32-small",
    kind="cpu",
    summary="CRC-32 over 1 KiB buffers, as many bytes as crc32-large; zlib keeps the GIL",
    task=task,
    prepare=prepare,
    defaults={"size": MIB},
    size_unit="bytes",
    size_step=MIB,
    sized_as="crc32-large",
    survey=False,
)
