"""Messages between the launch and a peer through one channel.

How long they take, and whether each arrives once, whole and in order.

The peer is started and its messages are made before the clock starts. A message has its number at
both ends, so the launch can tell a whole message from a torn one without reading all of it while it
is timed.
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


Sighting = Tuple[int, int, bytes, bytes]  # of a received message: time in ns, size, head, tail


class Record(NamedTuple):
    """What the launch records while it is timed."""

    sightings: List[Sighting]
    round_trip_ns: List[int]


def make_message(number: int, size_bytes: int) -> bytes:
    """A message with its number at both ends."""
    mark = NUMBER.pack(number)
    return mark + b"\x5a" * (size_bytes - LEAST_BYTES) + mark


def wait_for_go(control: Any) -> bool:
    """Send that the peer is ready; whether it may begin."""
    control.send("ready")
    return bool(control.poll(READY_S) and control.recv())


def send_all(control: Any, end: End, size_bytes: int, messages: int) -> None:
    """The peer of ``throughput``."""
    prepared = [make_message(number, size_bytes) for number in range(messages)]
    if wait_for_go(control):
        for message in prepared:
            end.send(message)
        end.send(END)


def echo_all(control: Any, end: End, size_bytes: int, messages: int) -> None:
    """The peer of ``round-trip``."""
    if wait_for_go(control):
        while True:
            message = end.receive()
            if not message:
                return
            end.send(message)


def receive_all(near: End, size_bytes: int, messages: int, record: Record) -> None:
    """Receive until the peer sends that it is done."""
    clock, receive, note = time.perf_counter_ns, near.receive, record.sightings.append
    while True:
        message = receive()
        if not message:
            return
        note((clock(), len(message), message[: NUMBER.size], message[-NUMBER.size :]))


def ask_all(near: End, size_bytes: int, messages: int, record: Record) -> None:
    """Send one message after the other, each once the one before has come back."""
    clock, send, receive = time.perf_counter_ns, near.send, near.receive
    for number in range(messages):
        message = make_message(number, size_bytes)
        start_ns = clock()
        send(message)
        echo = receive()
        end_ns = clock()
        record.round_trip_ns.append(end_ns - start_ns)
        record.sightings.append((end_ns, len(echo), echo[: NUMBER.size], echo[-NUMBER.size :]))
    send(END)


class Mode(NamedTuple):
    """What the peer does and what the launch does."""

    peer: Callable[[Any, End, int, int], None]
    launch: Callable[[End, int, int, Record], None]


def modes() -> Dict[str, Mode]:
    return {"throughput": Mode(send_all, receive_all), "round-trip": Mode(echo_all, ask_all)}


def tally(sightings: List[Sighting], size_bytes: int, messages: int) -> Dict[str, int]:
    """Compare the messages that were received with those that were sent.

    One of another size, or whose ends differ, has the wrong size, and its number counts as lost.
    """
    known = set()
    greatest, whole, duplicated, reordered = -1, 0, 0, 0
    for _, size, head, tail in sightings:
        if size != size_bytes or head != tail:
            continue
        whole += 1
        (number,) = NUMBER.unpack(head)
        if number in known:
            duplicated += 1
        elif number < greatest:
            reordered += 1
        known.add(number)
        greatest = max(greatest, number)
    return {
        "received": len(sightings),
        "lost": messages - len(known & set(range(messages))),
        "duplicated": duplicated,
        "reordered": reordered,
        "wrong_size": len(sightings) - whole,
    }


def start_peer(channel: registry.Channel, target: Callable[..., None], *arguments: Any) -> Any:
    if channel.peer_in == "thread":
        peer: Any = threading.Thread(target=target, args=arguments, daemon=True)
    else:
        peer = multiprocessing.get_context().Process(target=target, args=arguments)
    peer.start()
    return peer


def end_peer(peer: Any, link: Link) -> None:
    """Wait for the peer to end, kill it if it does not, and close the link."""
    peer.join(LEAVE_S)
    if peer.is_alive() and hasattr(peer, "kill"):
        peer.kill()
        peer.join(LEAVE_S)
    link.close()
    peer.join(LEAVE_S)  # a thread ends only now if it was still waiting for a message


def check_amount(mode: Mode, size_bytes: int, messages: int) -> None:
    """Raise ValueError if messages would be too large or too many."""
    if not LEAST_BYTES <= size_bytes <= MOST_BYTES:
        raise ValueError(
            "size_bytes is {}; it must be {} to {}".format(size_bytes, LEAST_BYTES, MOST_BYTES)
        )
    if mode.peer is send_all and size_bytes * messages > MOST_PREPARED_BYTES:
        most_mib = MOST_PREPARED_BYTES >> 20
        raise ValueError(
            "the messages take more than {} MiB; take fewer or smaller ones".format(most_mib)
        )


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Carry ``messages`` messages of ``size_bytes`` (16 to 16 Mi) through ``channel``.

    ``mode`` is ``throughput``, from the peer to the launch, 256 MiB in all at most; or
    ``round-trip``, to the peer and back, one at a time.

    Returns:
        ``elapsed_ns``, from the launch's go to the last message (None if none came); ``received``,
        ``lost``, ``duplicated``, ``reordered`` and ``wrong_size``, counts; and ``round_trip_ns``, a
        list. If nothing comes for some seconds, the rest is lost. ``missing``, the reason, where
        the channel cannot be used.

    Raises:
        ValueError: The messages are too large or too many.
    """
    size_bytes, messages, mode = params["size_bytes"], params["messages"], modes()[params["mode"]]
    check_amount(mode, size_bytes, messages)
    channel: registry.Channel = registry.load("channel", params["channel"])
    reason = channel.missing()
    if reason:
        return {"missing": reason}

    link: Link = channel.connect(size_bytes)
    ours, theirs = multiprocessing.Pipe()
    record = Record([], [])
    elapsed_ns = None
    peer = start_peer(channel, mode.peer, theirs, link.far, size_bytes, messages)
    try:
        start_ns = give_go(ours)
        if start_ns is not None:
            patience = _patience.patience(QUIET_S, TOTAL_S, lambda: len(record.sightings))
            # What has not come is counted as lost.
            with suppress(_patience.Overdue, EOFError, OSError), patience:
                mode.launch(link.near, size_bytes, messages, record)
            if record.sightings:
                elapsed_ns = record.sightings[-1][0] - start_ns
    finally:
        end_peer(peer, link)
        ours.close()
        theirs.close()
    return dict(
        tally(record.sightings, size_bytes, messages),
        elapsed_ns=elapsed_ns,
        round_trip_ns=record.round_trip_ns,
    )


def give_go(control: Any) -> Optional[int]:
    """Have the peer begin as soon as it is ready; the time in ns, None if it never was."""
    if not control.poll(READY_S):
        return None
    control.recv()
    start_ns = time.perf_counter_ns()
    control.send("go")
    return start_ns


class MessagesSpoilt(Exception):
    """Messages were lost, duplicated, reordered or torn: their speed says nothing."""


def run_whole(params: Dict[str, Any]) -> Dict[str, Any]:
    """``run``, and check what arrived.

    Raises:
        MessagesSpoilt: Not every message arrived once, whole and in order.
    """
    observed = run(params)
    faults = []
    for fault in ("lost", "duplicated", "reordered", "wrong_size"):
        if observed.get(fault):
            faults.append("{} {}".format(observed[fault], fault))
    if faults:
        sent = "{messages} messages of {size_bytes} bytes by {channel}".format(**params)
        raise MessagesSpoilt("of {}: {}".format(sent, ", ".join(faults)))
    return observed


PROBE = Probe(
    name="messages",
    summary=(
        "how long messages take through a channel, and whether each arrives once, "
        "whole and in order"
    ),
    run=run_whole,
    limit_s=120,
    missing=_patience.missing,
)
