"""Keeps a Dask worker on this host that measures for fleets, and starts it again when it ends.

A worker of Dask ends when its scheduler does; the next one joins the scheduler that comes after.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from gilbench.fleet.cluster import RemoteCluster
from gilbench.fleet.messages import Obstacle, WorkerOrder, decode, encode
from gilbench.fleet.working import JOINED
from gilbench.model import InputError

TRY_S = 5.0  # to connect, at every try
RETRY_S = 2.0
REPEAT_S = 60.0  # between two lines that say that it still waits
DIED = Obstacle("the worker died before it had joined", "see whether it was killed here")


class Patience:
    """Says what is waited for, seldom, and gives up after a limit."""

    def __init__(self, address: str, limit_s: float, tell: Callable[[str], None]) -> None:
        """Wait for a scheduler.

        Args:
            address: The scheduler's.
            limit_s: How long to wait.
            tell: Gets a line now and then.
        """
        self._address, self._limit_s, self._tell = address, limit_s, tell
        self._began_s: float | None = None
        self._told_s = 0.0

    def note(self, obstacle: Obstacle) -> None:
        """Note another try in vain.

        Raises:
            InputError: It has waited for too long.
        """
        now_s = time.monotonic()
        if self._began_s is None:
            self._began_s = self._told_s = now_s
            self._tell(
                f"waits up to {self._limit_s:g} s to join a scheduler at {self._address} "
                f"({obstacle.reason}); {obstacle.remedy}"
            )
        waited_s = now_s - self._began_s
        if waited_s >= self._limit_s:
            raise InputError(
                f"no scheduler could be joined at {self._address} for {self._limit_s:g} s "
                f"({obstacle.reason}); {obstacle.remedy}, or wait longer with --patience"
            )
        if now_s - self._told_s >= REPEAT_S:
            self._told_s = now_s
            self._tell(f"still waits for {self._address}, for {waited_s:.0f} s ({obstacle.reason})")

    def rest(self) -> None:
        """Forget what was waited for: it has come."""
        self._began_s = None


def worker_command(order: WorkerOrder) -> list[str]:
    """The command line of the worker, which imports nothing from the working folder."""
    return [sys.executable, "-P", "-m", "gilbench.fleet.working", encode(order)]


def serve(
    cluster: RemoteCluster,
    order: WorkerOrder,
    patience_s: float,
    tell: Callable[[str], None],
) -> None:
    """Run the worker, again and again, until this process is interrupted.

    Args:
        cluster: Where the scheduler is.
        order: What the worker is given.
        patience_s: How long to wait for a scheduler.
        tell: Gets a line for what happens.

    Raises:
        InputError: No scheduler could be joined for so long.
    """
    patience = Patience(order.address, patience_s, tell)
    while True:
        obstacle = cluster.why_no_scheduler(TRY_S) or _work(order, patience, tell)
        if obstacle is not None:
            patience.note(obstacle)
        time.sleep(RETRY_S)


def _work(order: WorkerOrder, patience: Patience, tell: Callable[[str], None]) -> Obstacle | None:
    """Run the worker to its end; returns what kept it from joining, None where it joined."""
    process = subprocess.Popen(
        worker_command(order),
        stdin=subprocess.PIPE,  # it ends when this is closed, as it is when we are killed
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if said != JOINED:
            return decode(said, Obstacle) if said else DIED
        patience.rest()
        tell(f"joined {order.address}; this host measures what fleets ask for")
        process.wait()
        tell(f"left {order.address}; it is joined again when a scheduler answers there")
        return None
    finally:
        with process:  # its pipes are closed
            process.kill()
