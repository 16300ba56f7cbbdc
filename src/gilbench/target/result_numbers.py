"""Numbers by which results are compared: the same for equal results in every process and target."""

import contextlib
import zlib
from itertools import islice
from typing import Any, Iterable, List, Optional

from gilbench.target.unusable import Unusable

MOST_PARTS = 64  # from either end of a container
MOST_BYTES = 1 << 15  # from either end of a buffer or text


def number(value: Any) -> int:
    """An integer that is the same for equal results in every process and on every target.

    Args:
        value: What a function returned. An integer stands for itself, what has a buffer (bytes,
            arrays) for its bytes, a container for what it contains.

    Raises:
        Unusable: Nothing but the address of the value, or of a part of it, is known.
    """
    return _number(value, None, None)


def number_of_parts(value: Any) -> int:
    """The same, of both ends of what is large, and of how large that is.

    It takes well below a millisecond: the clock runs meanwhile.
    """
    return _number(value, MOST_PARTS, MOST_BYTES)


def _number(value: Any, parts: Optional[int], length: Optional[int]) -> int:
    if isinstance(value, int):
        return value
    fewer = None if parts is None else max(1, parts // 4)  # of each part: they multiply
    if isinstance(value, (set, frozenset)):  # in no order, so that no part of it can be chosen
        if parts is not None and len(value) > 2 * parts:
            return len(value)
        return sum(_number(part, fewer, length) for part in value)
    if isinstance(value, dict):
        pairs = _ends(value.items(), len(value), parts)
        return _of_list([part for pair in pairs for part in pair], fewer, length)
    if isinstance(value, (list, tuple)):
        return _of_list(_ends(value, len(value), parts), fewer, length)
    return zlib.crc32(_bytes_of(value, length))


def _ends(ordered: Any, count: int, parts: Optional[int]) -> List[Any]:
    """Everything in order, or the parts at both ends with the number of all."""
    if parts is None or count <= 2 * parts:
        return list(ordered)
    return [*islice(ordered, parts), *islice(reversed(ordered), parts), (count,)]


def _of_list(values: Iterable[Any], parts: Optional[int], length: Optional[int]) -> int:
    numbers = [_number(value, parts, length) for value in values]
    return zlib.crc32(repr(numbers).encode("ascii"))


def _bytes_of(value: Any, length: Optional[int]) -> bytes:
    with contextlib.suppress(TypeError, ValueError, BufferError):
        buffer = memoryview(value)
        if length is None or buffer.nbytes <= 2 * length or not buffer.c_contiguous:
            return buffer.tobytes()
        buffer = buffer.cast("B")
        size = str(buffer.nbytes).encode("ascii")
        return buffer[:length].tobytes() + buffer[-length:].tobytes() + size
    if isinstance(value, str) and length is not None and len(value) > 2 * length:
        value = value[:length] + value[-length:] + str(len(value))
    text = repr(value)
    if " at 0x" in text:
        known = "something of type {}, of which only the address is known".format(
            type(value).__name__
        )
        raise Unusable("it returns {}; return a number or a text".format(known))
    return text.encode("utf-8", "backslashreplace")
