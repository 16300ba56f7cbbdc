"""Waits for as long as a busy host may take, and tries again what it got nowhere with."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psutil

import gilbench

PATIENCE_S = 60.0
BUDGETS_S = 4.0, 20.0, 60.0

Answer = TypeVar("Answer")


def with_more_time(
    ask: Callable[[float], Answer], budgets_s: Sequence[float] = BUDGETS_S
) -> Answer:
    """What is answered within the first budget in which there is an answer.

    Args:
        ask: Asks within some seconds.
        budgets_s: The seconds of each try.

    Raises:
        gilbench.InputError: The last try had none either.
    """
    for budget_s in budgets_s[:-1]:
        try:
            return ask(budget_s)
        except gilbench.InputError:
            continue
    return ask(budgets_s[-1])


def wait_for(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Whether a condition comes true in so many seconds."""
    end_s = time.monotonic() + patience_s
    while not condition() and time.monotonic() < end_s:
        time.sleep(0.02)
    return condition()


def has_ended(pid: int) -> bool:
    """Whether a process has ended; one that only waits to be reaped has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
