"""An open channel: its two ends, and how to close them."""

from typing import Any, Callable, NamedTuple


class End(NamedTuple):
    """How one side sends a message (bytes) and receives one (bytes or bytearray).

    Both are bound methods of the primitive itself, so that no wrapper is timed with them. Both
    block without a limit: their callers set one from outside. An end can be pickled for a spawned
    peer.
    """

    send: Callable[[Any], None]
    receive: Callable[[], Any]


class Link(NamedTuple):
    """An open channel in both directions: ``near`` stays in the launch, ``far`` is the peer's.

    ``close()`` is called in the launch after a peer process has ended. A peer thread cannot be
    killed: for one, it sends the empty message that ends it.
    """

    near: End
    far: End
    close: Callable[[], None]
