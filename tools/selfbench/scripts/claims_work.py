"""The work of three claims, as anybody would write it by hand: 40 ms of FNV-1a, and 40 ms of waiting."""

import multiprocessing
import sys
import threading
import time

PRIME, MASK, BUFFER = 0x100000001B3, (1 << 64) - 1, bytes(range(256))
BLOCKS = 1600  # about 40 ms
WAITS, WAIT_S = 8, 0.005


def work(blocks=BLOCKS):
    value = 0xCBF29CE484222325
    for _ in range(blocks):
        for byte in BUFFER:
            value = ((value ^ byte) * PRIME) & MASK
    return value


def wait(times=WAITS):
    for _ in range(times):
        time.sleep(WAIT_S)


def shared(make, function, workers, amount):
    members = [make(target=function, args=(amount // workers,)) for _ in range(workers)]
    for member in members:
        member.start()
    for member in members:
        member.join()


def cpu_threads():
    shared(threading.Thread, work, 2, BLOCKS)


def cpu_processes():
    shared(multiprocessing.get_context("fork").Process, work, 2, BLOCKS)


def io_threads():
    shared(threading.Thread, wait, 4, WAITS)


# Claim → the two ways that it compares, and the bound of the speedup: below it, or above it.
CLAIMS = {
    "A16": (work, cpu_threads, "below", 1.15),
    "A17": (work, cpu_processes, "above", 1.5),  # 75 % of two cores
    "A18": (wait, io_threads, "above", 2.0),  # beyond two cores
}

if __name__ == "__main__":
    for _ in range(5):  # a process of hyperfine does five, to swamp its start
        globals()[sys.argv[1]]()
