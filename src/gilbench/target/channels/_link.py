"""What an open channel is: two ends, and how to close them."""

from typing import Any, Callable, NamedTuple


class End(NamedTuple):
    """One side's means to send a message (bytes) and to receive one (bytes or bytearray), as bare as they come.

    They are the primitive's own bound methods, so that no call of ours is timed with them. Both wait for as long as it
    takes: whoever calls them sets the limit from outside. An end pickles, for a peer that is spawned.
    """

    send: Callable[[Any], None]
    receive: Callable[[], Any]


class Link(NamedTuple):
    """An open channel, both ways: ``near`` stays in the launch, ``far`` is the peer's.

    ``close()`` is called in the launch once a peer process has ended; to a peer thread, which nobody can kill, it sends
    the empty message that ends it.
    """

    near: End
    far: End
    close: Callable[[], None]
