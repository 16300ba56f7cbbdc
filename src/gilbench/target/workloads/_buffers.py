"""Hashes one buffer again and again: shared by the sha256 and crc32 workloads."""

import hashlib
import zlib
from functools import lru_cache

MIB = 1 << 20


@lru_cache(maxsize=None)
def pattern(length: int) -> bytes:
    """``length`` bytes of a fixed pattern, the same object on every call."""
    return bytes(range(256)) * (length // 256)


def sha256_in_pieces(index: int, total_bytes: int, piece_bytes: int) -> int:
    """Compute SHA-256 of the same piece as often as it goes into ``total_bytes``.

    Returns:
        The last digest's first 4 bytes as an integer, plus the index.
    """
    piece = pattern(piece_bytes)
    digest = b""
    for _ in range(total_bytes // piece_bytes):
        digest = hashlib.sha256(piece).digest()
    return int.from_bytes(digest[:4], "big") + index


def crc32_in_pieces(index: int, total_bytes: int, piece_bytes: int) -> int:
    """CRC-32 of ``total_bytes``, updated piece by piece, plus the index."""
    piece = pattern(piece_bytes)
    checksum = 0
    for _ in range(total_bytes // piece_bytes):
        checksum = zlib.crc32(piece, checksum)
    return checksum + index
