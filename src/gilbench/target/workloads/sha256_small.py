"""SHA-256 over 1 KiB buffers: below the size at which hashlib releases the GIL (2,047 bytes)."""

from typing import Any, Dict

from gilbench.target.registry import Workload
from gilbench.target.workloads._buffers import MIB, pattern, sha256_in_pieces

PIECE_BYTES = 1 << 10


def task(index: int, params: Dict[str, Any]) -> int:
    return sha256_in_pieces(index, params["size"], PIECE_BYTES)


def prepare(params: Dict[str, Any]) -> None:
    pattern(PIECE_BYTES)


WORKLOAD = Workload(
    name="sha256-small",
    kind="cpu",
    summary="SHA-256 over 1 KiB buffers, as many bytes as sha256-large; hashlib keeps the GIL",
    task=task,
    prepare=prepare,
    defaults={"size": MIB},
    size_unit="bytes",
    size_step=MIB,
    sized_as="sha256-large",
)
