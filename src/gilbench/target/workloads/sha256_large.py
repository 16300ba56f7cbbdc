"""SHA-256 over 1 MiB buffers: hashlib releases the GIL while it hashes each of them."""

from typing import Any, Dict

from gilbench.target.registry import Workload
from gilbench.target.workloads._buffers import MIB, pattern, sha256_in_pieces

PIECE_BYTES = MIB


def task(index: int, params: Dict[str, Any]) -> int:
    return sha256_in_pieces(index, params["size"], PIECE_BYTES)


def prepare(params: Dict[str, Any]) -> None:
    pattern(PIECE_BYTES)


WORKLOAD = Workload(
    name="sha256-large",
    kind="cpu",
    summary="SHA-256 over 1 MiB buffers; hashlib releases the GIL",
    task=task,
    prepare=prepare,
    defaults={"size": MIB},
    size_unit="bytes",
    size_step=MIB,
)
