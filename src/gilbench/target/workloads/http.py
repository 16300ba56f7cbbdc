"""A small crawler: GET a page, find its links, GET the pages they lead to; real ``http.client``, fixed delay a page."""

import re
import zlib
from http.client import HTTPConnection
from typing import Any, Dict

from gilbench.target.registry import Workload

TIMEOUT_S = 20.0
LINK = re.compile(rb'href="([^"]+)"')


def task(index: int, params: Dict[str, Any]) -> int:
    host, port = params["address"]
    connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
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


WORKLOAD = Workload(
    name="http",
    kind="io",
    summary="a crawler over loopback HTTP: a page, then the two pages it links to, fixed delay a page",
    task=task,
    defaults={"delay_s": 0.002},
    service="http",
)
