"""Messages between the launch and a peer through one channel: how long they take, and whether each arrives once, whole
and in order.

The peer is started, and its messages are made, before the clock is. A message bears its number at either end, so the
launch can tell a whole message from a torn one without reading all of it while the clock runs.
"""

import multiprocessing
import struct
import threading
import time
from contextlib import suppress
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from gilbench.target import registry
from gilbench.target.channels._link import End, Link
from gilbench.target.probes import _patience
from gilbench.target.registry import Probe

NUMBER = struct.Struct("<Q")
LEAST_BYTES = 2 * NUMBER.size
MOST_BYTES = 16 << 20
MOST_PREPARED_BYTES = 256 << 20
END = b""

READY_S = 20  # a peer may be spawned, and prepares its messages
QUIET_S = 5
TOTAL_S = 60
LEAVE_S = 5


Sighting = Tuple[int, int, bytes, bytes]  # of a message that came: when (ns), its size, its head, its tail


class Record(NamedTuple):
    """What the launch notes while the clock runs."""

    seen: List[Sighting]
    round_trip_ns: List[int]


def make_message(number: int, size_bytes: int) -> bytes:
    mark = NUMBER.pack(number)
    return mark + b"\x5a" * (size_bytes - LEAST_BYTES) + mark


def told_to_go(control: Any) -> bool:
    control.send("ready")
    return bool(control.poll(READY_S) and control.recv())


def send_all(control: Any, end: End, size_bytes: int, messages: int) -> None:
    """The peer of ``throughput``."""
    prepared = [make_message(number, size_bytes) for number in range(messages)]
    if told_to_go(control):
        for message in prepared:
            end.send(message)
        end.send(END)


def echo_all(control: Any, end: End, size_bytes: int, messages: int) -> None:
    """The peer of ``round-trip``."""
    if told_to_go(control):
        while True:
            message = end.receive()
            if not message:
                return
            end.send(message)


def receive_all(near: End, size_bytes: int, messages: int, record: Record) -> None:
    """Receive until the peer says that it is done."""
    clock, receive, note = time.perf_counter_ns, near.receive, record.seen.append
    while True:
        message = receive()
        if not message:
            return
        note((clock(), len(message), message[: NUMBER.size], message[-NUMBER.size :]))


def ask_all(near: End, size_bytes: int, messages: int, record: Record) -> None:
    """Send one message after the other, each when the one before has come back."""
    clock, send, receive = time.perf_counter_ns, near.send, near.receive
    for number in range(messages):
        message = make_message(number, size_bytes)
        start_ns = clock()
        send(message)
        echo = receive()
        end_ns = clock()
        record.round_trip_ns.append(end_ns - start_ns)
        record.seen.append((end_ns, len(echo), echo[: NUMBER.size], echo[-NUMBER.size :]))
    send(END)


class Mode(NamedTuple):
    """What the peer does, and what the launch does meanwhile."""

    peer: Callable[[Any, End, int, int], None]
    launch: Callable[[End, int, int, Record], None]


def modes() -> Dict[str, Mode]:
    return {"throughput": Mode(send_all, receive_all), "round-trip": Mode(echo_all, ask_all)}


def tally(seen: List[Sighting], size_bytes: int, messages: int) -> Dict[str, int]:
    """How the messages that came compare with those that were sent.

    One of another size, or whose ends differ, is no message of ours: its number is not believed and so is lost.
    """
    heads = [head for _, size, head, tail in seen if size == size_bytes and head == tail]
    numbers = [NUMBER.unpack(head)[0] for head in heads]
    known, greatest, duplicated, reordered = set(), -1, 0, 0
    for number in numbers:
        if number in known:
            duplicated += 1
        elif number < greatest:
            reordered += 1
        known.add(number)
        greatest = max(greatest, number)
    return {
        "received": len(seen),
        "lost": messages - len(known & set(range(messages))),
        "duplicated": duplicated,
        "reordered": reordered,
        "wrong_size": len(seen) - len(heads),
    }


def start_peer(channel: registry.Channel, target: Callable[..., None], *arguments: Any) -> Any:
    if channel.peer_in == "thread":
        peer: Any = threading.Thread(target=target, args=arguments, daemon=True)
    else:
        peer = multiprocessing.get_context().Process(target=target, args=arguments)
    peer.start()
    return peer


def end_peer(peer: Any, link: Link) -> None:
    """Wait for the peer to end, and end it if it does not; then close the link."""
    peer.join(LEAVE_S)
    if peer.is_alive() and hasattr(peer, "kill"):
        peer.kill()
        peer.join(LEAVE_S)
    link.close()
    peer.join(LEAVE_S)  # a thread ends only now if it was still waiting for a message


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """``channel`` carries ``messages`` messages of ``size_bytes`` (16 to 16 Mi) in ``mode``: ``throughput``, from the
    peer to the launch, at most 256 MiB in all; or ``round-trip``, to the peer and back, one at a time.

    Returns ``elapsed_ns``, from the launch's go to the last message (None if none came); ``received``, ``lost``,
    ``duplicated``, ``reordered`` and ``wrong_size``, counts; and ``round_trip_ns``, a list. If nothing comes for some
    seconds, the rest is lost.
    """
    size_bytes, messages, mode = params["size_bytes"], params["messages"], modes()[params["mode"]]
    if not LEAST_BYTES <= size_bytes <= MOST_BYTES:
        raise ValueError("size_bytes is {}; ask for {} to {}".format(size_bytes, LEAST_BYTES, MOST_BYTES))
    if mode.peer is send_all and size_bytes * messages > MOST_PREPARED_BYTES:
        raise ValueError("the messages take more than {} MiB; ask for fewer".format(MOST_PREPARED_BYTES >> 20))
    channel: registry.Channel = registry.load("channel", params["channel"])
    reason = channel.missing()
    if reason:
        return {"missing": reason}

    link: Link = channel.connect(size_bytes)
    ours, theirs = multiprocessing.Pipe()
    record = Record([], [])
    peer = start_peer(channel, mode.peer, theirs, link.far, size_bytes, messages)
    try:
        start_ns = give_go(ours)
        if start_ns is not None:
            patience = _patience.patience(QUIET_S, TOTAL_S, lambda: len(record.seen))
            with suppress(_patience.Overdue, EOFError, OSError), patience:  # what has not come is counted as lost
                mode.launch(link.near, size_bytes, messages, record)
    finally:
        end_peer(peer, link)
        ours.close()
        theirs.close()
    return dict(
        tally(record.seen, size_bytes, messages),
        elapsed_ns=record.seen[-1][0] - start_ns if start_ns is not None and record.seen else None,
        round_trip_ns=record.round_trip_ns,
    )


def give_go(control: Any) -> Optional[int]:
    """Start the peer off as soon as it is ready, and say when that was; None if it never was."""
    if not control.poll(READY_S):
        return None
    control.recv()
    start_ns = time.perf_counter_ns()
    control.send("go")
    return start_ns


class MessagesSpoilt(Exception):
    """Messages were lost, doubled, reordered or torn: no speed is worth reporting."""


def run_whole(params: Dict[str, Any]) -> Dict[str, Any]:
    """``run``, with an error where not every message came once, whole and in order."""
    seen = run(params)
    spoilt = [
        "{} {}".format(seen[how], how) for how in ("lost", "duplicated", "reordered", "wrong_size") if seen.get(how)
    ]
    if spoilt:
        raise MessagesSpoilt(
            "of {} messages of {} bytes by {}: {}".format(
                params["messages"], params["size_bytes"], params["channel"], ", ".join(spoilt)
            )
        )
    return seen


PROBE = Probe(
    name="messages",
    summary="how long messages take through a channel, and whether each arrives once, whole and in order",
    run=run_whole,
    limit_s=120,
    missing=_patience.missing,
)
