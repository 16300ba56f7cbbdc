"""A small crawler with ``http.client``: gets a page, then the pages that it links to."""

import re
import zlib
from http.client import HTTPConnection
from typing import Any, Dict

from gilbench.target.registry import Workload

TIMEOUT_S = 20.0
LINK = re.compile(rb'href="([^"]+)"')
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)\r\n")


def task(index: int, params: Dict[str, Any]) -> int:
    """Crawl from page ``index`` on; returns the sum of the pages' CRC-32."""
    host, port = params["address"]
    connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.connect()
        connection.sock.sendall(params["token"].encode("ascii"))  # what a connection begins with
        checksum = 0
        to_visit = ["/page/{}".format(index)]
        while to_visit:
            page = _get(connection, to_visit.pop())
            to_visit.extend(link.decode("ascii") for link in LINK.findall(page))
            checksum += zlib.crc32(page)
        return checksum
    finally:
        connection.close()


def _get(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise ConnectionError("GET {} was answered with {}".format(path, response.status))
    return body


async def task_async(index: int, params: Dict[str, Any]) -> int:
    import asyncio  # here: other strategies do not need it; it is loaded before the clock starts

    return await asyncio.wait_for(_crawl(index, params["token"], *params["address"]), TIMEOUT_S)


async def _crawl(index: int, token: str, host: str, port: int) -> int:
    import asyncio

    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(token.encode("ascii"))
        checksum = 0
        to_visit = ["/page/{}".format(index)]
        while to_visit:
            page = await _get_async(reader, writer, to_visit.pop(), host)
            to_visit.extend(link.decode("ascii") for link in LINK.findall(page))
            checksum += zlib.crc32(page)
        return checksum
    finally:
        writer.close()


async def _get_async(reader: Any, writer: Any, path: str, host: str) -> bytes:
    """As much HTTP as the server speaks: it always sends Content-Length."""
    writer.write("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n".format(path, host).encode("ascii"))
    head = await reader.readuntil(b"\r\n\r\n")
    body: bytes = await reader.readexactly(int(LENGTH.findall(head)[0]))
    status = int(head.split(b" ", 2)[1])
    if status != 200:
        raise ConnectionError("GET {} was answered with {}".format(path, status))
    return body


WORKLOAD = Workload(
    name="http",
    kind="io",
    summary=(
        "a crawler over loopback HTTP: a page and the two pages it links to, fixed delay per page"
    ),
    task=task,
    defaults={"delay_s": 0.002},
    service="http",
    task_async=task_async,
)
