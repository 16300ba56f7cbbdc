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


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Receive from a child that sends after ``wait_s`` seconds, and once more after it has ended.

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
        return {
            "received": sent_ns is not None,
            "recv_raised": first.raised,
            "recv_called_ns": recv_called_ns - start_ns,
            "sent_ns": None if sent_ns is None else sent_ns - start_ns,
            "received_ns": None if received_ns is None else received_ns - start_ns,
            "eof_raised": eof_raised,
        }


PROBE = _children.probe_of("pipe-eof", "recv() before the other end sends and after it is closed", trial)
