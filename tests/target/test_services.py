"""The servers beside I/O workloads: they answer rightly, take their delay, and end when their parent does."""

import asyncio
import http.client
import socket
import sys
import threading
import zlib

import pytest

from gilbench.measure.launches import Child, MeasurementError
from gilbench.target.services import http as http_service
from gilbench.target.services import tcp as tcp_service
from gilbench.target.workloads import http as http_workload
from gilbench.target.workloads import socket as socket_workload

TIMEOUT_S = 120.0


def connect(access):
    """A connection that began with the token."""
    connection = socket.create_connection(access["address"], TIMEOUT_S)
    connection.sendall(access["token"].encode())
    return connection


def get(access, path, method="GET"):
    """Status and body of one request."""
    connection = http.client.HTTPConnection(*access["address"], timeout=TIMEOUT_S)
    try:
        connection.connect()
        connection.sock.sendall(access["token"].encode())
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("number", [0, 1, 255, 2**32])
def test_tcp_answers_with_the_number_plus_one(services, number):
    """The reply proves that the request was read."""
    with connect(services.access("tcp", 0.0)) as connection:
        connection.sendall(number.to_bytes(8, "big")[:3])
        connection.sendall(number.to_bytes(8, "big")[3:])
        assert int.from_bytes(connection.recv(8), "big") == number + 1


def test_tcp_answers_many_requests_of_many_connections(services):
    """Connections are served beside each other, and each in its own order."""
    access = services.access("tcp", 0.0)
    connections = [connect(access) for _ in range(20)]
    for connection in connections:
        connection.sendall((1).to_bytes(8, "big") + (2).to_bytes(8, "big"))
    for connection in connections:
        with connection:
            reply = b""
            while len(reply) < 16:
                reply += connection.recv(16)
            assert reply == (2).to_bytes(8, "big") + (3).to_bytes(8, "big")


def test_http_serves_pages_that_link_to_leaves(services):
    """A page links to two leaves, a leaf to nothing, and what is no page is not found."""
    access = services.access("http", 0.0)
    status, page = get(access, "/page/7")
    assert status == 200
    assert http_workload.LINK.findall(page) == [b"/page/7/0", b"/page/7/1"]
    status, leaf = get(access, "/page/7/1")
    assert status == 200 and not http_workload.LINK.findall(leaf)
    assert get(access, "/elsewhere")[0] == get(access, "/page/1", "POST")[0] == 404


def test_the_crawler_follows_every_link(services, monkeypatch):
    """A task fetches a page and the two that it links to, and its result depends on all three."""
    access, fetched = services.access("http", 0.0), []
    get_page = http_workload._get
    monkeypatch.setattr(
        http_workload, "_get", lambda of, path: fetched.append(path) or get_page(of, path)
    )
    checksum = http_workload.task(5, access)
    assert sorted(fetched) == ["/page/5", "/page/5/0", "/page/5/1"]
    assert checksum == sum(zlib.crc32(get(access, path)[1]) for path in fetched)


def test_the_crawler_refuses_a_page_that_is_not_there(services, monkeypatch):
    """An answer other than 200 is a failure and no result."""
    monkeypatch.setattr(http_workload, "LINK", http_workload.re.compile(rb"<title>(/)page"))
    with pytest.raises(ConnectionError, match="GET / was answered with 404"):
        http_workload.task(5, services.access("http", 0.0))


def test_the_socket_task_returns_the_servers_number(services):
    """A task's result is what the server made of its index."""
    assert socket_workload.task(41, services.access("tcp", 0.0)) == 42


def test_the_socket_task_fails_when_the_server_hangs_up():
    """A connection that is closed before the reply is whole is an error, not a result of nothing."""

    def hang_up(server):
        connection, _ = server.accept()
        with connection:
            connection.recv(64)
            connection.sendall(b"half")

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(TIMEOUT_S)
        thread = threading.Thread(target=hang_up, args=(server,))
        thread.start()
        with pytest.raises(ConnectionError, match="closed the connection before it replied"):
            socket_workload.task(1, {"address": server.getsockname(), "token": "t"})
        thread.join()


@pytest.mark.parametrize(
    ("service", "request_"),
    [(tcp_service, bytes(8)), (http_service, b"GET /page/1 HTTP/1.1\r\n\r\n")],
)
def test_the_delay_is_waited_for_once_a_request(monkeypatch, service, request_):
    """The delay that a server is started with is what it sleeps before each answer, by a clock that does not run."""
    delays = []

    async def note(delay_s):
        delays.append(delay_s)

    async def talk():
        server = await asyncio.start_server(service.handler(0.25), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        with monkeypatch.context() as patch:
            patch.setattr(service.asyncio, "sleep", note)
            for _ in range(2):
                writer.write(request_)
                await reader.read(1)
                await reader.read(10_000)
        writer.close()
        server.close()

    asyncio.run(talk())
    assert delays == [0.25, 0.25]


@pytest.mark.parametrize("name", ["tcp", "http"])
def test_a_server_ends_when_its_input_does(target_bundle, name):
    """The end of standard input, which is also what a parent that was killed leaves behind, ends the server."""
    with Child(
        sys.executable, ["-S", "-m", "gilbench.target.services", name, "0"], target_bundle
    ) as child:
        child.write({"token": "t"})
        assert child.read(TIMEOUT_S)["address"]
        child._process.stdin.close()
        assert child._process.wait(TIMEOUT_S) == 0


def test_a_server_is_started_once_a_delay(services):
    """Asking again gives the address again; another delay is another server."""
    assert (
        services.access("tcp", 0.0) == services.access("tcp", 0.0) != services.access("tcp", 0.001)
    )


def test_an_unknown_server_is_one_clear_line(services):
    """A workload that names a server that does not exist fails in one line, and leaves nothing running."""
    with pytest.raises(
        MeasurementError, match=r"No module named 'gilbench\.target\.services\.gopher'"
    ):
        services.access("gopher", 0.0)
    assert not [key for key in services._running if key[0] == "gopher"]
