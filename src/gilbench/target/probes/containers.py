"""Threads that change one container without a lock: which operations lose something.

CPython performs some of them in one call into C, others in several bytecodes.
"""

import collections
import itertools
import threading
import time
from typing import Any, Callable, Dict, List, Set

from gilbench.target.probes import _children, counting
from gilbench.target.probes._switch_interval import switch_interval

KEY = "key"


class Containers:
    """One of each container, and what is counted in it."""

    def __init__(self) -> None:
        self.items: List[int] = []
        self.numbers = itertools.count()
        self.drawn: List[List[int]] = []
        self.counts: Dict[str, int] = {}
        # With its key: a missing one is looked up by a method in Python, where threads may switch.
        self.counter: Any = collections.Counter({KEY: 0})


def append(box: Containers, updates: int) -> None:
    for number in range(updates):
        box.items.append(number)


def draw(box: Containers, updates: int) -> None:
    box.drawn.append([next(box.numbers) for _ in range(updates)])


def get_and_set(box: Containers, updates: int) -> None:
    for _ in range(updates):
        box.counts[KEY] = box.counts.get(KEY, 0) + 1


def count(box: Containers, updates: int) -> None:
    for _ in range(updates):
        box.counter[KEY] += 1


def distinct_drawn(box: Containers) -> int:
    """How many different numbers all threads got."""
    return len({number for own in box.drawn for number in own})


OPERATIONS: Dict[str, Callable[[Containers, int], None]] = {
    "append": append,
    "next-count": draw,
    "dict-get": get_and_set,
    "counter": count,
}
COUNTED: Dict[str, Callable[[Containers], int]] = {
    "append": lambda box: len(box.items),
    "next-count": distinct_drawn,
    "dict-get": lambda box: box.counts.get(KEY, 0),
    "counter": lambda box: box.counter[KEY],
}


def share_out(operation: str, updates: int) -> Dict[str, Any]:
    """Have two threads do an operation ``updates`` times each, on the same containers."""
    box, repeat = Containers(), OPERATIONS[operation]
    barrier, stop = threading.Barrier(2), threading.Event()
    marks: List[List[int]] = []
    arrived: Set[int] = set()
    meet_by_s = time.monotonic() + _children.PATIENCE_S

    def update(shared: Any, lock: Any, chunk: int) -> None:
        counting.meet(arrived, meet_by_s)
        repeat(shared, chunk)

    arguments: Any = (update, box, None, updates, barrier, stop, marks)
    threads = [threading.Thread(target=counting.work, args=arguments, daemon=True) for _ in (0, 1)]
    for thread in threads:
        thread.start()
    counting.join(threads, _children.PATIENCE_S)
    stop.set()
    counting.join(threads, _children.PATIENCE_S)
    ended = len(marks) == len(threads)
    return {
        "operation": operation,
        "expected": 2 * updates,
        "counted": COUNTED[operation](box) if ended else None,
        "alternations": counting.count_alternations(marks) if ended else 0,
    }


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Have two threads do an ``operation`` ``updates`` times each, without a lock.

    It is tried again, up to ``attempts`` times, while the threads alternate fewer than
    ``alternations`` times and nothing is lost. ``interval_s`` is the switch interval.

    Returns:
        Of the last attempt ``expected`` and ``counted``, None if not both threads ended; and
        ``alternations``, how often the next chunk of operations was the other thread's.
    """
    with switch_interval(params["interval_s"]):
        for _ in range(params["attempts"]):
            observed = share_out(params["operation"], params["updates"])
            met = observed["alternations"] >= params["alternations"]
            if met or observed["counted"] != observed["expected"]:
                break
    return observed


PROBE = _children.probe_of(
    "containers", "operations on containers that two threads share, and how many are lost", trial
)
