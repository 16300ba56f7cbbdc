"""Measures what one coordinator and one scheduler of a fleet spend per host, and says how many hosts fit.

``python -m tools.fleet_scale RUN`` replays the files of a chained run as many hosts at once into the real copies of the
coordinator, and sends messages of the same size through a real scheduler. docs/measurements/fleet.md was made with it.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import distributed
import msgspec
import psutil
from tools.fleet_workers import cpu_s, started_scheduler

from gilbench.fleet.conversation import INTERVAL_S
from gilbench.fleet.coordinator import HOSTS_PER_INTERVAL
from gilbench.fleet.copies import HostCopy
from gilbench.fleet.hosts import HostState
from gilbench.fleet.messages import Piece, Update, decode, encode
from gilbench.results import folder as layout

COUNTS = (10, 100, 1_000, 10_000)
KEPT_EVENTS = 1_000  # of a topic by a scheduler: distributed.admin.low-level-log-length
MESSAGES, MOST_AHEAD = 3_000, 500  # that are sent; of which may not have been heard yet


def pieces(run: Path, duration_s: float, interval_s: float) -> Iterator[Piece]:
    """The lines of a run as a host sends them that gathers for an interval."""
    for name in ("rounds.jsonl", "cores.jsonl"):
        lines = (run / name).read_bytes().splitlines(keepends=True)
        at, each = 0, max(1, round(len(lines) * interval_s / duration_s))
        for some in batches(lines, each):
            yield Piece(name, at, tuple(msgspec.Raw(line[:-1]) for line in some))
            at += sum(map(len, some))


def batches(lines: list[bytes], each: int) -> Iterator[list[bytes]]:
    """The lines, so many at a time."""
    for first in range(0, len(lines), each):
        yield lines[first : first + each]


def coordinator_costs(run: Path, messages: list[str], hosts: int) -> tuple[float, float]:
    """Seconds of CPU time per message, and bytes of memory per host, of the coordinator."""
    with tempfile.TemporaryDirectory() as folder:
        process = psutil.Process()
        before = process.memory_info().rss
        states = [
            HostState(f"h{number}", HostCopy(Path(folder, f"h{number}"))) for number in range(hosts)
        ]
        run_json = (msgspec.Raw((run / layout.RUN).read_bytes()),)
        for state in states:
            state.copy.take(Update(state.name, 0, "", run_json, ()))
        began_s = time.process_time()
        for state in states:
            for text in messages:
                state.copy.take(decode(text, Update))
        spent_s = time.process_time() - began_s
        memory = process.memory_info().rss - before
        return spent_s / (hosts * len(messages)), max(0, memory) / hosts


def scheduler_costs(text: str) -> tuple[float, float]:
    """Seconds of CPU time of a scheduler per message of this size, and its memory in bytes."""
    with ExitStack() as stack:
        scheduler, file = started_scheduler(stack)
        client = stack.enter_context(
            distributed.Client(scheduler_file=str(file), set_as_default=False)
        )
        heard: list[object] = []
        client.subscribe_topic("t", heard.append)
        time.sleep(1)
        before_s = cpu_s(scheduler)
        for number in range(MESSAGES):
            client.log_event("t", text)
            if number % 100 == 99:
                _hear(heard, number - MOST_AHEAD)
        _hear(heard, MESSAGES)
        spent_s = cpu_s(scheduler) - before_s
        return spent_s / MESSAGES, scheduler.memory_info().rss


def _hear(heard: Sequence[object], count: int) -> None:
    """Wait until so many messages were heard."""
    while len(heard) < count:
        time.sleep(0.01)


def main() -> None:
    """Print the constants and what follows of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--hosts", type=int, default=20)
    arguments = parser.parse_args()
    run = layout.read_run(arguments.run)
    samples = layout.read_cores(arguments.run)
    duration_s = samples[-1].t_s
    volume = sum(
        (arguments.run / name).stat().st_size for name in (layout.RUN, layout.ROUNDS, layout.CORES)
    )
    print(
        f"{arguments.run.name}: {run.profile}, {duration_s:.0f} s, {volume / 2**20:.1f} MiB, pid {os.getpid()}"
    )
    print(
        "| hosts | interval | messages/s | coordinator CPU | scheduler CPU | coordinator memory | scheduler memory | journals |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for count in COUNTS:
        interval_s = INTERVAL_S * max(1.0, count / HOSTS_PER_INTERVAL)
        messages = [
            encode(Update("h", 0, "", (), (piece,)))
            for piece in pieces(arguments.run, duration_s, interval_s)
        ]
        message_s, host_bytes = coordinator_costs(arguments.run, messages, arguments.hosts)
        longest = max(messages, key=len)
        typical = sorted(messages, key=len)[len(messages) // 2]
        scheduled_s, scheduler_bytes = scheduler_costs(typical)
        rate = count * len(messages) / duration_s
        coordinator = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + count * host_bytes
        scheduler = scheduler_bytes + KEPT_EVENTS * len(longest)
        print(
            f"| {count:,} | {interval_s:g} s | {rate:.0f} of {len(typical) / 1024:.1f} KiB "
            f"| {rate * message_s:.1%} | {rate * scheduled_s:.1%} | {coordinator / 2**20:.0f} MiB ({host_bytes / 1024:.0f} KiB/host) "
            f"| {scheduler / 2**20:.0f} MiB | {count * volume / 2**30:.2f} GiB |"
        )


if __name__ == "__main__":
    main()
