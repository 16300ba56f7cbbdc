"""How long it takes one thread to hand over to another, by primitive and by what a third one does.

Two threads answer each other; a round trip is two hand-overs.
"""

import queue
import threading
import time
from typing import Any, Callable, Dict, List, NamedTuple

from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

PATIENCE_S = 5.0  # of a single wait
BLOCK = 2000  # loops of a CPU-bound thread between two looks at whether to stop: some 50 µs


class OneWay(NamedTuple):
    """One direction: how one thread gives, and how the other waits for it."""

    give: Callable[[], Any]
    take: Callable[[], Any]


def by_lock() -> OneWay:
    lock = threading.Lock()
    lock.acquire()
    return OneWay(lock.release, lambda: lock.acquire(timeout=PATIENCE_S))


def by_event() -> OneWay:
    event = threading.Event()

    def take() -> None:
        event.wait(PATIENCE_S)
        event.clear()

    return OneWay(event.set, take)


def by_condition() -> OneWay:
    condition = threading.Condition()
    given: List[None] = []

    def give() -> None:
        with condition:
            given.append(None)
            condition.notify()

    def take() -> None:
        with condition:
            if condition.wait_for(lambda: given, PATIENCE_S):
                given.pop()

    return OneWay(give, take)


def by_semaphore() -> OneWay:
    semaphore = threading.Semaphore(0)
    return OneWay(semaphore.release, lambda: semaphore.acquire(timeout=PATIENCE_S))


def by_barrier() -> OneWay:
    barrier = threading.Barrier(2, timeout=PATIENCE_S)
    return OneWay(barrier.wait, barrier.wait)


def by_queue() -> OneWay:
    things: Any = queue.Queue()
    return OneWay(lambda: things.put(None), lambda: things.get(timeout=PATIENCE_S))


PRIMITIVES: Dict[str, Callable[[], OneWay]] = {
    "lock": by_lock,
    "event": by_event,
    "condition": by_condition,
    "semaphore": by_semaphore,
    "barrier": by_barrier,
    "queue": by_queue,
}


def compute(stop: List[int], yields: bool) -> None:
    """Compute until ``stop`` has an item; call time.sleep(0) after each block if ``yields``."""
    while not stop:
        total = 0
        for number in range(BLOCK):
            total += number
        if yields:
            time.sleep(0)


def answer(to: OneWay, back: OneWay, over: List[int]) -> None:
    """Take and give in turn, until the last thing was given."""
    while True:
        to.take()
        if over:
            return
        back.give()


def hand_over(to: OneWay, back: OneWay, duration_s: float) -> int:
    """Give and take in turn for so long; the number of round trips."""
    round_trips, end_s = 0, time.perf_counter() + duration_s
    while time.perf_counter() < end_s:
        to.give()
        back.take()
        round_trips += 1
    return round_trips


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Have two threads hand over to each other for ``duration_s`` seconds by a ``primitive``.

    ``load`` is what a third thread does: "none", "computing" or "yielding"; ``interval_s`` is the
    switch interval.

    Returns:
        ``round_trips``, and ``wall_ns`` and ``cpu_ns`` of this process meanwhile.
    """
    to, back = PRIMITIVES[params["primitive"]](), PRIMITIVES[params["primitive"]]()
    stop: List[int] = []
    over: List[int] = []
    other = threading.Thread(target=answer, args=(to, back, over), daemon=True)
    busy = threading.Thread(target=compute, args=(stop, params["load"] == "yielding"), daemon=True)
    try:
        other.start()
        if params["load"] != "none":
            busy.start()
        with switch_interval(params["interval_s"]):
            start_ns, start_cpu_ns = time.perf_counter_ns(), time.process_time_ns()
            round_trips = hand_over(to, back, params["duration_s"])
            cpu_ns = time.process_time_ns() - start_cpu_ns
            wall_ns = time.perf_counter_ns() - start_ns
    finally:
        stop.append(1)
        over.append(1)
        to.give()
        for thread in (other, busy):
            if thread.ident is not None:
                thread.join(2 * PATIENCE_S)
    return {"round_trips": round_trips, "wall_ns": wall_ns, "cpu_ns": cpu_ns}


PROBE = Probe(
    name="handoff",
    summary="how long one thread takes to hand over to another, while a third one computes or not",
    run=run,
    limit_s=60,
)
