"""A site of small pages, each served after a delay.

``/page/N`` links to two leaf pages, which have no links.
"""

import asyncio
from typing import Any, Callable, Coroutine

LEAVES = 2
FILLER = "<p>" + "the quick brown fox jumps over the lazy dog " * 20 + "</p>"


def page(path: str) -> str:
    """The HTML of a page or a leaf."""
    _, _, leaf_of = path.strip("/").partition("/")
    is_leaf = "/" in leaf_of
    links = ""
    if not is_leaf:
        for leaf in range(LEAVES):
            links += '<a href="{}/{}">leaf</a>'.format(path, leaf)
    return "<!doctype html><title>{}</title>{}{}".format(path, links, FILLER)


def handler(
    delay_s: float,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]:
    """The function that serves one connection, with a delay of ``delay_s`` seconds per page."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                method, path, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
                await asyncio.sleep(delay_s)
                known = method == "GET" and path.startswith("/page/")
                body = (page(path) if known else "not found").encode("ascii")
                status = "200 OK" if known else "404 Not Found"
                fields = "Content-Type: text/html\r\nContent-Length: {}".format(len(body))
                writer.write(
                    "HTTP/1.1 {}\r\n{}\r\n\r\n".format(status, fields).encode("ascii") + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass  # the client is done, or does not speak HTTP
        finally:
            writer.close()

    return serve
