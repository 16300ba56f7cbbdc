"""What a probe would observe in a synthetic world: one law a probe, with quantities that a world can overrule.

A world without overrides behaves as CPython 3.13 on a quiet Linux host does, with the GIL or without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.laws_of_trials import LAWFUL, TRIAL_LAWS

if TYPE_CHECKING:
    from tests.synthetic import World

Condition = dict[str, Any]
Observed = dict[str, Any]

MS = 1e6

# Time of a message, without and with a byte's share: ns, ns a byte.
CHANNEL_NS = {
    "pipe": (3000, 0.5), "duplex-pipe": (4000, 0.7), "queue": (9000, 0.7), "simple-queue": (5000, 0.6),
    "manager": (90_000, 3.0), "shared-memory": (4000, 0.15), "thread-queue": (1000, 0.0),
    "value-array": (30_000, 0.2),
}  # fmt: skip
START_MS = {
    "thread": 0.05,
    "fork": 1.5,
    "forkserver": 4.0,
    "spawn": 45.0,
    "pool": 5.0,
    "interpreter": 15.0,
}


def observe(world: World, probe: str, condition: Condition) -> Observed:
    """What one launch of a world observes under a condition."""
    if probe in LAWFUL:
        trial = LAWFUL[probe] | {
            key: value for key, value in condition.items() if key in ("daemon", "killed")
        }
        if condition.get("killed"):
            trial |= {"middle_exit_code": -9, "daemon_alive_after": True}
        return {"trials": [trial | dict(world.trials.get(probe, {}))] * condition["trials"]}
    if probe in TRIAL_LAWS:
        trial = TRIAL_LAWS[probe](world, condition) | dict(world.trials.get(probe, {}))
        return {"trials": [trial] * condition["trials"]}
    assert probe in LAWS, f"no law for probe {probe!r}: add one to tests/laws.py"
    return LAWS[probe](world, condition)


def _switching(world: World, condition: Condition) -> Observed:
    """Holds of the GIL that follow the interval, the cost of an operation, or both in part."""
    operation_ns = 25.0 * condition["operand_bits"] / 30
    by_interval = (condition["interval_s"] / 0.005) ** world.interval_matters
    by_operations = (operation_ns / 25.0) ** world.operations_matter
    hold_ns = world.varied(5e6 * by_interval * by_operations)
    return {"operation_ns": operation_ns, "hold_ns": [hold_ns] * 5, "hold_operations": [1] * 5}


def _turns(world: World, condition: Condition) -> Observed:
    """Threads that hold the GIL take turns of one interval, ``convoy`` times as long; everybody else runs all the
    time."""
    window_ns = int(condition["window_s"] * 1e9)
    if not (world.gil and condition["worker"] == "thread" and condition["work"] == "bytecode"):
        return {"slices": [[[0, window_ns]]] * condition["workers"], "block_ns": 20_000}
    turn_ns = int(condition["interval_s"] * 1e9 * world.law.get("convoy", 1.0))
    turns = [[start, min(start + turn_ns, window_ns)] for start in range(0, window_ns, turn_ns)]
    return {"slices": [turns[0::2], turns[1::2]], "block_ns": 20_000}


def _messages(world: World, condition: Condition) -> Observed:
    """``channel`` in the world's law is a factor on its time a message."""
    channel, messages = condition["channel"], condition["messages"]
    fixed_ns, byte_ns = CHANNEL_NS[channel]
    factor = world.law.get(f"{channel}:{condition['size_bytes']}", world.law.get(channel, 1.0))
    message_ns = world.varied((fixed_ns + byte_ns * condition["size_bytes"]) * factor)
    round_trips = messages if condition["mode"] == "round-trip" else 0
    return {
        "elapsed_ns": message_ns * messages, "received": messages, "lost": 0, "duplicated": 0, "reordered": 0,
        "wrong_size": 0, "round_trip_ns": [2 * message_ns] * round_trips,
    }  # fmt: skip


def _channel_pairs(world: World, condition: Condition) -> Observed:
    """As ``messages``: ``channel`` in the world's law is a factor on its time a message."""
    elapsed_ns = {}
    for channel in condition["channels"]:
        alone = {**condition, "channel": channel, "mode": "throughput"}
        elapsed_ns[channel] = [_messages(world, alone)["elapsed_ns"]] * condition["pairs"]
    return {"elapsed_ns": elapsed_ns}


def _counting(world: World, condition: Condition) -> Observed:
    """Share of updates lost: ``unlocked`` (read, modify and write), ``forms`` (a property, an int subclass, a call),
    ``bare``, ``locked``; ``alternations`` of the threads. Each may be that of one update under one lock alone, as in
    ``property:none`` and ``alternations:property:none``."""
    kinds = {"bare": "bare", "read-modify-write": "unlocked"}
    kind = "locked" if condition["lock"] != "none" else kinds.get(condition["update"], "forms")
    usual = {"unlocked": 0.4, "forms": 0.3, "bare": 0.0 if world.gil else 0.4, "locked": 0.0}
    expected = condition["workers"] * condition["updates"]
    alone = f"{condition['update']}:{condition['lock']}"
    counted = round(expected * (1 - world.law.get(alone, world.law.get(kind, usual[kind]))))
    alternations = world.law.get(f"alternations:{alone}", world.law.get("alternations", 60))
    return {
        "expected": expected,
        "counted": counted,
        "elapsed_ns": 10 * MS,
        "alternations": alternations,
    }


def _locking(world: World, condition: Condition) -> Observed:
    """``lock_cost`` is what a lock adds to an operation without one; ``contended`` is how many times as long an operation
    of two threads takes under contention; ``apart`` is how much later each worker begins than the one before, in
    durations, while the others do its operations; ``second_core`` is what the second of two processes gets of a core."""
    locked = condition["lock"] != "none"
    semaphore = (condition["of"], condition["lock"]) == (
        "threading",
        "lock",
    )  # as it is up to 3.13.0
    contended = 1.0
    if locked and condition["workers"] > 1:
        contended = condition["workers"] * world.law.get("contended", 4.0 if semaphore else 1.0)
    each = world.varied((1 + locked * world.law.get("lock_cost", 2.0)) * contended)
    elapsed_ns = condition["duration_s"] * 1e9
    operations = int(elapsed_ns / 20 / each)
    if condition["of"] == "multiprocessing" and condition["workers"] > 1:
        operations = int(operations * (1 + world.law.get("second_core", 1.0)) / 2)
    apart_ns = elapsed_ns * world.law.get("apart", 0.0)
    return {
        "operations": [operations] * condition["workers"],
        "late_ns": [worker * apart_ns for worker in range(condition["workers"])],
        "elapsed_ns": [elapsed_ns] * condition["workers"],
    }


def _wakeup(world: World, condition: Condition) -> Observed:
    """``convoy`` and ``pair`` are delays alongside one and two threads in switch intervals, ``timeout`` how many times
    as long with a timeout (``large_timeout`` where messages are large), ``beside_process`` and ``alone`` in ms; the slowest fifth takes ``tail`` times as long
    alongside two threads. ``threads_core`` is the share of a core that CPU-bound threads get."""
    alone, interval_ms = world.law.get("alone", 0.06), condition["interval_s"] * 1000
    in_threads = condition["load"] == "threads" and world.gil
    delay_ms = {"none": 0.0, "process": world.law.get("beside_process", 0.05), "threads": 0.05}[
        condition["load"]
    ]
    if in_threads:
        delay_ms = interval_ms * world.law.get(
            "convoy" if condition["workers"] == 1 else "pair", 1.02
        )
        times = (
            world.law.get("large_timeout", 2.0)
            if "message_bytes" in condition
            else world.law.get("timeout", 1.0)
        )
        delay_ms *= times if condition["timeout"] else 1.0
    latency_ns = world.varied(alone + delay_ms) * MS
    tail = world.law.get("tail", 4.0) if in_threads and condition["workers"] == 2 else 1.0
    samples = [
        latency_ns * (tail if index % 5 == 0 else 1.0) for index in range(condition["samples"])
    ]
    return {
        "latency_ns": samples, "lost": 0, "early": 0, "beside": condition["workers"],
        "cpu_ns": world.law.get("threads_core", 0.98) * 1e9, "wall_ns": 1e9,
    }  # fmt: skip


def _stall(world: World, condition: Condition) -> Observed:
    """``held``, ``bytecode`` and ``released`` are the longest stalls in ms."""
    usual = {
        "held": 100.0 if world.gil else 0.6,
        "bytecode": 6.0 if world.gil else 0.6,
        "released": 0.6,
    }
    gap_ms = world.law.get(condition["call"], usual[condition["call"]])
    return {"call_ns": 100 * MS, "longest_gap_ns": world.varied(gap_ms) * MS, "ticks": 100}


def _progress(world: World, condition: Condition) -> Observed:
    """``fairness`` is the slower thread's share of what the faster one gets done; ``threads_core`` as for wake-ups."""
    slower = world.varied(world.law.get("fairness", 0.95))
    cpu_ns = world.law.get("threads_core", 0.98) * 5e8
    return {
        "loops": [1e6, 1e6 * slower],
        "began_ns": [0, 0],
        "ended_ns": [1, 1],
        "cpu_ns": cpu_ns,
        "wall_ns": 5e8,
    }


def _start(world: World, condition: Condition) -> Observed:
    """The name of a way to start is its cost in ms, or one of what the world is missing."""
    how = condition["how"]
    if how in world.missing:
        return {"missing": world.missing[how]}
    cost_ns = world.varied(world.law.get(how, START_MS[how])) * MS
    return {
        "first_ns": 2 * cost_ns,
        "steady_ns": [cost_ns] * (condition["times"] - 1),
        "timed_out": False,
    }


def _release_sweep(world: World, condition: Condition) -> Observed:
    """Two threads gain above the threshold with the GIL, everywhere without it."""
    threshold = {"sha256": 2047, "crc32": 5120}[condition["function"]]
    parallel = condition["buffer_bytes"] > threshold or not world.gil
    gain = world.varied(1.9 if parallel else 0.95)
    return {"calls": 10, "serial_ns": [20 * MS] * 2, "threads_ns": [20 * MS / gain] * 2}


def _handoff(world: World, condition: Condition) -> Observed:
    """``handed_over`` is a hand-over next to a computing thread in switch intervals, ``yielded`` in ms; ``threads_core``
    as for wake-ups."""
    usual = 0.5 if world.gil else 0.006
    delay_ms = {"none": 0.0, "computing": 5 * world.law.get("handed_over", usual), "yielding": 0.02}
    yielded_ms = world.law.get("yielded", delay_ms["yielding"])
    extra_ms = yielded_ms if condition["load"] == "yielding" else delay_ms[condition["load"]]
    wall_ns = 200 * world.varied(0.02 + extra_ms) * MS
    core = world.law.get("threads_core", 0.98)
    return {"round_trips": 100, "wall_ns": wall_ns, "cpu_ns": core * wall_ns}


def _request_rate(world: World, condition: Condition) -> Observed:
    """``request_alone`` and ``request_beside`` are the times of a request in ms, the latter at 5 ms, ``request_short``
    at a shorter interval."""
    beside_ms = world.law.get("request_beside", 5.05 if world.gil else 0.04)
    short_ms = world.law.get("request_short", 0.2)
    usual = condition["interval_s"] == 0.005
    each_ms = (beside_ms if usual else short_ms) if condition["threads"] else 0.05
    core = world.law.get("threads_core", 0.98)
    return {
        "requests": 100, "elapsed_ns": 100 * world.varied(each_ms) * MS, "cpu_ns": core * 1e9, "wall_ns": 1e9
    }  # fmt: skip


def _sharing(world: World, condition: Condition) -> Observed:
    """The name of a kind of object is the time to read it over that of the thread's; ``readers_cores`` both use."""
    usual = {"own": 1.0, "shared": 1.0 if world.gil else 12.0, "immortal": 1.0, "deferred": 1.0}
    each_ns = 4 * world.varied(world.law.get(condition["kind"], usual[condition["kind"]]))
    reads = 1_000_000
    cpu_ns = 2 * reads * each_ns
    cores = world.law.get("readers_cores", 1.0 if world.gil else 1.9)
    return {
        "reads": [reads] * 2, "elapsed_ns": [cpu_ns / cores] * 2, "cpu_ns": cpu_ns, "wall_ns": cpu_ns / cores
    }  # fmt: skip


def _collecting(world: World, condition: Condition) -> Observed:
    """``stopped`` is the share of a collection in which no other thread runs."""
    gap_ns = world.varied(40 * world.law.get("stopped", 1.0)) * MS
    times = condition["times"]
    return {"collect_ns": [40 * MS] * times, "longest_gap_ns": [gap_ns] * times}


def _feeding(world: World, condition: Condition) -> Observed:
    """``start_interpreter`` in ms, ``feed`` and ``feed_thread``: how long an interpreter and a thread take for 1,000
    numbers in ms, and ``woken``: how long whoever is woken for a task takes to begin, in ms."""
    kind = condition["kind"]
    start_ms = {
        "thread": 1.0,
        "interpreter": world.law.get("start_interpreter", 40.0),
        "process": 80.0,
    }
    item_ms = {
        "thread": world.law.get("feed_thread", 0.0),
        "interpreter": world.law.get("feed", 0.3),
        "process": 0.2,
    }
    task_ns = [
        world.varied(world.law.get("woken", 0.02) + item_ms[kind] * items / 1000) * MS
        for items in condition["items"]
    ]
    return {"start_ns": world.varied(start_ms[kind]) * MS, "task_ns": task_ns}


def _jit(world: World, condition: Condition) -> Observed:
    """``jit`` is the time without the compiler over that with it, ``jit_core`` what the loop gets of a core."""
    took = {"cpu_ns": world.law.get("jit_core", 0.98) * 60 * MS, "wall_ns": 60 * MS}
    on_ns = world.varied(5 * MS / world.law.get("jit", 1.2))
    return {
        "off": [{"enabled": False, "fastest_ns": 5 * MS, **took}] * condition["pairs"],
        "on": [{"enabled": True, "fastest_ns": on_ns, **took}] * condition["pairs"],
    }


LAWS: dict[str, Callable[[World, Condition], Observed]] = {
    "jit": _jit,
    "handoff": _handoff,
    "request-rate": _request_rate,
    "sharing": _sharing,
    "collecting": _collecting,
    "feeding": _feeding,
    "switching": _switching,
    "turns": _turns,
    "messages": _messages,
    "counting": _counting,
    "locking": _locking,
    "wakeup": _wakeup,
    "socket-timeout": _wakeup,
    "channel-pairs": _channel_pairs,
    "stall": _stall,
    "progress": _progress,
    "start": _start,
    "release-sweep": _release_sweep,
}
