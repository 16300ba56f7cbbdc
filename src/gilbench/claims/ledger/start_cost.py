"""B11: a thread starts faster than a forked process, that faster than one of a fork server, that than a spawned one."""

from __future__ import annotations

from itertools import pairwise

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import start
from gilbench.model import Experiment, Outcome

ORDER = ("thread", "fork", "forkserver", "spawn")


def cost(experiment: Experiment, how: str) -> Quantity:
    return observed(experiment, f"starting and joining: {how}", " ms", lambda seen: start.steady_ns(seen, how) / 1e6)


def ask(setting: Setting) -> Question | NotApplicable:
    offered = setting.target.description.start_methods
    if not set(ORDER[1:]) <= set(offered):
        return NotApplicable(f"this platform starts processes by {', '.join(offered)} only")
    experiment = start.experiment(setting.target)
    ratios = [
        observed_ratio(
            experiment,
            f"cost of starting by {dearer} over {cheaper}",
            lambda seen, cheaper=cheaper, dearer=dearer: start.cost_ratio(seen, dearer, cheaper),  # type: ignore[misc]
        )
        for cheaper, dearer in pairwise(ORDER)
    ]
    return Question(
        proved=AllOf(tuple(above(ratio, 1) for ratio in ratios)),
        refuted=AnyOf(tuple(below(ratio, 1) for ratio in ratios)),
        effect=ratios[0],
        also=tuple(cost(experiment, how) for how in start.WAYS),
    )


CLAIMS = (
    Claim(
        id="B11",
        statement="Starting a thread costs less than a fork, a fork less than a fork server, that less than a spawn",
        family="process",
        source="Python documentation, multiprocessing: contexts and start methods",
        explanation=(
            "A thread needs a stack. A fork copies the tables of the parent's memory. A fork server forks too, but has "
            "to be asked over a socket, and the child then imports what it runs. A spawned process starts a whole "
            "interpreter. So how short a task may be before a process no longer pays depends on how it is started."
        ),
        surprise=(
            "Processes are called expensive to start as though there were one price. There are several: most programs "
            "leave the start method at its default, and moved from Linux to macOS, or from 3.13 to 3.14, they pay "
            "another one."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
        figure="start-cost",
    ),
)
