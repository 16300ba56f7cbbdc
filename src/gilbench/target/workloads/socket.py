"""A TCP request and its reply from a server in another process.

The server answers after a fixed delay.
"""

import socket
from typing import Any, Dict

from gilbench.target.registry import Workload

TIMEOUT_S = 20.0
REPLY_BYTES = 8


def task(index: int, params: Dict[str, Any]) -> int:
    """Send ``index`` and return the number in the reply."""
    host, port = params["address"]
    with socket.create_connection((host, port), TIMEOUT_S) as connection:
        connection.sendall(_request(index, params))
        reply = b""
        while len(reply) < REPLY_BYTES:
            piece = connection.recv(REPLY_BYTES - len(reply))
            if not piece:
                raise ConnectionError("the server closed the connection before it replied")
            reply += piece
    return int.from_bytes(reply, "big")


def _request(index: int, params: Dict[str, Any]) -> bytes:
    """The token of the server, which a connection begins with, and the number."""
    token: bytes = params["token"].encode("ascii")
    return token + index.to_bytes(REPLY_BYTES, "big")


async def task_async(index: int, params: Dict[str, Any]) -> int:
    import asyncio  # here: other strategies do not need it; it is loaded before the clock starts

    return await asyncio.wait_for(_ask(_request(index, params), *params["address"]), TIMEOUT_S)


async def _ask(request: bytes, host: str, port: int) -> int:
    import asyncio

    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        reply = await reader.readexactly(REPLY_BYTES)
    except asyncio.IncompleteReadError:
        raise ConnectionError("the server closed the connection before it replied") from None
    finally:
        writer.close()
    return int.from_bytes(reply, "big")


WORKLOAD = Workload(
    name="socket",
    kind="io",
    summary="TCP connection, request and reply over loopback, fixed service delay",
    task=task,
    defaults={"delay_s": 0.005},
    service="tcp",
    task_async=task_async,
)
