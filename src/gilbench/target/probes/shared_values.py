"""``multiprocessing.Value`` and ``Array``: what another process reads of what one wrote.

Two processes that add to one ``Value`` lose updates unless they hold its lock around both steps.
"""

import multiprocessing
import time
from contextlib import ExitStack, nullcontext
from typing import Any, Dict, List, Optional, Tuple

from gilbench.target.probes import _children

WORDS = (3, 1, 4, 1, 5, 9)
NUMBER = 42

Span = Tuple[int, int]

plain: List[int] = []


def write(value: Any, array: Any, written: Any) -> None:
    """Write to both, and to a list of this module."""
    plain.append(NUMBER)
    with array.get_lock():
        array[: len(WORDS)] = WORDS
    value.value = NUMBER
    written.set()


def hand_over() -> Dict[str, Any]:
    """What the parent reads after a child wrote."""
    value, array = multiprocessing.Value("q", 0), multiprocessing.Array("q", len(WORDS))
    written = multiprocessing.Event()
    before = len(plain)
    with _children.running(write, value, array, written):
        was_written = written.wait(_children.PATIENCE_S)
    return {
        "was_written": was_written,
        "value": value.value,
        "array": list(array[:]),
        "plain_seen": len(plain) > before,
        "sent_value": NUMBER,
        "sent_array": list(WORDS),
    }


def add(value: Any, updates: int, locked: bool, connection: Any) -> None:
    """Send when ready, wait for a message, add 1 ``updates`` times, and send when that was."""
    lock: Any = value.get_lock() if locked else nullcontext()
    connection.send("ready")
    if _children.received(connection, _children.PATIENCE_S) is None:
        return
    began_ns = time.perf_counter_ns()
    for _ in range(updates):
        with lock:
            value.value += 1
    connection.send((began_ns, time.perf_counter_ns()))


def overlap(spans: List[Optional[Span]]) -> float:
    """The share of the shorter span in which both processes were at it."""
    if None in spans:
        return 0.0
    (began, ended), (other_began, other_ended) = (span for span in spans if span)
    both_ns = min(ended, other_ended) - max(began, other_began)
    return max(0, both_ns) / max(1, min(ended - began, other_ended - other_began))


def count(updates: int, locked: bool) -> Dict[str, Any]:
    """Have two processes add to one value at the same time."""
    value = multiprocessing.Value("q", 0)
    pipes = [multiprocessing.Pipe() for _ in range(2)]
    with ExitStack() as stack:
        for _, theirs in pipes:
            stack.enter_context(_children.running(add, value, updates, locked, theirs))
            theirs.close()
        ready = [_children.received(ours, _children.PATIENCE_S) for ours, _ in pipes]
        spans: List[Optional[Span]] = [None, None]
        if all(ready):
            for ours, _ in pipes:
                ours.send("go")
            spans = [_children.received(ours, _children.PATIENCE_S) for ours, _ in pipes]
    for ours, _ in pipes:
        ours.close()
    ended = None not in spans
    return {
        "expected": 2 * updates,
        "counted": value.value if ended else None,
        "overlap": overlap(spans),
    }


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Hand a number and a list over, or have two processes add ``updates`` times each.

    ``ask`` is "hand-over", "bare" or "locked".
    """
    if params["ask"] == "hand-over":
        return {"ask": "hand-over", **hand_over()}
    return {"ask": params["ask"], **count(params["updates"], params["ask"] == "locked")}


PROBE = _children.probe_of(
    "shared-values", "what processes read from a Value and an Array, and updates they lose", trial
)
