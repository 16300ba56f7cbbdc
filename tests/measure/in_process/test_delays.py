"""The counter of the time for which a thread had no core."""

import threading
import time

from gilbench.measure.in_process.delays import RunDelay


def test_it_never_goes_back():
    """Readings grow or stay, and a closed counter keeps its last one, which other threads may still read."""
    counter = RunDelay()
    readings = []
    for _ in range(20):
        readings.append(counter.read_ns())
        time.sleep(0.001)
    counter.close()
    readings.append(counter.read_ns())
    assert readings == sorted(readings) and readings[-1] == counter.read_ns()


def test_it_is_that_of_the_thread_that_made_it():
    """A counter that another thread has made and closed reads as that thread left it."""
    made = []

    def work():
        counter = RunDelay()
        time.sleep(0.01)
        counter.close()
        made.append((counter, counter.read_ns()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    counter, last_ns = made[0]
    assert counter.read_ns() == last_ns >= 0
