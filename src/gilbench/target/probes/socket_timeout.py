"""How soon a thread runs after a large message was sent, on a socket with a timeout and without.

The probe ``wakeup`` with messages so large that ``recv`` takes longer than it takes the operating
system to wake the CPU-bound thread: that thread acquires the GIL which ``recv`` releases.
"""

import socket
from typing import Optional

from gilbench.target.probes import wakeup
from gilbench.target.registry import Probe


def missing() -> Optional[str]:
    if hasattr(socket, "AF_UNIX"):
        return None
    return "this platform has no Unix sockets, which carry a large message at once"


PROBE = Probe(
    name="socket-timeout",
    summary=(
        "how soon after a large message was sent the thread that waits for it runs, "
        "with a timeout on the socket and without"
    ),
    run=wakeup.run,
    limit_s=wakeup.LIMIT_S,
    missing=missing,
)
