"""Answers each 8-byte request, after a delay, with the number in it plus one."""

import asyncio
from typing import Any, Callable, Coroutine

REQUEST_BYTES = 8


def handler(
    delay_s: float,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]:
    """The function that serves one connection, with a delay of ``delay_s`` seconds per reply."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readexactly(REQUEST_BYTES)
                await asyncio.sleep(delay_s)
                number = int.from_bytes(request, "big") + 1
                writer.write(number.to_bytes(REQUEST_BYTES, "big"))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is done
        finally:
            writer.close()

    return serve
