"""From which task size on does leaving the process pay, and leaving the host? Workers that are already running.

``python tools/leaving_the_process.py --journal FILE [--launches N]`` has tasks of a workload done by a process pool, by
Dask's workers of this host, and by the workers of a fleet, each in pairs with serial code. The fleet is that of
``--scheduler``; without it, its workers are made here, in separate network namespaces.
A launch is a fresh process with fresh workers; it adds a line to the journal, and the table is of all its lines.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import distributed
from tools.namespaces import Namespaces, why_none

from gilbench.analysis.location import locate
from gilbench.target.registry import load, load_all
from gilbench.target.rounds import Job
from gilbench.target.strategies._crew import attempt_task, submit_tasks

WORKERS, TASKS, PAIRS = 2, 16, 4
TASK_S = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)
LAUNCH_LIMIT_S = 120.0
PORT = 8799
POOL, THIS_HOST, FLEET = "process pool", "dask, this host", "dask, the fleet"
Round = Callable[[Job], None]
Launch = dict[str, list[float]]  # by way: the log of the speedup, for every task size


def serial(job: Job) -> None:
    """All tasks in this thread."""
    for index in range(job.tasks):
        attempt_task(job.workload, job.params, index)


def on_executor(executor: ProcessPoolExecutor, job: Job) -> None:
    """All tasks on an executor, one submitted at a time."""
    for future in submit_tasks(job, executor.submit):
        future.result()


def on_dask(client: distributed.Client, workers: list[str] | None, job: Job) -> None:
    """All tasks on workers of Dask, one submitted at a time; any of them where none are named."""
    client.gather(submit_tasks(job, partial(client.submit, pure=False, workers=workers)))


def timed_s(run: Round, job: Job) -> float:
    """Seconds that a round takes."""
    began_s = time.perf_counter()
    run(job)
    return time.perf_counter() - began_s


def opened(stack: ExitStack, scheduler: str | None) -> dict[str, Round]:
    """Every way, with its workers started."""
    spawn = multiprocessing.get_context("spawn")  # a fork next to Dask's threads may hang
    pool = stack.enter_context(ProcessPoolExecutor(WORKERS, mp_context=spawn))
    cluster = stack.enter_context(
        distributed.LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=50,
        )
    )
    local = stack.enter_context(distributed.Client(cluster, set_as_default=False))
    ways: dict[str, Round] = {
        POOL: partial(on_executor, pool),
        THIS_HOST: partial(on_dask, local, None),
    }
    if scheduler:
        others = stack.enter_context(distributed.Client(scheduler, set_as_default=False))
        others.wait_for_workers(WORKERS, timeout=60)
        workers = list(others.nthreads())
        ways[FLEET] = partial(
            on_dask, others, workers[:WORKERS] if len(workers) > WORKERS else None
        )
    return ways


def measure_launch(scheduler: str | None, name: str) -> Launch:
    """The log of the speedup over serial code, by way and task size."""
    workload = load("workload", name)
    usual = Job(name, dict(workload.defaults), TASKS, WORKERS)
    task_s = min(timed_s(serial, usual) for _ in range(5)) / TASKS
    sizes = [max(1, round(usual.params["size"] * wanted_s / task_s)) for wanted_s in TASK_S]
    logs: Launch = {}
    with ExitStack() as stack:
        ways = opened(stack, scheduler)
        for size in sizes:
            job = usual._replace(params=usual.params | {"size": size})
            for way, run in ways.items():
                run(job)  # the first round of a size is not counted
                ratios = [_log_ratio(run, job) for _ in range(PAIRS)]
                logs.setdefault(way, []).append(sum(ratios) / PAIRS)
    return logs


def _log_ratio(run: Round, job: Job) -> float:
    """The log of the speedup in one pair, in random order."""
    halves = [serial, run]
    random.shuffle(halves)
    spent_s = {half: timed_s(half, job) for half in halves}
    return math.log(spent_s[serial] / spent_s[run])


def pays_from_s(logs: Sequence[float]) -> float | None:
    """From which task size on a way is faster than serial code, interpolated; None for none."""
    slower = [index for index, log in enumerate(logs) if log <= 0]
    if not slower:
        return TASK_S[0]
    last = slower[-1]
    if last == len(TASK_S) - 1:
        return None
    low, high = logs[last], logs[last + 1]
    step = math.log(TASK_S[last + 1] / TASK_S[last])
    return TASK_S[last] * math.exp(step * -low / (high - low))


def interval(logs: Sequence[float]) -> tuple[float, float, float]:
    """The estimate of logs over launches, and its 95 % interval, as ratios."""
    location = locate(logs)
    assert location is not None
    lo, hi = location.interval(0.95)
    return math.exp(location.center), math.exp(lo), math.exp(hi)


def table(launches: Sequence[Launch]) -> str:
    """Speedup by way and task size, and from which size on it is above 1."""
    names = list(launches[0])
    lines = ["| a task takes | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for index, task_s in enumerate(TASK_S):
        cells = []
        for name in names:
            middle, lo, hi = interval([launch[name][index] for launch in launches])
            cells.append(f"{middle:.2f}× [{lo:.2f}, {hi:.2f}]")
        lines.append(f"| {task_s * 1e3:g} ms | " + " | ".join(cells) + " |")
    cells = []
    for name in names:
        sizes = [pays_from_s(launch[name]) for launch in launches]
        logs = [math.log(size) for size in sizes if size is not None]
        if len(logs) < len(sizes):
            cells.append(f"in {len(logs)} of {len(sizes)} launches at all")
        else:
            middle, lo, hi = interval(logs)
            cells.append(f"{middle * 1e3:.2g} ms [{lo * 1e3:.2g}, {hi * 1e3:.2g}]")
    lines.append("| **pays from** | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def other_hosts(stack: ExitStack, round_trip_s: float) -> str | None:
    """The scheduler of workers in separate namespaces; None where there can be none."""
    if reason := why_none():
        print(f"without other network stacks: {reason}", file=sys.stderr)
        return None
    names = [f"leave{number}" for number in range(WORKERS)]
    spaces = stack.enter_context(Namespaces(names, 90, round_trip_s))
    address = f"tcp://{spaces.gate}:{PORT}"
    python = [sys.executable, "-m"]
    scheduler = ["distributed.cli.dask_scheduler", "--host", spaces.gate, "--port", str(PORT)]
    commands = [[*python, *scheduler, "--no-dashboard"]]
    worker = ["distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1"]
    for name in names:
        commands.append([*spaces.words(name), *python, *worker, "--no-dashboard"])
    for words in commands:
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        stack.callback(process.wait, 20)
        stack.callback(process.terminate)
    return address


def main() -> None:
    """Add launches to the journal, and print the table of all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journal", type=Path, default=Path("results/leaving.jsonl"))
    parser.add_argument("--launches", type=int, default=8, help="how many to add")
    fleet = "measure with the workers of this scheduler, such as tcp://HOST:8786"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=fleet)
    sized = [each.name for each in load_all("workload") if "size" in each.defaults]
    parser.add_argument("--workload", choices=sized, default="fnv1a")
    far = "how far the other hosts are: the round trip to them"
    parser.add_argument("--round-trip-ms", type=float, default=0.0, help=far)
    parser.add_argument("--only", metavar="ADDRESS", help=argparse.SUPPRESS)  # one launch
    arguments = parser.parse_args()
    if arguments.only is not None:
        print(json.dumps(measure_launch(arguments.only or None, arguments.workload)))
        return
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # remove what was made
    with ExitStack() as stack:
        scheduler = arguments.scheduler
        if scheduler is None and arguments.launches:
            scheduler = other_hosts(stack, arguments.round_trip_ms / 1000)
        command = [sys.executable, "-m", "tools.leaving_the_process", "--only", scheduler or ""]
        command += ["--workload", arguments.workload]
        for _ in range(arguments.launches):
            try:
                done = subprocess.run(
                    command, stdout=subprocess.PIPE, text=True, check=True, timeout=LAUNCH_LIMIT_S
                )
            except subprocess.SubprocessError as error:
                print(f"a launch is left out: {error}", file=sys.stderr)
                continue
            arguments.journal.parent.mkdir(parents=True, exist_ok=True)
            with arguments.journal.open("a", encoding="utf-8") as journal:
                journal.write(done.stdout.splitlines()[-1] + "\n")
    lines = arguments.journal.read_text(encoding="utf-8").splitlines()
    print(f"{len(lines)} launches")
    print(table([json.loads(line) for line in lines]))


if __name__ == "__main__":
    main()
