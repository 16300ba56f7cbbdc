"""The process of a Dask worker: ``gilbench fleet worker`` starts it, and again when it has ended.

Its line on standard output is ``JOINED``, or as JSON what kept it from joining.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path

import distributed
import msgspec
from distributed import Status

from gilbench.fleet.cluster import RESOURCE, quiet_dask
from gilbench.fleet.greeting import first_cause
from gilbench.fleet.messages import Obstacle, WorkerOrder, encode
from gilbench.fleet.tls import TlsFiles, remedy_of
from gilbench.model import one_line

JOINED = "joined"
JOIN_LIMIT_S = 60.0
POLL_S = 0.2
OTHER_SCHEDULER = "start the scheduler again"


async def work(order: WorkerOrder) -> None:
    """Join, and measure what fleets ask for until the scheduler has gone."""
    tls = TlsFiles(*map(Path, order.tls)) if order.tls else None
    worker = await distributed.Worker(
        order.address,
        name=order.name,
        nthreads=1,
        resources={RESOURCE: 1},
        memory_limit=0,  # none
        dashboard=False,
        death_timeout=JOIN_LIMIT_S,
        security=tls.security() if tls is not None else None,
    )
    print(JOINED, flush=True)
    while worker.status in (Status.running, Status.paused):
        await asyncio.sleep(POLL_S)
    # It is not closed: that may wait half a minute for a scheduler that has gone, and the run of a
    # host is no process of this one.
    os._exit(0)


def obstacle_of(error: Exception, name: str | None) -> Obstacle:
    """Why it could not join: the first cause, for what Dask says last is that it failed."""
    cause = first_cause(error)
    if "name taken" in str(cause):
        return Obstacle(f"another worker there is called {name}", "give another --name")
    reason = one_line(f"{type(cause).__name__}: {cause}")
    return Obstacle(reason, remedy_of(reason) or OTHER_SCHEDULER)


def end_with_parent() -> None:
    """End as soon as the command that started this process has, however that ended."""
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Work as the order on the command line says."""
    order = msgspec.json.decode(sys.argv[1], type=WorkerOrder)
    threading.Thread(target=end_with_parent, daemon=True).start()
    with quiet_dask():
        try:
            asyncio.run(work(order))
        except Exception as error:  # whatever Dask fails of
            print(encode(obstacle_of(error, order.name)), flush=True)
            os._exit(1)  # Dask's threads may be at work


if __name__ == "__main__":
    main()
