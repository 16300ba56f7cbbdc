"""What stands in place of a scheduler is told in one line, and never waited for without end."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed", reason="the extra fleet is not installed")

from tests.fleet.listeners import listening

from gilbench.fleet import greeting
from gilbench.fleet.cluster import quiet_dask
from gilbench.fleet.messages import Obstacle

PATIENCE_S = 300.0
LIMITS_S = 0.2, 2.0, 20.0
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


@pytest.mark.parametrize("says", [b"SSH-2.0-OpenSSH_9.6\r\n", SCHEDULER_LIKE, b"\x01" + bytes(8)])
def test_what_is_no_scheduler_is_told(monkeypatch, says):
    """A port that speaks something else."""
    monkeypatch.setattr(greeting, "GREETING_S", PATIENCE_S)
    with server(says) as address, quiet_dask():
        obstacle = greeting.why_no_scheduler(address, None, PATIENCE_S)
    assert "is no scheduler of Dask" in obstacle.reason
    assert obstacle.remedy == greeting.OTHER_ADDRESS


def told_in_time(address: str, reason: str) -> Obstacle:
    """What is told within some time; a busy host may need more of it to get to that reason."""
    for limit_s in LIMITS_S:
        obstacle = greeting.why_no_scheduler(address, None, limit_s)
        if reason in obstacle.reason:
            return obstacle
    pytest.fail(obstacle.reason)


def test_what_says_nothing_is_told(monkeypatch):
    """It is not waited for without end."""
    monkeypatch.setattr(greeting, "GREETING_S", 0.5)
    with server(b"") as address, quiet_dask():
        obstacle = told_in_time(address, "accepts connections there and does not answer")
    assert obstacle.remedy == greeting.OTHER_ADDRESS


def test_where_nobody_listens_one_is_to_be_started():
    """With what the system says."""
    with quiet_dask():
        obstacle = told_in_time("tcp://127.0.0.1:9", "refused")
    assert obstacle.remedy == greeting.START_ONE
