"""Objects made, changed by a method and dropped, which no other task sees."""

from typing import Any, Dict

from gilbench.target.registry import Workload


class Account:
    """An object with two attributes and a method."""

    def __init__(self, owner: int) -> None:
        self.owner = owner
        self.balance = 0

    def deposit(self, amount: int) -> int:
        """Add to the balance.

        Args:
            amount: What is added.

        Returns:
            The new balance.
        """
        self.balance += amount
        return self.balance


def task(index: int, params: Dict[str, Any]) -> int:
    total = index
    for number in range(params["size"]):
        account = Account(number)
        total += account.deposit(7) + account.owner
    return total


WORKLOAD = Workload(
    name="objects",
    kind="cpu",
    summary="small objects made, changed by a method and dropped",
    task=task,
    defaults={"size": 4 * 1000},
    size_unit="objects",
    size_step=1000,
    survey=False,
)
