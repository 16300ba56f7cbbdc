"""The probe ``feeding``: what executors cost to start, and to give a task, by size of argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

NS_PER_MS = 1e6
KINDS = ("thread", "interpreter", "process")
ITEMS = (0, 1000, 30_000)  # numbers in the list that a task is given
TASKS = 8
CONDITIONS = tuple({"kind": kind, "tasks": TASKS, "items": list(ITEMS)} for kind in KINDS)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "feeding", CONDITIONS, launch_s=0.6)


def start_ms(seen: Seen, kind: str) -> float:
    """Time to start an executor up to its first result, in one launch."""
    return float(seen[KINDS.index(kind)]["start_ns"]) / NS_PER_MS


def start_ratio(seen: Seen, kind: str, other: str) -> float:
    """Time to start one kind of executor over that of another, in one launch."""
    return start_ms(seen, kind) / start_ms(seen, other)


def task_ms(seen: Seen, kind: str, items: int) -> float:
    """Time from submit() to result() of a task that is given a list, the median of one launch."""
    return float(seen[KINDS.index(kind)]["task_ns"][ITEMS.index(items)]) / NS_PER_MS


def list_ratio(seen: Seen, kind: str) -> float:
    """Time of a task with the longest list over that of one with none, in one launch."""
    return task_ms(seen, kind, ITEMS[-1]) / task_ms(seen, kind, ITEMS[0])
