"""A queue between processes: when its calls give up, and whether messages arrive.

``put`` on a full one and ``get`` on an empty one; the messages of two writers, which must all reach
one reader, once each and in order.
"""

import multiprocessing
import queue
import time
from contextlib import ExitStack
from typing import Any, Callable, Dict, Iterator, List, Tuple

from gilbench.target.probes import _children

WRITERS = 2

Message = Tuple[int, int]  # writer, number


def write(messages: Any, writer: int, count: int) -> None:
    for number in range(count):
        messages.put((writer, number))


def refusal(call: Callable[..., Any], *args: Any) -> Tuple[str, int]:
    """The name of what a call raised, and after how many ns."""
    start_ns = time.perf_counter_ns()
    raised = _children.attempt(call, *args).raised
    return raised, time.perf_counter_ns() - start_ns


def refusals(timeout_s: float) -> Dict[str, Any]:
    """Call ``put`` on a full queue and ``get`` on an empty one.

    Each is called with a timeout, and without waiting.
    """
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


def fetched_at_once() -> Dict[str, Any]:
    """Call ``get_nowait`` just after ``put``, and fetch the message afterwards."""
    messages: Any = multiprocessing.Queue()
    try:
        messages.put("just put")
        get_after_put_raised, _ = refusal(messages.get_nowait)
        if get_after_put_raised:
            _children.attempt(messages.get, True, _children.PATIENCE_S)
        return {"get_after_put_raised": get_after_put_raised}
    finally:
        close(messages)


def close(messages: Any) -> None:
    """Close a queue and join its feeder thread."""
    messages.close()
    _children.within(_children.PATIENCE_S, messages.join_thread)


def read(messages: Any, expected: int) -> Iterator[Message]:
    """Yield messages until all that were expected came, or the limit is reached."""
    patience = _children.Patience(_children.PATIENCE_S)
    for _ in range(expected):
        try:
            yield messages.get(True, patience.left_s())
        except queue.Empty:
            return


def read_rest(messages: Any) -> Iterator[Message]:
    """Yield what is left in a queue whose writers have ended."""
    while True:
        try:
            yield messages.get_nowait()
        except queue.Empty:
            return


def delivery(count: int) -> Dict[str, Any]:
    """Have each writer send ``count`` messages, and compare them with what the reader received."""
    messages: Any = multiprocessing.Queue()
    expected = WRITERS * count
    try:
        with ExitStack() as stack:
            writers = []
            for writer in range(WRITERS):
                writing = _children.running(write, messages, writer, count)
                writers.append(stack.enter_context(writing))
            received = list(read(messages, expected))
            for process in writers:
                process.join(_children.PATIENCE_S)
            received.extend(read_rest(messages))
        return tally(received, count)
    finally:
        close(messages)


def tally(received: List[Message], count: int) -> Dict[str, Any]:
    """Count the messages that are missing, came twice, or came too late.

    Too late is after a later one of the same writer.
    """
    sent = WRITERS * count
    distinct = len(set(received))
    return {
        "sent": sent,
        "received": len(received),
        "lost": sent - distinct,
        "duplicated": len(received) - distinct,
        "out_of_order": count_out_of_order(received),
    }


def count_out_of_order(received: List[Message]) -> int:
    """The messages whose number is below that of the message before from the same writer."""
    out_of_order = 0
    latest: Dict[int, int] = {}
    for writer, number in received:
        if number < latest.get(writer, number):
            out_of_order += 1
        latest[writer] = number
    return out_of_order


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Try ``put`` and ``get`` with a timeout, and have two writers send messages.

    Args:
        params: ``timeout_s``, the timeout of both in seconds, and ``messages``, how many messages
            each writer sends.
    """
    return {
        **refusals(params["timeout_s"]),
        **fetched_at_once(),
        **delivery(params["messages"]),
    }


PROBE = _children.probe_of(
    "queue-limits", "timeouts of a queue, and its messages from two writers", trial
)
