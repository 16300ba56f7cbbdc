"""The function that every tool measures: FNV-1a over some blocks, about 3 ms of pure Python.

Its copies differ by constants only. ``EXTRA_PERCENT`` more blocks are more of the same loop; a second call would change
the speed of the first. With ``DWELL_S`` the host seems to have cores of two speeds: a block takes longer on a core that
is slow just now, and which cores are slow follows from the time and the core alone, the same for every process.
"""

import sys
import time
from pathlib import Path

PRIME, MASK, BUFFER = 0x100000001B3, (1 << 64) - 1, bytes(range(256))
BLOCKS = 200  # of which 2, 5 and 10 % are whole blocks
EXTRA_PERCENT = 0
DWELL_S = 0.0  # mean seconds for which a core keeps a speed
SLOW_EXTRA = int(len(BUFFER) * (1 / 0.54 - 1))  # bytes more for each block, at 0.54 of the speed


def extra_percent():
    """What the interpreter's path says, as in ``extra-5/bin/python``; otherwise what this copy says."""
    for part in Path(sys.executable).parts:
        if part.startswith("extra-"):
            return int(part[len("extra-") :])
    return EXTRA_PERCENT


def core_reader():
    """The C library's ``sched_getcpu``."""
    import ctypes

    return ctypes.CDLL(None).sched_getcpu


PERCENT = extra_percent()
CORE = core_reader() if DWELL_S else None


def is_slow():
    """Whether this core is slow just now: in half of all slots of half the mean dwell, as a hash has it."""
    slot = int(time.monotonic() / (DWELL_S / 2))
    mixed = ((slot * 2 + CORE()) * 0x9E3779B97F4A7C15) & MASK
    return ((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9) & MASK & (1 << 40)


def work():
    value = 0xCBF29CE484222325
    for _ in range(BLOCKS * (100 + PERCENT) // 100):
        for byte in BUFFER:
            value = ((value ^ byte) * PRIME) & MASK
        if DWELL_S and is_slow():
            for byte in BUFFER[:SLOW_EXTRA]:
                value = ((value ^ byte) * PRIME) & MASK
    return 0
