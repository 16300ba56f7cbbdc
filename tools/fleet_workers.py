"""What a scheduler and a coordinator of a fleet spend on workers that wait: connections, heartbeats, who is there.

``python -m tools.fleet_workers N`` starts N workers of Dask in a few processes, each with its own connections
as on a host alone, and prints a row for docs/measurements/fleet.md. It needs about 6 descriptors per worker.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import dask
import distributed
import psutil

from gilbench.fleet.cluster import RESOURCE, quiet_dask, workers_of
from gilbench.fleet.conversation import INTERVAL_S
from gilbench.fleet.coordinator import HOSTS_PER_INTERVAL

PROCESSES, AT_ONCE = 4, 20  # that have the workers; workers that join at the same time
JOIN_LIMIT_S, WATCHED_S, LOOKS = 400.0, 30.0, 10
# What only the worker's own process spends, which here has hundreds of them
QUIET_WORKERS = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "60s",
}


async def have_workers(address: str, first: int, count: int) -> None:
    """Join with so many workers, and stay."""
    workers: list[distributed.Worker] = []
    for begin in range(first, first + count, AT_ONCE):
        joining = []
        for number in range(begin, min(begin + AT_ONCE, first + count)):
            joining.append(
                distributed.Worker(
                    address,
                    name=f"h{number}",
                    nthreads=1,
                    resources={RESOURCE: 1},
                    memory_limit=0,
                    dashboard=False,
                )
            )
        workers += await asyncio.gather(*joining)
    await asyncio.sleep(3600)


def cpu_s(process: psutil.Process) -> float:
    """Seconds of CPU time that a process has spent."""
    return float(sum(process.cpu_times()[:2]))


def started_scheduler(stack: ExitStack) -> tuple[psutil.Process, Path]:
    """A scheduler, and the file that says where it is."""
    file = Path(stack.enter_context(tempfile.TemporaryDirectory()), "scheduler.json")
    command = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--no-dashboard", "--scheduler-file", str(file)],
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    while not file.exists():
        time.sleep(0.1)
    return psutil.Process(process.pid), file


def main() -> None:
    """Print a row of the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workers", type=int)
    parser.add_argument("--join", nargs=2, metavar=("ADDRESS", "FIRST"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.join:
        address, first = arguments.join
        with quiet_dask(), dask.config.set(QUIET_WORKERS):
            asyncio.run(have_workers(address, int(first), arguments.workers))
        return
    with ExitStack() as stack:
        scheduler, file = started_scheduler(stack)
        client = stack.enter_context(
            distributed.Client(scheduler_file=str(file), set_as_default=False)
        )
        address = client.scheduler_info()["address"]
        each = -(-arguments.workers // PROCESSES)
        for first in range(0, arguments.workers, each):
            few = min(each, arguments.workers - first)
            command = [sys.executable, __file__, str(few), "--join", address, str(first)]
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.kill)
        before_s = cpu_s(scheduler)
        client.wait_for_workers(arguments.workers, timeout=JOIN_LIMIT_S)
        joining_s = (cpu_s(scheduler) - before_s) / arguments.workers
        time.sleep(5)
        before_s = cpu_s(scheduler)
        time.sleep(WATCHED_S)
        waiting = (cpu_s(scheduler) - before_s) / WATCHED_S
        before_s, own_s = cpu_s(scheduler), time.process_time()
        for _ in range(LOOKS):
            assert len(workers_of(client)) == arguments.workers
        own_s = (time.process_time() - own_s) / LOOKS
        look_s = (cpu_s(scheduler) - before_s) / LOOKS
        interval_s = INTERVAL_S * max(1.0, arguments.workers / HOSTS_PER_INTERVAL)
        print(
            f"| {arguments.workers:,} | {joining_s * 1e3:.1f} ms | {waiting:.1%} "
            f"| {look_s * 1e3:.1f} ms every {interval_s:g} s: {look_s / interval_s:.1%} "
            f"| {own_s * 1e3:.1f} ms: {own_s / interval_s:.1%} "
            f"| {scheduler.memory_info().rss / 2**20:.0f} MiB |"
        )


if __name__ == "__main__":
    main()
