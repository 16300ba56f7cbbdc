"""A queue between processes: how ``put`` and ``get`` give up on a full and an empty one, and whether two writers'
messages all reach one reader, once each and in their order."""

import multiprocessing
import queue
import time
from typing import Any, Callable, Dict, Iterator, List, Tuple

from gilbench.target.probes import _children

WRITERS = 2

Message = Tuple[int, int]  # writer, number


def write(messages: Any, writer: int, count: int) -> None:
    for number in range(count):
        messages.put((writer, number))


def refusal(call: Callable[..., Any], *args: Any) -> Tuple[str, int]:
    """What a call raised and how many ns it took to."""
    start_ns = time.perf_counter_ns()
    raised = _children.attempt(call, *args).raised
    return raised, time.perf_counter_ns() - start_ns


def refusals(timeout_s: float) -> Dict[str, Any]:
    """``put`` on a full queue and ``get`` on an empty one, with a timeout and without waiting."""
    messages: Any = multiprocessing.Queue(maxsize=1)
    try:
        messages.put("the only one", True, _children.PATIENCE_S)
        put_timeout_raised, put_waited_ns = refusal(messages.put, "one too many", True, timeout_s)
        put_nowait_raised, put_nowait_waited_ns = refusal(messages.put_nowait, "one too many")
        messages.get(True, _children.PATIENCE_S)
        get_timeout_raised, get_waited_ns = refusal(messages.get, True, timeout_s)
        get_nowait_raised, get_nowait_waited_ns = refusal(messages.get_nowait)
        return {
            "put_timeout_raised": put_timeout_raised,
            "put_waited_ns": put_waited_ns,
            "put_nowait_raised": put_nowait_raised,
            "put_nowait_waited_ns": put_nowait_waited_ns,
            "get_timeout_raised": get_timeout_raised,
            "get_waited_ns": get_waited_ns,
            "get_nowait_raised": get_nowait_raised,
            "get_nowait_waited_ns": get_nowait_waited_ns,
        }
    finally:
        close(messages)


def close(messages: Any) -> None:
    """Close a queue and end the thread that feeds it."""
    messages.close()
    _children.within(_children.PATIENCE_S, messages.join_thread)


def read(messages: Any, expected: int) -> Iterator[Message]:
    """Messages until all that were expected came, or the patience has run out."""
    patience = _children.Patience(_children.PATIENCE_S)
    for _ in range(expected):
        try:
            yield messages.get(True, patience.left_s())
        except queue.Empty:
            return


def read_rest(messages: Any) -> Iterator[Message]:
    """What is left in a queue whose writers have ended."""
    while True:
        try:
            yield messages.get_nowait()
        except queue.Empty:
            return


def delivery(count: int) -> Dict[str, Any]:
    """``count`` messages from each writer, as the reader got them."""
    messages: Any = multiprocessing.Queue()
    expected = WRITERS * count
    try:
        with _children.running(write, messages, 0, count) as one, _children.running(write, messages, 1, count) as two:
            got = list(read(messages, expected))
            one.join(_children.PATIENCE_S)
            two.join(_children.PATIENCE_S)
            got.extend(read_rest(messages))
        return tally(got, count)
    finally:
        close(messages)


def tally(got: List[Message], count: int) -> Dict[str, Any]:
    """What is missing, what came twice, and what came after a later message of the same writer."""
    by_writer = [[number for who, number in got if who == writer] for writer in range(WRITERS)]
    sent = WRITERS * count
    return {
        "sent": sent,
        "received": len(got),
        "lost": sent - len(set(got)),
        "duplicated": len(got) - len(set(got)),
        "out_of_order": sum(later < earlier for numbers in by_writer for earlier, later in zip(numbers, numbers[1:])),
    }


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """``timeout_s`` is what ``put`` and ``get`` are given, ``messages`` how many each of two writers sends."""
    return {**refusals(params["timeout_s"]), **delivery(params["messages"])}


PROBE = _children.probe_of("queue-limits", "timeouts of a queue, and its messages from two writers", trial)
