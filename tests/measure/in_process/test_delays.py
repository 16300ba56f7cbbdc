"""The counters of how long a thread ran and how long it had no core."""

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from gilbench.measure.in_process.delays import ThreadTimes

LARGE = bytes(1 << 20)
PATIENCE_S = 120.0


def test_it_never_goes_back():
    """Readings grow or stay, and a closed counter keeps its last one, which other threads may still read."""
    counter = ThreadTimes()
    readings = []
    for _ in range(20):
        readings.append(counter.delayed_ns())
        time.sleep(0.001)
    counter.close()
    readings.append(counter.delayed_ns())
    assert readings == sorted(readings) and readings[-1] == counter.delayed_ns()


def test_it_is_that_of_the_thread_that_made_it():
    """A counter that another thread has made and closed reads as that thread left it."""
    made = []

    def work():
        counter = ThreadTimes()
        time.sleep(0.01)
        counter.close()
        made.append((counter, counter.delayed_ns()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    counter, last_ns = made[0]
    assert counter.delayed_ns() == last_ns >= 0


def test_another_thread_reads_how_long_it_ran():
    """CPU time grows while the thread computes, and is kept when it has ended."""
    made, done = [], threading.Event()

    def work():
        made.append(ThreadTimes())
        while not done.is_set():
            sum(range(1000))
        made[0].close()

    thread = threading.Thread(target=work)
    thread.start()
    while not made or made[0].ran_ns() < 2_000_000:
        time.sleep(0.001)
    done.set()
    thread.join()
    assert made[0].ran_ns() == made[0].ran_ns() >= 2_000_000


def test_a_thread_that_sleeps_lacks_no_core():
    """It could not run if it had one; nor does a closed counter say so."""
    made, done = [], threading.Event()

    def work():
        made.append(ThreadTimes())
        done.wait()
        made[0].close()

    thread = threading.Thread(target=work)
    thread.start()
    looks, end_s = 0, time.monotonic() + PATIENCE_S
    while looks < 20 and time.monotonic() < end_s:  # until it has come to wait
        time.sleep(0.001)
        looks = 0 if not made or made[0].lacks_core() else looks + 1
    done.set()
    thread.join()
    assert looks == 20
    assert not made[0].lacks_core()


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity") or not Path("/proc/self/task").exists(),
    reason="threads cannot be kept on a core here",
)
def test_a_thread_that_shares_its_core_lacks_it_now_and_then():
    """Two threads that can run and have one core: whoever runs sees that the other one lacks it."""
    made, done = [], threading.Event()
    core = {min(os.sched_getaffinity(0))}

    def work():
        os.sched_setaffinity(0, core)
        made.append(ThreadTimes())
        while not done.is_set():
            hashlib.sha256(LARGE)  # without the GIL
        made[0].close()

    def watch():
        os.sched_setaffinity(0, core)
        end_s = time.monotonic() + PATIENCE_S
        while not made or not made[0].lacks_core():
            assert time.monotonic() < end_s
        seen.append(True)

    seen = []
    threads = [threading.Thread(target=target) for target in (work, watch)]
    for thread in threads:
        thread.start()
    threads[1].join()
    done.set()
    threads[0].join()
    assert seen
