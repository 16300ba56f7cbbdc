"""What the two ends of a pipe can do, between this process and a child: of a duplex one and of a simplex one."""

import multiprocessing
from typing import Any, Dict

from gilbench.target.probes import _children


def answer(duplex: Any, sender: Any) -> None:
    """Tell through the duplex pipe what came through it, with a message of one's own; send one through the other."""
    duplex.send([_children.received(duplex, _children.PATIENCE_S), "to the parent"])
    sender.send("one way")


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """``both_ways`` is what arrived at the child's end and at ours, None for what did not; the rest is what the end
    that receives got, and the names of what it raises when it is to send and the other when it is to receive."""
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
