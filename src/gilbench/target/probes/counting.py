"""Threads that increment one attribute: how many of their updates are lost.

From 3.10 on CPython switches threads only at calls and backward jumps, so nothing can happen
between the read and the write of a bare ``n += 1`` of an int; where Python code is called between
the two, by the same line or not, it can.
"""

import threading
import time
from typing import Any, Callable, Dict, List, Set, Tuple

from gilbench.target.probes._switch_interval import switch_interval
from gilbench.target.registry import Probe

START_S = 10
END_S = 60
CHUNK = 1000  # updates between two checks whether to stop

LOCKS: Dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "lock": threading.Lock,
    "rlock": threading.RLock,
}


class Box:
    """The object whose attribute is incremented."""

    n = 0


class PropertyBox(Box):
    """A box whose attribute is a property."""

    def __init__(self) -> None:
        self._n = 0

    @property
    def n(self) -> int:
        """The number counted so far."""
        return self._n

    @n.setter
    def n(self, n: int) -> None:
        self._n = n


class Number(int):
    """An int that adds in Python."""

    def __add__(self, other: int) -> "Number":
        return Number(int(self) + other)


class NumberBox(Box):
    """A box that holds one of a subclass of int."""

    n = Number(0)


def one() -> int:
    return 1


def read(box: Box) -> int:
    return box.n


def write(box: Box, n: int) -> None:
    box.n = n


def bare(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        box.n += 1


def bare_locked(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        with lock:
            box.n += 1


def bare_call(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        box.n += one()


def read_modify_write(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        write(box, read(box) + 1)


def read_modify_write_locked(box: Box, lock: Any, updates: int) -> None:
    for _ in range(updates):
        with lock:
            write(box, read(box) + 1)


UPDATES: Dict[Tuple[str, bool], Callable[[Box, Any, int], None]] = {
    ("bare", False): bare,
    ("bare", True): bare_locked,
    ("property", False): bare,
    ("subclass", False): bare,
    ("call", False): bare_call,
    ("read-modify-write", False): read_modify_write,
    ("read-modify-write", True): read_modify_write_locked,
}


BOXES: Dict[str, Callable[[], Box]] = {"property": PropertyBox, "subclass": NumberBox}


def work(
    update: Callable[[Box, Any, int], None],
    box: Box,
    lock: Any,
    updates: int,
    barrier: threading.Barrier,
    stop: threading.Event,
    marks: List[List[int]],
) -> None:
    """Begin with the others, do all updates, and append when this began and each chunk ended.

    Nothing is appended to ``marks`` if they were not all done.
    """
    try:
        barrier.wait(START_S)
    except threading.BrokenBarrierError:
        return
    times_ns = [time.perf_counter_ns()]
    for done in range(0, updates, CHUNK):
        if stop.is_set():
            return
        update(box, lock, min(CHUNK, updates - done))
        times_ns.append(time.perf_counter_ns())
    marks.append(times_ns)


def meet(arrived: Set[int], deadline_s: float) -> None:
    """Spin until another thread has arrived too, at most until ``time.monotonic()`` reads that.

    A thread that waits is woken too late for work of a few ms: the other one has ended by then.
    """
    arrived.add(threading.get_ident())
    while len(arrived) < 2 and time.monotonic() < deadline_s:
        pass


def count_alternations(marks: List[List[int]]) -> int:
    """How often the chunk that ended next was another thread's: 0 for one after the other."""
    ends = sorted(
        (end_ns, worker) for worker, times_ns in enumerate(marks) for end_ns in times_ns[1:]
    )
    return sum(before != after for (_, before), (_, after) in zip(ends, ends[1:]))


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Count with ``workers`` threads that do ``updates`` updates each.

    ``update`` and ``lock`` are keys of ``UPDATES`` and ``LOCKS``, such as ``bare`` and ``none``;
    ``interval_s`` is the switch interval.

    Returns:
        ``expected`` and ``counted``; ``elapsed_ns`` from the first thread's start to the last one's
        end; and ``alternations``, how often the next of the chunks was another thread's. All but
        ``expected`` are None if not all threads ended.
    """
    workers, updates = params["workers"], params["updates"]
    box, lock = BOXES.get(params["update"], Box)(), LOCKS[params["lock"]]()
    update = UPDATES[params["update"], lock is not None]
    barrier, stop = threading.Barrier(workers), threading.Event()
    marks: List[List[int]] = []
    threads = [
        threading.Thread(
            target=work, args=(update, box, lock, updates, barrier, stop, marks), daemon=True
        )
        for _ in range(workers)
    ]
    with switch_interval(params["interval_s"]):
        for thread in threads:
            thread.start()
        join(threads, END_S)
        stop.set()
        join(threads, START_S)
    observed: Dict[str, Any] = {"expected": workers * updates}
    observed.update(counted=None, elapsed_ns=None, alternations=None)
    if len(marks) == workers:
        elapsed_ns = max(times_ns[-1] for times_ns in marks) - min(
            times_ns[0] for times_ns in marks
        )
        observed.update(
            counted=int(box.n), elapsed_ns=elapsed_ns, alternations=count_alternations(marks)
        )
    return observed


def join(threads: List[threading.Thread], limit_s: float) -> None:
    """Join all threads within ``limit_s`` seconds together."""
    deadline = time.monotonic() + limit_s
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


PROBE = Probe(
    name="counting",
    summary="updates of one attribute by several threads, and how many of them are lost",
    run=run,
    limit_s=90,
)
