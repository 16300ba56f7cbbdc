"""The servers of a run serve those who know their token; a stranger on the host learns, gets and costs nothing."""

import asyncio
import contextlib
import os
import socket
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from gilbench.measure.launches import Child
from gilbench.measure.services import Services
from gilbench.target.probes import _children, request_rate, wakeup
from gilbench.target.services import _tokens
from gilbench.target.workloads import http as http_workload
from gilbench.target.workloads import socket as socket_workload

TIMEOUT_S = 120.0
STRANGERS = {
    "says nothing and closes": b"",
    "does not know the token": b"0" * 32,
    "knows half of it": None,
    "speaks HTTP": b"GET /page/1 HTTP/1.1\r\nHost: here\r\n\r\n",
    "floods": b"x" * 200_000,
}


@pytest.fixture(scope="module", params=["tcp", "http"])
def server(request, target_bundle):
    """A server with what a client needs to know, and its process."""
    running = Services(target_bundle)
    access = running.access(request.param, 0.0)
    ((child, _),) = running._running.values()
    yield access, child, socket_workload if request.param == "tcp" else http_workload
    running.close()


def answer_to(address, said):
    """Everything that the server answers before it cuts the connection."""
    answer = b""
    with socket.create_connection(address, TIMEOUT_S) as connection:
        try:
            connection.sendall(said)
            if not said:
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(1000):
                answer += piece
        except ConnectionError:
            pass
    return answer


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_is_cut_off_without_an_answer(server, stranger):
    """Whatever else than the token a connection begins with ends it; the run's own clients are served as before."""
    access, child, workload = server
    said = STRANGERS[stranger]
    said = access["token"].encode()[:16] + b"0" * 16 if said is None else said
    assert answer_to(access["address"], said) == b""
    assert isinstance(workload.task(7, access), int)
    assert child.last_words() == ""


def test_many_who_say_nothing_do_not_keep_anybody_out(server):
    """Connections without a token are held for a while and in a bounded number; the run's own still come through."""
    access, child, workload = server
    silent = [socket.create_connection(access["address"], TIMEOUT_S) for _ in range(700)]
    try:
        assert isinstance(workload.task(7, access), int)
        for connection in silent[: len(silent) - _tokens.MOST_WAITING]:
            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""
    finally:
        for connection in silent:
            connection.close()
    assert child.death is None and child.last_words() == ""


def test_the_token_is_not_in_what_others_on_the_host_can_read(server):
    """It goes over pipes: the command line, which everybody may read, does not have it; two servers have two."""
    access, child, _ = server
    if sys.platform == "linux":
        assert access["token"].encode() not in Path(f"/proc/{child.pid}/cmdline").read_bytes()
    assert len(access["token"]) == 32


def test_tokens_differ(target_bundle):
    """A token of one server is of no use for another."""
    running = Services(target_bundle)
    try:
        first, second = running.access("tcp", 0.0), running.access("tcp", 0.001)
        assert first["token"] != second["token"]
        with pytest.raises(ConnectionError):
            socket_workload.task(1, {**first, "address": second["address"]})
    finally:
        running.close()


def test_a_server_without_a_token_does_not_start(target_bundle):
    """The end of its input where the token is to be is the end of the server, which never listens."""
    arguments = ["-S", "-m", "gilbench.target.services", "tcp", "0"]
    with Child(sys.executable, arguments, target_bundle) as child:
        child._process.stdin.close()
        assert child._process.wait(TIMEOUT_S) == 1
        assert not os.read(child._output, 100)


def test_who_has_waited_longest_is_cut_first(monkeypatch):
    """Beyond the bound, a new connection takes the place of the oldest that has said nothing."""
    monkeypatch.setattr(_tokens, "MOST_WAITING", 2)

    async def serve(reader, writer):
        writer.write(b"served")
        writer.close()

    async def talk():
        server = await asyncio.start_server(_tokens.guarded(serve, "token"), "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        first, *others = [await asyncio.open_connection(*address) for _ in range(3)]
        with contextlib.suppress(ConnectionError):
            assert not await first[0].read(1)
        answers = []
        for reader, writer in others:
            writer.write(b"token")
            answers.append(await reader.read(100))
        for _, writer in (first, *others):
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        server.close()
        return answers

    assert asyncio.run(asyncio.wait_for(talk(), TIMEOUT_S)) == [b"served", b"served"]


def test_who_does_not_say_it_in_time_is_cut(monkeypatch):
    """A connection that stays silent is held for a while only."""
    monkeypatch.setattr(_tokens, "PATIENCE_S", 0.01)

    async def talk():
        server = await asyncio.start_server(_tokens.guarded(None, "token"), "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        with contextlib.suppress(ConnectionError):
            assert not await reader.read(1)
        writer.close()
        server.close()

    asyncio.run(asyncio.wait_for(talk(), TIMEOUT_S))


def test_the_request_rate_is_not_of_a_strangers_requests(monkeypatch):
    """The probe's server answers who knows its token, and closes a stranger's connection that came first; by the clock
    there is time for three requests."""
    ports, counts = [], []
    readings = iter([0, 1, 2, 3, 100, 101])
    clock = SimpleNamespace(perf_counter_ns=lambda: next(readings))
    monkeypatch.setattr(request_rate, "time", clock)
    monkeypatch.setattr(request_rate, "TOKEN_S", TIMEOUT_S)
    monkeypatch.setattr(_children, "PATIENCE_S", TIMEOUT_S)

    class Sent:
        def send(self, port):
            ports.append(port)
            with socket.create_connection(("127.0.0.1", port), TIMEOUT_S) as stranger:
                stranger.sendall(b"?" * 64)

    token = os.urandom(request_rate.TOKEN_BYTES)
    serving = threading.Thread(target=request_rate.serve, args=(Sent(), token), daemon=True)
    serving.start()
    while not ports:
        threading.Event().wait(0.01)
    request_rate.ask(ports[0], token, 100e-9, counts)
    serving.join(TIMEOUT_S)
    assert not serving.is_alive() and counts == [3, 101]


def test_datagrams_of_a_stranger_do_not_wake_the_receiver():
    """The kernel drops what does not come from the sender's own socket."""
    receiver, sender = wakeup.datagram_pair(8)
    with receiver, sender, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        receiver.settimeout(TIMEOUT_S)
        stranger.sendto(b"stranger", receiver.getsockname())
        sender.send(b"expected")
        assert receiver.recv(100) == b"expected"
