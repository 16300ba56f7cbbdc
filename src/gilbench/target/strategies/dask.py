"""Workers of Dask on this host: one task submitted at a time, over a local TCP connection.

Starting them takes seconds, so they are started once per launch, in its warm-up; what is timed is
what a program pays that has a cluster anyway.
"""

import importlib
import importlib.util
from functools import partial
from typing import Any, Dict, List, Optional

from gilbench.target.registry import Strategy
from gilbench.target.rounds import Job, WorkerLog
from gilbench.target.strategies import _crew

_clients: Dict[int, Any] = {}  # by the number of workers


def missing() -> Optional[str]:
    if importlib.util.find_spec("distributed") is not None:
        return None
    return "distributed cannot be imported; install it there and measure with TARGET,site=1"


def client(workers: int) -> Any:
    """The connection to this launch's workers, which are started when they are first needed."""
    if workers not in _clients:
        distributed: Any = importlib.import_module("distributed")
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=50,
        )
        _clients[workers] = distributed.Client(cluster, set_as_default=False)
    return _clients[workers]


def run(job: Job) -> List[WorkerLog]:
    connected = client(job.workers)
    futures = _crew.submit_tasks(job, partial(connected.submit, pure=False))
    return _crew.logs(connected.gather(futures))


STRATEGY = Strategy(
    name="dask",
    summary="distributed.LocalCluster, kept running: submit one task at a time, gather",
    run=run,
    workers_in="processes",
    takes_single_tasks=True,
    missing=missing,
    kinds=("cpu",),
)
