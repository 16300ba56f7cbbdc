"""How a case is paired: its reference, the tasks of a round, the order of each pair's halves."""

from __future__ import annotations

import math
import random

from gilbench import model

# The fewest tasks of a round: it is as long as its question needs and no longer. Starting and
# joining two threads takes some 0.3 ms, two forked processes 5 ms, two from a fork server or
# spawned 25 ms and more; a CPU-bound round of processes lasts about 20 times as long as their
# start. Where processes only wait, the cost of their start is not the question. On a
# free-threaded build a thread that starts may leave the one that started it waiting for the same
# core until the system's next tick, 4 ms on most Linux hosts: on others both sleep and wake, and
# find a free core at once (docs/measurements/threads-without-the-gil.md). Both halves of a pair do
# the same work.
TASKS_AT_LEAST = 8
TASKS_OF_WAITING = 16
TASKS_OF_FORKED = 144
TASKS_OF_STARTED = 288
TASKS_OF_FREE_THREADS = 144
TASKS_A_WORKER = 2
# Claims ask what several cores gain, which this many show: starting more processes, one after the
# other at some 0.65 ms each, takes as long as their shares of a round that is short enough to be
# repeated.
MOST_CLAIMED_WORKERS = 16
# How long a calibrated task takes on two cores in the standard profile. User tasks longer than that
# get proportionally fewer tasks per round, because their rounds are long enough without.
USUAL_TASK_S = 0.00125


def tasks_for(target: model.Target, workload: str, strategy: str, workers: int) -> int:
    """How many tasks a round has: a multiple of the workers.

    Each worker gets two or more, unless a single task is long.

    Args:
        target: Runs the round.
        workload: What each task computes.
        strategy: How tasks are mapped onto workers.
        workers: How many workers share them.
    """
    task_s = max(USUAL_TASK_S, target.workload(workload).task_s or 0.0)
    per_worker = TASKS_A_WORKER if task_s == USUAL_TASK_S else 1
    fewest = math.ceil(_fewest_tasks(target, workload, strategy) * USUAL_TASK_S / task_s)
    return workers * max(per_worker, math.ceil(fewest / workers))


def _fewest_tasks(target: model.Target, workload: str, strategy: str) -> int:
    """The fewest tasks of usual length that keep the cost of starting workers from deciding."""
    workers_in = target.strategy(strategy).workers_in
    in_processes = workers_in in ("processes", "interpreters")
    if target.workload(workload).kind == "io":
        return TASKS_OF_WAITING if in_processes else TASKS_AT_LEAST
    if workers_in == "threads" and target.description.free_threaded_build:
        return TASKS_OF_FREE_THREADS
    if not in_processes:
        return TASKS_AT_LEAST
    forked = workers_in == "processes" and target.description.start_method == "fork"
    return TASKS_OF_FORKED if forked else TASKS_OF_STARTED


def compare(
    target: model.Target, workload: str, strategy: str, workers: int, reference: str = "serial"
) -> model.Comparison:
    """Pair a case with the same workload under another strategy on the same target.

    CPU-bound cases of several workers that are paired with serial code get the ceiling control.

    Args:
        target: Runs both.
        workload: What both compute.
        strategy: That of the case.
        workers: Those of the case, and of the reference unless it is serial.
        reference: The strategy that the case is paired with.
    """
    over_serial = reference == "serial"
    cpu_bound = target.workload(workload).kind == "cpu"
    in_caller = target.strategy(strategy).workers_in == "caller"
    return model.Comparison(
        model.Case(target.id, workload, strategy, workers),
        model.Case(target.id, workload, reference, 1 if over_serial else workers),
        tasks_for(target, workload, strategy, workers),
        ceiling=over_serial and workers > 1 and cpu_bound and not in_caller,
    )


def same_case_across(
    target: model.Target,
    reference: model.Target,
    workload: str,
    strategy: str,
    workers: int,
    *,
    ceiling: bool = False,
) -> model.Comparison:
    """Pair a case with the same case on another target.

    Both do tasks of the size that was calibrated on the reference.

    Args:
        target: Runs the case.
        reference: Runs the reference.
        workload: What both compute.
        strategy: That of both.
        workers: Those of both.
        ceiling: Whether the ceiling control runs in the same launches, on ``target``.
    """
    tasks = max(tasks_for(side, workload, strategy, workers) for side in (target, reference))
    case = model.Case(target.id, workload, strategy, workers)
    return model.Comparison(
        case, model.Case(reference.id, workload, strategy, workers), tasks, ceiling=ceiling
    )


def orders(seed: int, item: str, pairs: int) -> list[tuple[str, str]]:
    """Which half of each pair comes first: random, balanced in blocks of two pairs.

    Args:
        seed: The run's; the same seed gives the same orders.
        item: Id of the comparison; others are in another order.
        pairs: How many pairs to order.
    """
    generator = random.Random(f"{seed}:{item}")
    halves = [("case", "reference"), ("reference", "case")]
    ordered: list[tuple[str, str]] = []
    while len(ordered) < pairs:
        generator.shuffle(halves)
        ordered.extend(halves)
    return ordered[:pairs]
