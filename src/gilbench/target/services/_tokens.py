"""Serves only those who say the token of the run first; a connection of anybody else is cut."""

import asyncio
import hmac
from typing import Any, Callable, Coroutine, Dict

PATIENCE_S = 5.0  # for the token, which a client sends as soon as it is connected
MOST_WAITING = 512  # connections that have not said it; more workers than a round has

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def guarded(serve: Handler, token: str) -> Handler:
    """A handler that serves the connections which begin with the token, and cuts all others.

    A stranger costs one accepted connection: nothing is computed, waited for or written for it.
    Where too many say nothing, the one that has waited longest is cut.
    """
    expected = token.encode("ascii")
    waiting: Dict[asyncio.StreamWriter, asyncio.TimerHandle] = {}

    async def admit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut = writer.transport.abort
        waiting[writer] = asyncio.get_running_loop().call_later(PATIENCE_S, cut)
        if len(waiting) > MOST_WAITING:
            next(iter(waiting)).transport.abort()
        try:
            said = await reader.readexactly(len(expected))
        except (asyncio.IncompleteReadError, ConnectionError):
            said = b""
        finally:
            waiting.pop(writer).cancel()
        if hmac.compare_digest(said, expected):
            await serve(reader, writer)
        else:
            cut()

    return admit
