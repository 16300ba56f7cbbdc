"""How a case is paired: its reference, the tasks of a round, and the order of the two halves of each pair."""

from __future__ import annotations

import math
import random

from gilbench.model import Case, Comparison, Target

# Tasks of a round at least: a round is as long as its question needs and no longer. Starting and joining two threads
# takes some 0.5 ms, two forked processes 5 ms, two from a fork server or spawned 25 ms and more; a CPU-bound round of
# processes lasts some 20 times as long. Where processes only wait, the share of their start is not what is asked. Both
# halves of a pair always do the same work.
TASKS_AT_LEAST = 8
TASKS_OF_WAITING = 16
TASKS_OF_FORKED = 48
TASKS_OF_STARTED = 96
TASKS_A_WORKER = 2
# A task of the user's own that takes longer than a calibrated one does, on two cores in the standard profile, comes in
# fewer: its rounds are long enough with them.
USUAL_TASK_S = 0.004


def tasks_for(target: Target, workload: str, strategy: str, workers: int) -> int:
    """Tasks of a round: the same number for every worker, and two each at least."""
    at_least = TASKS_AT_LEAST
    workers_in = target.strategy(strategy).workers_in
    if workers_in in ("processes", "interpreters"):
        forked = workers_in == "processes" and target.description.start_method == "fork"
        computing = target.workload(workload).kind == "cpu"
        at_least = (TASKS_OF_FORKED if forked else TASKS_OF_STARTED) if computing else TASKS_OF_WAITING
    task_s = max(USUAL_TASK_S, target.workload(workload).task_s or 0.0)
    at_least = math.ceil(at_least * USUAL_TASK_S / task_s)
    return workers * max(TASKS_A_WORKER if task_s == USUAL_TASK_S else 1, -(-at_least // workers))


def compare(target: Target, workload: str, strategy: str, workers: int, reference: str = "serial") -> Comparison:
    """A case paired with the same workload under another strategy: serial, or one with as many workers.

    The ceiling control runs beside every CPU-bound case of two workers and more that is paired with serial.
    """
    serial = reference == "serial"
    return Comparison(
        Case(target.id, workload, strategy, workers),
        Case(target.id, workload, reference, 1 if serial else workers),
        tasks_for(target, workload, strategy, workers),
        ceiling=serial
        and workers > 1
        and target.workload(workload).kind == "cpu"
        and target.strategy(strategy).workers_in != "caller",
    )


def same_case_across(
    target: Target, reference: Target, workload: str, strategy: str, workers: int, *, ceiling: bool = False
) -> Comparison:
    """The same case on two targets, whose rounds take turns: the work is what the reference was calibrated to.

    The ceiling control runs on the first of them where it is asked for.
    """
    return Comparison(
        Case(target.id, workload, strategy, workers),
        Case(reference.id, workload, strategy, workers),
        max(tasks_for(one, workload, strategy, workers) for one in (target, reference)),
        ceiling=ceiling,
    )


def orders(seed: int, item: str, pairs: int) -> list[tuple[str, str]]:
    """The order of the two halves of each pair: random, balanced in blocks of two, the same for the same seed."""
    generator = random.Random(f"{seed}:{item}")
    halves = [("case", "reference"), ("reference", "case")]
    ordered: list[tuple[str, str]] = []
    while len(ordered) < pairs:
        generator.shuffle(halves)
        ordered.extend(halves)
    return ordered[:pairs]
