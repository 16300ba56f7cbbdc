"""Questions about behaviour, not speed: a statement about every trial, and its exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gilbench.claims.claim import Question, Setting
from gilbench.claims.quantities import Quantity, share
from gilbench.claims.rules import above, always, below
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

Trial = dict[str, Any]

# On a busy host a wait may time out too early now and then. A rate of exceptions above one in
# twenty is not explained by that.
FLUKES = 0.05


def held_rule(what: str) -> str:
    """The rule of a question of ``holds_in_every_trial`` in words.

    Args:
        what: What must hold, as a clause.
    """
    return (
        f"PROVED if in every trial, of 20 or more unless the time ran out, {what} (shown as HELD, "
        "since 20 of 20 do not exclude exceptions rarer than 14 % at 95 %); REFUTED if that "
        f"certainly fails in more than {100 * FLUKES:g} % of the trials."
    )


def contradicted_rule(believed: str, contrary: str) -> str:
    """The rule of a question of ``contradicted`` in words.

    Args:
        believed: What a trial that confirms the statement shows, as a clause.
        contrary: What a trial that contradicts it shows, as a clause.
    """
    return (
        f"PROVED if in every trial, of 20 or more unless the time ran out, {believed} (shown as "
        "HELD, since 20 of 20 do not exclude exceptions rarer than 14 % at 95 %); REFUTED if in "
        f"certainly more than {100 * FLUKES:g} % of the trials {contrary}."
    )


def expected_of_bare_updates(setting: Setting) -> Outcome:
    """Updates get lost where a thread may be switched anywhere, or where no GIL serialises them."""
    target = setting.target
    loses = target.description.switches_anywhere or not target.gil_enabled
    return Outcome.PROVED if loses else Outcome.REFUTED


def holds_in_every_trial(
    experiment: Experiment,
    name: str,
    held: Callable[[Trial], bool],
    conditions: Iterable[int] = (0,),
    also: tuple[Quantity, ...] = (),
    counts: Callable[[Trial], bool] = bool,
) -> Question:
    """A question that is proved if something held in every trial, and refuted if it often failed.

    Args:
        experiment: The probe that is observed.
        name: What is counted, in words.
        held: Whether it held in a trial.
        conditions: Indices of the conditions whose trials count.
        also: Quantities that decide nothing and are shown as further evidence.
        counts: Whether a trial of these counts.
    """
    trials = share(experiment, name, held, conditions, counts)
    return Question(
        proved=always(trials),
        refuted=below(trials, 1 - FLUKES),
        effect=trials,
        also=also,
    )


def contradicted(believed: Quantity, contrary: Quantity) -> Question:
    """A question about a statement that is expected to be false.

    Args:
        believed: The share of trials that confirm the statement.
        contrary: The share of trials that contradict it, which is shown.
    """
    return Question(proved=always(believed), refuted=above(contrary, FLUKES), effect=contrary)
