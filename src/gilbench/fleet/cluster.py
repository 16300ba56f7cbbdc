"""Reaches Dask: a scheduler that is there, or a cluster of worker processes on this host."""

from __future__ import annotations

import contextlib
import logging
import signal
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import distributed

from gilbench.fleet.greeting import START_ONE, why_no_scheduler
from gilbench.fleet.messages import Obstacle
from gilbench.fleet.tls import OPTIONS, TlsFiles
from gilbench.model import InputError, one_line

RESOURCE = "gilbench"  # of a worker: it measures one thing at a time
SCHEMES = ("tcp://", "tls://")
CONNECT_LIMIT_S = 15.0
# What connecting raises; ImportError where a scheduler has packages that do not fit ours.
UNREACHABLE = (OSError, ValueError, ImportError)
ANSWER_LIMIT_S = 30.0
OF_TERMINALS = (signal.SIGINT, signal.SIGHUP)
# Dask says on its own log what the fleet says in one line.
QUIET = ("distributed", "tornado.application")


class Unreachable(OSError):
    """No scheduler can be used at an address.

    Attributes:
        obstacle: Why.
    """

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.reason)
        self.obstacle = obstacle


@dataclass(frozen=True)
class Worker:
    """A worker as the scheduler has it.

    Attributes:
        address: Where it is reached.
        name: The name that its user gave it; empty for none.
        ip: The address of its host.
        resources: What it offers.
    """

    address: str
    name: str
    ip: str
    resources: Mapping[str, float]


class Cluster(Protocol):
    """Where workers are."""

    def connect(self) -> distributed.Client:
        """A new connection to the scheduler; UNREACHABLE where it is not there."""
        ...

    def close(self) -> None:
        """End what was started for the fleet."""
        ...


class RemoteCluster:
    """A scheduler that is there."""

    def __init__(self, address: str, tls: TlsFiles | None) -> None:
        """Check the address.

        Raises:
            InputError: It is none, or a file of TLS cannot be read.
        """
        if not address.startswith(SCHEMES):
            raise InputError(
                f"{address!r} is no address of a scheduler; give one such as tcp://HOST:8786"
            )
        if address.startswith("tls://") and tls is None:
            raise InputError(f"{address} needs TLS; give {OPTIONS}")
        self.address = address
        self._security = tls.security() if tls is not None else None

    def why_no_scheduler(self, connect_limit_s: float) -> Obstacle | None:
        """What keeps from using it; None where it answers."""
        return why_no_scheduler(self.address, self._security, connect_limit_s)

    def connect(self) -> distributed.Client:
        return _connect(self.address, self._security)

    def close(self) -> None:
        """Nothing: it stays."""


class LocalCluster:
    """Worker processes on this host, behind temporary TLS credentials."""

    def __init__(self, workers: int) -> None:
        """Start them.

        Raises:
            InputError: They cannot be started.
        """
        security = distributed.Security.temporary()
        try:
            with _terminals_ignored():
                self._cluster = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    security=security,
                    dashboard_address="127.0.0.1:0",
                    worker_dashboard_address=None,
                    resources={RESOURCE: 1},
                    silence_logs=logging.CRITICAL,
                )
        except RuntimeError as error:
            problem = one_line(str(error))
            raise InputError(
                f"the workers cannot be started ({problem}); name fewer: --local 1"
            ) from error
        self._security = security

    def connect(self) -> distributed.Client:
        return _connect(self._cluster.scheduler_address, self._security)

    def close(self) -> None:
        with contextlib.suppress(TimeoutError, OSError):
            self._cluster.close()


@contextlib.contextmanager
def _terminals_ignored() -> Iterator[None]:
    """Have processes that are started ignore what a terminal sends to all of its processes.

    They are for the coordinator to end, which has their runs keep what they have before.
    """
    before = {number: signal.signal(number, signal.SIG_IGN) for number in OF_TERMINALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _connect(address: str, security: distributed.Security | None) -> distributed.Client:
    if obstacle := why_no_scheduler(address, security, CONNECT_LIMIT_S):
        raise Unreachable(obstacle)
    return distributed.Client(
        address, security=security, timeout=CONNECT_LIMIT_S, set_as_default=False
    )


def first_connection(cluster: Cluster, address: str) -> distributed.Client:
    """The first connection to a scheduler.

    Raises:
        InputError: There is none.
    """
    try:
        return cluster.connect()
    except UNREACHABLE as error:
        obstacle = Obstacle(one_line(str(error)) or type(error).__name__, START_ONE)
        if isinstance(error, Unreachable):
            obstacle = error.obstacle
        raise InputError(
            f"no scheduler answers at {address} ({obstacle.reason}); {obstacle.remedy}"
        ) from error


def workers_of(client: distributed.Client) -> list[Worker]:
    """The workers that a scheduler has now; OSError where it does not answer."""
    # Not client.scheduler_info(): a periodic update of the client without the workers may overwrite
    # what that has asked for, before it is read.
    if client.scheduler is None:
        raise OSError("the connection is closed")
    identity = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=ANSWER_LIMIT_S)
    described: dict[str, Any] = identity["workers"]
    workers = []
    for address, facts in described.items():
        name = facts.get("name", address)
        given = f"worker-{name}" if isinstance(name, int) else str(name)
        ip = str(facts.get("host", ""))
        resources = dict(facts.get("resources") or {})
        workers.append(Worker(address, "" if given == address else given, ip, resources))
    return workers


@contextlib.contextmanager
def quiet_dask() -> Iterator[None]:
    """Keep Dask's log and warnings off the terminal: what happens is said in one line each."""
    names = [*QUIET, *(name for name in logging.root.manager.loggerDict if name.startswith(QUIET))]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
