"""The connection to a scheduler: one that was made again by Dask itself is not taken for the same."""

import threading
import time
from collections.abc import Callable

import pytest

distributed = pytest.importorskip("distributed", reason="the extra fleet is not installed")

from gilbench.fleet import agent  # noqa: E402
from gilbench.fleet.cluster import RESOURCE, _connect, quiet_dask  # noqa: E402
from gilbench.fleet.link import Link, answer_of, is_done  # noqa: E402
from gilbench.fleet.messages import decode  # noqa: E402
from gilbench.model.fleets import HostFacts  # noqa: E402

WAIT_S = 600.0
MEASURED = threading.Event()


def measure() -> str:
    """A task that takes the only place of its worker until it is told to end."""
    MEASURED.wait(WAIT_S)
    return ""


class Here:
    """A cluster within this process."""

    def __init__(self, cluster) -> None:
        self.address = cluster.scheduler_address

    def connect(self):
        return _connect(self.address, None)

    def close(self) -> None:
        """It ends with the fixture."""


@pytest.fixture
def link():
    with (
        quiet_dask(),
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            protocol="tcp",
            processes=False,
            resources={RESOURCE: 1},
            dashboard_address="127.0.0.1:0",
        ) as cluster,
    ):
        here = Here(cluster)
        made = Link(here, here.connect(), "fleet")
        yield made
        made.close()


def until(condition: Callable[[], object]) -> None:
    until_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until_s
        time.sleep(0.02)


class Client:
    """A connection of Dask, in place of a real one."""

    status = "running"

    def __init__(self) -> None:
        self.scheduler_comm = object()
        self.topics: list[str] = []

    def subscribe_topic(self, topic: str, handler) -> None:
        self.topics.append(topic)


def test_a_connection_that_dask_made_again_is_lost():
    """It hears nothing of what was subscribed to before."""
    client = Client()
    made = Link(None, client, "fleet")
    assert made.is_up
    client.scheduler_comm = object()
    assert not made.is_up
    assert client.topics == [agent.topic_of("fleet")]


def test_a_worker_says_who_it_is_while_it_measures(link):
    """As when the coordinator was killed, and another one asks while the first one's run goes on."""
    (worker,) = link.workers()
    task = link.ask(measure, address=worker.address)
    try:
        answer = link.ask_at_once(agent.introduce, address=worker.address)
        until(lambda: is_done(answer))
        assert decode(answer_of(answer), HostFacts).gilbench
        assert not is_done(task)
    finally:
        MEASURED.set()
    until(lambda: is_done(task))
