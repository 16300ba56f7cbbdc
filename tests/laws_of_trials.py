"""What one trial of a behavioural probe shows in a synthetic world where that depends on the condition or the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.synthetic import World

Condition = dict[str, Any]
Trial = dict[str, Any]

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
