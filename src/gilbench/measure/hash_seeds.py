"""The hash seed of every launch: the order of sets of strings follows it, and with it some times.

Policy: the processes that are compared with each other in one launch have the same seed, so that
the order of their sets does not tell them apart; every launch has another, so that no order is
taken for the truth. A seed that the user sets holds for all launches.
"""

from __future__ import annotations

import os
import random

VARIABLE = "PYTHONHASHSEED"
MOST = 2**32 - 1  # what Python accepts


def hash_seed_variables(seed: int, item: str, launch: int) -> dict[str, str]:
    """The environment variable for the processes of a launch.

    Args:
        seed: Of every random order of the run; the same one gives the same hash seeds.
        item: What is measured: the id of a planned item, or any name that stays the same.
        launch: The number of the launch.
    """
    of_user = os.environ.get(VARIABLE, "")
    if of_user.isdecimal():
        return {VARIABLE: of_user}
    drawn = random.Random(f"hash seed:{seed}:{item}:{launch}").randint(1, MOST)
    return {VARIABLE: str(drawn)}
