"""``python -m gilbench.target.services NAME DELAY_S``: a server for I/O workloads.

It serves on a free loopback port until standard input ends, whose first line is a JSON object with
the ``token`` that every connection must begin with. The first line of output has the address.
"""

import asyncio
import importlib
import json
import signal
import sys

from gilbench.target.services._tokens import guarded

BACKLOG = 512


async def serve(name: str, delay_s: float, token: str) -> None:
    """Serve until standard input ends.

    Args:
        name: A module of this package.
        delay_s: Seconds that each reply is held back.
        token: What clients send first.
    """
    handler = importlib.import_module("gilbench.target.services." + name).handler(delay_s)
    server = await asyncio.start_server(guarded(handler, token), "127.0.0.1", 0, backlog=BACKLOG)
    print(json.dumps({"address": list(server.sockets[0].getsockname())}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    # An interrupt ends it at once: asyncio would close the connections and wait for the thread that
    # reads standard input.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asyncio.run(serve(sys.argv[1], float(sys.argv[2]), json.loads(sys.stdin.readline())["token"]))
