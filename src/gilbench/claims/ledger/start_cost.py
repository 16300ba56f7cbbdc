"""B11: starting costs least for a thread, then for a fork, a fork server, and most for a spawn."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import start
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

CHEAPEST_FIRST = ("thread", "fork", "forkserver", "spawn")


def start_cost(experiment: Experiment, way: str) -> Quantity:
    """What one way to start costs, in ms, the first time left out."""
    return observed(
        experiment,
        f"starting and joining: {way}",
        " ms",
        lambda seen: start.steady_ms(seen, way),
    )


def cost_ratio(experiment: Experiment, costlier: str, cheaper: str) -> Quantity:
    return observed_ratio(
        experiment,
        f"cost of starting by {costlier} over {cheaper}",
        lambda seen: start.cost_ratio(seen, costlier, cheaper),
    )


def question(setting: Setting) -> Question | NotApplicable:
    offered = setting.target.description.start_methods
    if not set(CHEAPEST_FIRST[1:]) <= set(offered):
        return NotApplicable(f"this platform starts processes by {', '.join(offered)} only")
    experiment = start.experiment(setting.target)
    neighbours = pairwise(CHEAPEST_FIRST)
    ratios = [cost_ratio(experiment, costlier, cheaper) for cheaper, costlier in neighbours]
    return Question(
        proved=AllOf(tuple(above(ratio, 1) for ratio in ratios)),
        refuted=AnyOf(tuple(below(ratio, 1) for ratio in ratios)),
        effect=ratios[0],
        also=tuple(start_cost(experiment, way) for way in start.WAYS),
    )


CLAIMS = (
    Claim(
        id="B11",
        statement=(
            "To start and join a thread costs less than a fork, a fork less than a fork server, "
            "that less than a spawn"
        ),
        family="process",
        source="Python documentation, multiprocessing: contexts and start methods",
        explanation=(
            "A thread needs a stack. A fork copies the tables of the parent's memory. A fork "
            "server forks too, but has to be asked over a socket, and the child then imports what "
            "it runs. A spawned process starts a whole interpreter. So how short a task may be "
            "before a process no longer pays depends on how it is started."
        ),
        measured=(
            "A thread and a process by fork, fork server and spawn that do nothing are started "
            "and joined again and again, the first time left out."
        ),
        rule=(
            "PROVED if the cost of each in this order over that of the one before is certainly "
            "above 1; REFUTED if one is certainly below 1."
        ),
        meaning=(
            "PROVED means that how short a task may be depends on the start method, so check it "
            "before you split work; REFUTED means that the order is another one here."
        ),
        surprise=(
            "Processes are called expensive to start as though there were one price. There are "
            "several: most programs leave the start method at its default, and moved from Linux to "
            "macOS, or from 3.13 to 3.14, they pay another one."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
        figure="start-cost",
    ),
)
