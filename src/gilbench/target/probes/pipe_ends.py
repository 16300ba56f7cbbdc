"""What the two ends of a pipe can do, between this process and a child: duplex and simplex."""

import multiprocessing
from typing import Any, Dict

from gilbench.target.probes import _children


def answer(duplex: Any, sender: Any) -> None:
    """Send back through the duplex pipe what came through it, with a message.

    Another message goes through the other pipe.
    """
    duplex.send([_children.received(duplex, _children.PATIENCE_S), "to the parent"])
    sender.send("one way")


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Use both ends of both pipes in both directions.

    Returns:
        ``both_ways``, what arrived at the child's end of the duplex pipe and at ours, None for what
        did not; what the receiving end of the other pipe received; and the names of what its two
        ends raise when they are used the wrong way.
    """
    ours, theirs = multiprocessing.Pipe(duplex=True)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with ours, theirs, receiver, sender, _children.running(answer, theirs, sender):
        ours.send("to the child")
        both_ways = _children.received(ours, _children.PATIENCE_S) or [None, None]
        return {
            "both_ways": both_ways,
            "receiver_received": _children.received(receiver, _children.PATIENCE_S),
            "receiver_send_raised": _children.attempt(receiver.send, "wrong way").raised,
            "sender_recv_raised": _children.within(_children.PATIENCE_S, sender.recv).raised,
        }


PROBE = _children.probe_of("pipe-ends", "which end of a pipe can send and which receive", trial)
