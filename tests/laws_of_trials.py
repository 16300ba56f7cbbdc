"""What one trial of a behavioural probe shows in a synthetic world: always the same, or by the condition and the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.synthetic import World

Condition = dict[str, Any]
Trial = dict[str, Any]

MS = 1e6
# What each trial of a behavioural probe shows where everything is as documented.
LAWFUL: dict[str, Trial] = {
    "process-life": {
        "parent_pid": 1, "process_pid": 2, "child_pid": 2, "parent_seen": 1, "exit_code": 0,
        "join_called_ns": 10, "child_ended_ns": 20, "joined_ns": 30,
    },
    "terminate": {"ran": True, "alive_before": True, "exit_code": -15, "alive_after": False},
    "daemon-exit": {"daemon_pid": 3, "daemon_ran": True, "middle_exit_code": 0, "daemon_alive_after": False},
    "pool-size": {
        "cpu_count": 2, "usable": 2, "process_cpu_count": 2, "pool_size": 2,
        "narrowed_usable": 1, "narrowed_process_cpu_count": 1, "narrowed_size": 1,
    },
    "pool-tasks": {"size": 2, "tasks": 8, "tasks_done": 8, "pids": [4, 5], "most_at_once": 2},
    "pool-order": {
        "join_before_close": "ValueError", "submit_after_close": "ValueError", "ready_after_join": True,
        "join_after_terminate": "",
    },
    "queue-limits": {
        "put_timeout_raised": "Full", "put_waited_ns": 20.1 * MS, "put_nowait_raised": "Full",
        "put_nowait_waited_ns": 0.01 * MS, "get_timeout_raised": "Empty", "get_waited_ns": 20.1 * MS,
        "get_nowait_raised": "Empty", "get_nowait_waited_ns": 0.01 * MS,
        "get_after_put_raised": "Empty", "sent": 100, "received": 100, "lost": 0, "duplicated": 0, "out_of_order": 0,
    },
    "pipe-ends": {
        "both_ways": ["to the child", "to the parent"], "receiver_received": "one way",
        "receiver_send_raised": "OSError", "sender_recv_raised": "OSError",
    },
    "pipe-eof": {
        "received": True, "recv_raised": "", "recv_called_ns": 1, "sent_ns": 20, "received_ns": 21,
        "eof_raised": "EOFError", "kept_raised": "timed out", "closed_raised": "OSError",
    },
    "relock": {"lock_second_acquire": False, "rlock_second_acquire": True, "rlock_free_after": [False, True]},
    "unmarked-import": {"gil_before": False, "gil_after": True, "imported": "old", "blamed": ["old"]},
    "pool-start": {"size": 2, "before": 2, "served": 8, "newcomers": 0},
    "names": {
        "given": "courier", "own_pid": 1, "own_process": "MainProcess", "default_name": "Process-1",
        "process_name": "courier", "pid_before": None, "process_pid": 2, "child_name": "courier",
        "child_current_pid": 2, "child_pid": 2, "child_thread": "MainThread", "thread_given": "courier",
        "thread_name": "courier", "process_of_thread": "MainProcess",
    },
    "fork-lock": {
        "free_acquired": True, "released": True, "held_acquired": False, "warned": ["DeprecationWarning"],
    },
    "start-method": {
        "start_method": "fork", "documented": "fork", "platform": "linux", "version": [3, 13], "child_saw": True,
    },
}  # fmt: skip
PROGRAMS: dict[str, Trial] = {
    "five-processes": {"children": [0, 1, 2, 3, 4], "pids": 5, "results": ""},
    "process-subclass": {"children": [0, 1, 2], "pids": 3, "results": ""},
    "pool-of-tasks": {"children": [0, 1, 2, 3, 4, 5], "pids": 2, "results": "[0, 1, 4, 9, 16, 25]"},
    "queue-and-pipe": {"children": [], "pids": 0, "results": "abcdef"},
    "locked-threads": {"children": [], "pids": 0, "results": "40000"},
}
REFUSED = {"children": [], "pids": 0, "raised": ["RuntimeError"]}


def _programs(world: World, condition: Condition) -> Trial:
    """Only a forked child does without the guard."""
    program, method = condition["program"], condition["method"] or "fork"
    worked = {"program": program, "joined": True, "raised": [], "exit_code": 0} | PROGRAMS[program]
    return worked | (REFUSED if program == "five-processes" and method != "fork" else {})


def _shared_values(world: World, condition: Condition) -> Trial:
    """``value_lost`` and ``value_locked_lost`` are the shares of updates lost."""
    if condition["ask"] == "hand-over":
        seen = {"was_written": True, "plain_seen": False}
        return seen | {"value": 1, "sent_value": 1, "array": [2, 3], "sent_array": [2, 3]}
    usual = {"bare": ("value_lost", 0.2), "locked": ("value_locked_lost", 0.0)}
    name, lost = usual[condition["ask"]]
    expected = 2 * condition["updates"]
    counted = round(expected * (1 - world.law.get(name, lost)))
    return {"expected": expected, "counted": counted, "overlap": world.law.get("overlap", 0.9)}


def _shared_generator(world: World, condition: Condition) -> Trial:
    """Refused with the GIL, ``refused`` times, ``locked_refused`` under a lock, and crashed without it; the second of
    two threads gets ``second_share`` items, under a lock ``locked_second_share``."""
    second = world.law.get("locked_second_share" if condition["lock"] else "second_share", 4)
    in_order = {"exit_code": 0, "ended": True, "doubled": 0, "lost": 0, "shares": [6, second]}
    if condition["lock"]:
        return in_order | {"refused": world.law.get("locked_refused", 0)}
    if world.gil:
        return in_order | {"refused": world.law.get("refused", 700)}
    return {
        "exit_code": -11, "ended": False, "refused": None, "shares": [], "doubled": None, "lost": None
    }  # fmt: skip


def _containers(world: World, condition: Condition) -> Trial:
    """The name of an operation is the share of it that is lost; ``alternations``, or those of one operation, as in
    ``alternations:append``."""
    usual = {
        "append": 0.0,
        "next-count": 0.0,
        "dict-get": 0.3,
        "counter": 0.0 if world.gil else 0.3,
    }
    lost = world.law.get(condition["operation"], usual[condition["operation"]])
    expected = 2 * condition["updates"]
    return {
        "expected": expected,
        "counted": round(expected * (1 - lost)),
        "alternations": world.law.get(
            f"alternations:{condition['operation']}", world.law.get("alternations", 60)
        ),
    }


TRIAL_LAWS: dict[str, Callable[[World, Condition], Trial]] = {
    "programs": _programs,
    "shared-values": _shared_values,
    "shared-generator": _shared_generator,
    "containers": _containers,
}
