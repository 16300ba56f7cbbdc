"""``recv`` on a pipe whose other end a child has.

It blocks until the child sends, and raises once the child has ended.
"""

import multiprocessing
import time
from typing import Any, Dict, Tuple

from gilbench.target.probes import _children


def send_and_end(connection: Any, wait_s: float) -> None:
    time.sleep(wait_s)
    connection.send(time.perf_counter_ns())
    connection.close()


def timed_recv(connection: Any) -> Tuple[Any, int]:
    """A message and when it was received."""
    message = connection.recv()
    return message, time.perf_counter_ns()


def misread(kept_s: float) -> Dict[str, Any]:
    """Wait for the end of a pipe whose writing end the reader itself keeps open, then close both.

    Returns:
        ``kept_raised``, what ``recv`` raised when the sender had ended, TIMED_OUT if there was no
        end within ``kept_s`` seconds; and ``closed_raised``, what it raised on its own closed end.
    """
    reader, writer = multiprocessing.Pipe(duplex=False)
    with reader, writer, _children.running(send_and_end, writer, 0.0) as process:
        _children.received(reader, _children.PATIENCE_S)
        process.join(_children.PATIENCE_S)
        kept_raised = _children.TIMED_OUT
        if reader.poll(kept_s):
            kept_raised = _children.attempt(reader.recv).raised
    return {"kept_raised": kept_raised, "closed_raised": _children.attempt(reader.recv).raised}


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Receive from a child that sends after ``wait_s`` seconds, and once more after it has ended.

    With ``kept_s``, ``misread`` as well.

    There is no second ``recv`` after one that timed out: that one still blocks until the child is
    killed.

    Returns:
        Among others the times of the call, the message and its receipt, in ns since the trial
        began.
    """
    start_ns = time.perf_counter_ns()
    reader, writer = multiprocessing.Pipe(duplex=False)
    eof_raised = None
    with reader, writer:
        with _children.running(send_and_end, writer, params["wait_s"]):
            writer.close()  # a forked child's pipe ends only when our copy is closed too
            recv_called_ns = time.perf_counter_ns()
            first = _children.within(_children.PATIENCE_S, timed_recv, reader)
            if first.raised != _children.TIMED_OUT:
                eof_raised = _children.within(_children.PATIENCE_S, reader.recv).raised
        sent_ns, received_ns = first.value or (None, None)
        misused = misread(params["kept_s"]) if "kept_s" in params else {}
        return {
            **misused,
            "received": sent_ns is not None,
            "recv_raised": first.raised,
            "recv_called_ns": recv_called_ns - start_ns,
            "sent_ns": None if sent_ns is None else sent_ns - start_ns,
            "received_ns": None if received_ns is None else received_ns - start_ns,
            "eof_raised": eof_raised,
        }


PROBE = _children.probe_of(
    "pipe-eof", "recv() before the other end sends and after it is closed", trial
)
