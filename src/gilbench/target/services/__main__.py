"""``python -m gilbench.target.services NAME DELAY_S``: a server for I/O workloads.

It serves on a free loopback port until standard input ends.

The first line of output is the address as JSON.
"""

import asyncio
import importlib
import json
import sys

BACKLOG = 512


async def serve(name: str, delay_s: float) -> None:
    """Serve until standard input ends.

    Args:
        name: A module of this package.
        delay_s: Seconds that each reply is held back.
    """
    handler = importlib.import_module("gilbench.target.services." + name).handler(delay_s)
    server = await asyncio.start_server(handler, "127.0.0.1", 0, backlog=BACKLOG)
    print(json.dumps({"address": list(server.sockets[0].getsockname())}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], float(sys.argv[2])))
