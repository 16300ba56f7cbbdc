"""Network links with a delay, for kernels without netem: this process passes every packet on, later.

Needs Linux, root and ``/dev/net/tun``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import struct
import threading
import time
from collections import deque

DEVICE = "/dev/net/tun"
SET_NAME, WITHOUT_HEADER = 0x400454CA, 0x1001  # TUNSETIFF; IFF_TUN | IFF_NO_PI
MOST_PACKET_BYTES = 65536
IDLE_S = 0.2


def interface(name: str) -> int:
    """A new network interface; what is read from and written to it are packets."""
    descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, SET_NAME, struct.pack("16sH22x", name.encode(), WITHOUT_HEADER))
    return descriptor


class FarLinks:
    """Links of two interfaces each, both ways with the same delay."""

    def __init__(self, delay_s: float) -> None:
        """Begin without links.

        Args:
            delay_s: What a packet takes one way.
        """
        self._delay_s = delay_s
        self._other: dict[int, int] = {}
        self._ready = selectors.DefaultSelector()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()

    def join(self, one: str, other: str) -> None:
        """Make two interfaces, each the far end of the other."""
        ends = interface(one), interface(other)
        self._other |= {ends[0]: ends[1], ends[1]: ends[0]}
        for end in ends:
            self._ready.register(end, selectors.EVENT_READ)

    def close(self) -> None:
        """Remove the links and their interfaces."""
        self._ends.set()
        self._thread.join()
        self._ready.close()
        for end in self._other:
            os.close(end)

    def _pass_on(self) -> None:
        under_way: deque[tuple[float, int, bytes]] = deque()  # when it is due, where, and what
        while not self._ends.is_set():
            wait_s = under_way[0][0] - time.monotonic() if under_way else IDLE_S
            for key, _ in self._ready.select(max(0.0, min(wait_s, IDLE_S))):
                with contextlib.suppress(OSError):  # an interface that is down has none
                    packet = os.read(key.fd, MOST_PACKET_BYTES)
                    due_s = time.monotonic() + self._delay_s
                    under_way.append((due_s, self._other[key.fd], packet))
            while under_way and under_way[0][0] <= time.monotonic():
                _, end, packet = under_way.popleft()
                with contextlib.suppress(OSError):  # likewise
                    os.write(end, packet)
