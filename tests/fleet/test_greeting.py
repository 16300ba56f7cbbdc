"""What stands in place of a scheduler is told in one line, and never waited for without end."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed", reason="the extra fleet is not installed")

from tests.fleet.listeners import listening

from gilbench.fleet import greeting
from gilbench.fleet.cluster import quiet_dask

SCHEDULER_LIKE = b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 100


@contextmanager
def server(says: bytes) -> Iterator[str]:
    """Accepts connections, says something and keeps them open; its address."""
    kept = []

    def greet(connection: socket.socket) -> None:
        kept.append(connection)
        connection.sendall(says)

    with listening(greet) as place:
        yield f"tcp://{place}"
    for connection in kept:
        connection.close()


@pytest.mark.parametrize(
    ("says", "what"),
    [
        (b"", "accepts connections there and does not answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "is no scheduler of Dask"),
        (SCHEDULER_LIKE, "is no scheduler of Dask"),
        (b"\x01\0\0\0\0\0\0\0\0", "is no scheduler of Dask"),
    ],
)
def test_what_is_no_scheduler_is_told(monkeypatch, says, what):
    """A port that says nothing, and ones that speak something else."""
    monkeypatch.setattr(greeting, "GREETING_S", 0.5)
    with server(says) as address, quiet_dask():
        obstacle = greeting.why_no_scheduler(address, None, 1.0)
    assert what in obstacle.reason
    assert obstacle.remedy == greeting.OTHER_ADDRESS


def test_where_nobody_listens_one_is_to_be_started():
    """With what the system says."""
    with quiet_dask():
        obstacle = greeting.why_no_scheduler("tcp://127.0.0.1:9", None, 0.2)
    assert "refused" in obstacle.reason
    assert obstacle.remedy == greeting.START_ONE
