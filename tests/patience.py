"""Tries again, with more time, what a busy host got nowhere with."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import gilbench

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
