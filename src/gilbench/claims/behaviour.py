"""Questions about what happens rather than how fast: a statement about every trial, and what speaks against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gilbench.claims.claim import Question
from gilbench.claims.quantities import Quantity, share
from gilbench.claims.rules import above, always, below
from gilbench.model import Experiment

Trial = dict[str, Any]

# On a host full of other work a wait with an end may end too early now and then. More exceptions than one in twenty
# are none of these: they are how it is.
FLUKES = 0.05


def holds(
    experiment: Experiment,
    name: str,
    held: Callable[[Trial], bool],
    conditions: Iterable[int] = (0,),
    also: tuple[Quantity, ...] = (),
) -> Question:
    """Proved if it held in every trial, refuted if it failed in more than a few."""
    seen = share(experiment, name, held, conditions)
    return Question(proved=always(seen), refuted=below(seen, 1 - FLUKES), effect=seen, also=also)


def contradicted(believed: Quantity, contrary: Quantity) -> Question:
    """For a statement that is expected to be false: the trials that contradict it are shown and counted."""
    return Question(proved=always(believed), refuted=above(contrary, FLUKES), effect=contrary)
