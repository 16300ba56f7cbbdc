"""Sessions on simulated hosts: launches that answer at once, after as long as they would take on the host's clock."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gilbench.measure.cores import CoreTimes
from gilbench.measure.session import Session
from gilbench.model import Target
from gilbench.plan.comparisons import compare
from gilbench.target.probes import ceiling
from tests.hosts import SimulatedHost, Spent
from tests.laws import observe
from tests.synthetic import World

NS = 1e9
MIGRATES = 0.3  # how often serial code is on another core than in its last round

LAUNCH_S = 0.03  # from the start of a launch until it is ready, and as it closes
CLOSE_S = 0.01
REQUEST_S = 0.0003

# Until the first worker runs, for each further one, and from the end of the last task: seconds.
THREADS_START_S, THREAD_START_S, THREADS_JOIN_S = 0.0002, 0.00002, 0.0001
PROCESSES_START_S, PROCESS_START_S, PROCESSES_JOIN_S = 0.002, 0.00065, 0.002

# What a task of I/O-bound work waits, and the CPU time that it takes: seconds.
IO_TASKS = {"sleep": (0.005, 0.00004), "socket": (0.0054, 0.00013), "http": (0.0068, 0.0007)}
RELEASES_GIL = ("sha256-large", "crc32-large")

# Probes that time work; the others time waiting, count, or compare what runs at the same time.
TIMED_PROBES = ("messages", "start", "locking")


class Truth(World):
    """The world of a simulated host: what its probes observe varies with the host's speed."""

    host: SimulatedHost
    slowed: float = 1.0

    def varied(self, value: float) -> float:
        noise = float(self.host.random.normal(0, self.noise))
        return value * self.slowed * math.exp(noise)


@dataclass
class SimulatedSession(Session):
    """A session without processes, folders or servers, on a host's clock."""

    host: SimulatedHost = field(kw_only=True)
    truth: Truth = field(kw_only=True)
    task_s: float = field(kw_only=True)
    probe_s: Mapping[str, float] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        self.services = Addresses()  # type: ignore[assignment]

    def close(self) -> None:
        """Nothing is open."""

    def clock_s(self) -> float:
        return self.host.now_s

    def open_launch(self, target: Target, item: str, number: int) -> Any:
        return SimulatedLaunch(self, target)

    def read_cores(self) -> CoreTimes:
        idle_s = (0.0,) * (self.host.law.cores - 1)
        return CoreTimes((self.host.busy_s, *idle_s), 0.0)


class Addresses:
    """Servers that need not run."""

    def access(self, name: str, delay_s: float) -> dict[str, Any]:
        return {"address": (name, delay_s), "token": ""}

    def lost(self) -> None:
        """None of them dies."""

    def close(self) -> None:
        """Nothing is open."""


class SimulatedLaunch:
    """Answers what a launch is asked, after as long as it would take."""

    pid = 1

    def __init__(self, session: SimulatedSession, target: Target) -> None:
        self._session, self._target, self._host = session, target, session.host
        self._core = session.host.any_core()
        self._offsets: dict[tuple[str, int], float] = {}

    def set_up(self, timeout_s: float) -> None:
        self._pass(LAUNCH_S)

    def close(self) -> None:
        self._pass(CLOSE_S)

    def ask(self, op: str, timeout_s: float, **arguments: Any) -> dict[str, Any]:
        self._pass(REQUEST_S)
        if op == "round":
            return self._round(**arguments)
        if arguments["probe"] == "ceiling":
            return self._ceiling(**arguments["params"])
        return self._observed(arguments["probe"], arguments["params"])

    def _pass(self, seconds: float) -> None:
        self._host.use(Spent(seconds, seconds))

    def _observed(self, probe: str, condition: dict[str, Any]) -> dict[str, Any]:
        truth, passes_s = self._session.truth, self._session.probe_s.get(probe, 0.1)
        took = self._host.on_one_core(self._host.any_core(), passes_s)
        truth.slowed = took.wall_s / passes_s if probe in TIMED_PROBES else 1.0
        observed = observe(truth, probe, condition)
        self._pass(passes_s)
        return observed

    def _ceiling(self, workers: int, window_ns: int, windows: int) -> dict[str, Any]:
        alone: list[list[int]] = [[] for _ in range(workers)]
        together: list[list[int]] = [[] for _ in range(workers)]
        window_s, step_s = window_ns / NS, (window_ns + ceiling.REST_NS) / NS
        started_s = PROCESSES_START_S + workers * PROCESS_START_S
        lead_s = started_s + (ceiling.LEAD_NS + ceiling.REST_NS) / NS
        for window in range(windows):
            begin_s = self._host.now_s + lead_s + window * step_s
            spinning = [
                worker for worker in range(workers) if ceiling.spins_in(window, worker, workers)
            ]
            for worker in spinning:
                loops = self._host.loops(worker, begin_s, window_s, len(spinning))
                (together if window % 2 else alone)[worker].append(loops)
        self._pass(lead_s + windows * step_s + PROCESSES_JOIN_S)
        return {"ceiling": ceiling.ratio(alone, together), "alone": alone, "together": together}

    def _round(
        self, workload: str, strategy: str, workers: int, tasks: int, **_: Any
    ) -> dict[str, Any]:
        spent, start_s, join_s, children = self._spent(workload, strategy, workers, tasks)
        offset = self._offset(strategy, workers)
        noise = math.exp(offset + self._host.random.normal(0, self._host.law.round_noise))
        wall_s = start_s + spent.wall_s * noise + join_s
        cpu_s = spent.cpu_s * noise
        self._host.use(Spent(wall_s, cpu_s + start_s + join_s))
        gil = self._target.gil_enabled
        start_ns, join_ns, wall_ns = int(start_s * NS), int(join_s * NS), int(wall_s * NS)
        each_s = spent.each_s or (spent.cpu_s,)
        log = {
            "pid": 1,
            "thread_id": 1,
            "start_ns": start_ns,
            "end_ns": wall_ns - join_ns,
            "checksum": 1,
            "gil_before": gil,
            "gil": gil,
            "gil_culprit": "",
        }
        logs = []
        for number, own_s in enumerate(each_s):
            share = len(range(number, tasks, len(each_s)))
            logs.append(log | {"tasks": share, "cpu_ns": int(own_s * noise * NS)})
        return {
            "start_ns": 0,
            "wall_ns": wall_ns,
            "launch_ns": start_ns,
            "compute_ns": wall_ns - start_ns - join_ns,
            "join_ns": join_ns,
            "cpu_self_ns": int((start_s + join_s + (0.0 if children else cpu_s)) * NS),
            "cpu_children_ns": int(cpu_s * NS) if children else 0,
            "switches_voluntary": 0,
            "switches_forced": 0,
            "peak_rss_bytes": 1 << 24,
            "gil_before": gil,
            "gil_after": gil,
            "tasks": tasks,
            "checksum": tasks,
            "workers": logs,
        }

    def _offset(self, strategy: str, workers: int) -> float:
        """How much slower than usual this launch is at what it does in this way, as a logarithm."""
        key = (strategy, workers)
        if key not in self._offsets:
            law, random = self._host.law, self._host.random
            offset = random.normal(0, law.launch_noise / math.sqrt(2))
            if strategy != "serial" and random.random() < law.bad_launches:
                offset += random.uniform(0.05, 0.10) * random.choice([-1, 1])
            self._offsets[key] = float(offset)
        return self._offsets[key]

    def _spent(
        self, workload: str, strategy: str, workers: int, tasks: int
    ) -> tuple[Spent, float, float, bool]:
        """What the tasks take, what starting and joining the workers takes, and whether they are processes."""
        workers_in = self._target.strategy(strategy).workers_in
        start_s, each_s, join_s = _starting(workers_in)
        children = workers_in == "processes"
        if self._target.workload(workload).kind == "io":
            return (
                self._waiting(workload, workers, tasks),
                start_s + each_s * workers,
                join_s,
                children,
            )
        work_s = tasks * self._session.task_s
        if workers_in == "caller" or workers == 1:
            if self._host.random.random() < MIGRATES:
                self._core = self._host.any_core()
            return self._host.on_one_core(self._core, work_s), start_s, join_s, children
        lawful = self._lawful(workload, strategy, workers)
        parallel = (
            workers_in != "threads" or workload in RELEASES_GIL or not self._target.gil_enabled
        )
        if not parallel:
            return self._host.in_turns(work_s / lawful), start_s, join_s, children
        cores = min(workers, self._host.law.cores)
        return (
            self._host.in_parallel(work_s * cores / lawful, workers, each_s),
            start_s,
            join_s,
            children,
        )

    def _lawful(self, workload: str, strategy: str, workers: int) -> float:
        comparison = compare(self._target, workload, strategy, workers)
        truth = self._session.truth
        return truth.speedups.get(comparison.label) or truth.lawful_speedup(comparison)

    def _waiting(self, workload: str, workers: int, tasks: int) -> Spent:
        """Waiting overlaps; the CPU time of all of it is that of one core."""
        wait_s, cpu_s = IO_TASKS[workload]
        cpu = self._host.on_one_core(self._host.any_core(), tasks * cpu_s)
        waiting_s = wait_s * math.ceil(tasks / workers)
        return Spent(waiting_s + cpu.wall_s, cpu.cpu_s)


def _starting(workers_in: str) -> tuple[float, float, float]:
    if workers_in == "caller":
        return 0.0, 0.0, 0.0
    if workers_in == "threads":
        return THREADS_START_S, THREAD_START_S, THREADS_JOIN_S
    return PROCESSES_START_S, PROCESS_START_S, PROCESSES_JOIN_S
