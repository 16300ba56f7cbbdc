"""B13: subinterpreters compute in parallel, and start faster than spawned processes."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.ledger.start_cost import start_cost
from gilbench.claims.quantities import (
    cores_used,
    evenness,
    observed_ratio,
    over_ceiling,
    speedup,
)
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import start
from gilbench.model import Outcome

SHOWN_WAYS = ("thread", "interpreter", "spawn")

# Making two interpreters, importing in each what its tasks need and closing them took 47 ms of a
# round, against 5 ms for two forked processes. Whether they compute in parallel is asked in rounds
# of which that is a tenth; what it takes to start them is asked by itself.
TASKS_A_WORKER = 96

# More interpreters take longer to make, one after the other, than a round may last.
MOST_WORKERS = 4


def question(setting: Setting) -> Question | NotApplicable:
    from msgspec.structs import replace

    if setting.cores < 2:
        return NotApplicable("one usable core: there is nothing to scale to")
    workers = min(setting.cores, MOST_WORKERS)
    short = setting.against_serial("fnv1a", "interpreter", workers)
    interpreters = replace(short, tasks=TASKS_A_WORKER * workers)
    share = over_ceiling(interpreters)
    experiment = start.experiment(setting.target)
    spawn_over_interpreter = observed_ratio(
        experiment,
        "cost of starting by spawn over an interpreter",
        lambda seen: start.cost_ratio(seen, "spawn", "interpreter"),
    )
    costs = [start_cost(experiment, way) for way in SHOWN_WAYS]
    return Question(
        proved=AllOf((above(share, margins.SHARE_OF_CEILING), above(spawn_over_interpreter, 1))),
        refuted=AnyOf((below(share, margins.SHARE_OF_CEILING), below(spawn_over_interpreter, 1))),
        effect=speedup(interpreters),
        guards=margins.cores_to_scale(interpreters),
        also=(cores_used(interpreters), evenness(interpreters), *costs),
    )


def expected(setting: Setting) -> Outcome | None:
    """Free-threaded builds lie at the bound: 0.75 of the ceiling, and 0.76 with the GIL on."""
    return None if setting.target.description.free_threaded_build else Outcome.PROVED


CLAIMS = (
    Claim(
        id="B13",
        statement=(
            "Subinterpreters reach 75 % or more of what the cores give and start faster than "
            "spawned processes"
        ),
        family="gil",
        source=(
            "PEP 684 (a GIL for each interpreter) and PEP 734 (multiple interpreters in the "
            "standard library)"
        ),
        explanation=(
            "Since Python 3.12 every interpreter of a process may have its own GIL, and from 3.14 "
            "on the standard library can make them. Each has its own modules and objects, so what "
            "passes between them is copied, as between processes, and what a task imports is "
            "imported in each. But the operating system has no process to start, and no "
            "interpreter its runtime to set up."
        ),
        measured=(
            "Pure-Python tasks run in interpreters of one process, one per core up to 4, and "
            "serially; making and closing an interpreter, and spawning and joining a process, are "
            "timed."
        ),
        rule=(
            f"PROVED if the speedup is certainly above {margins.SHARE_OF_CEILING} of that of "
            "spinning processes, less what equal shares lose where cores differ in speed, and "
            f"above {margins.GAIN} itself, and the cost of a spawn over that of an interpreter "
            "certainly above 1; REFUTED if either is certainly below its bound, and only where "
            f"spinning processes reach more than {margins.CEILING_TO_SCALE} times; asked only "
            f"where the serial code has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that interpreters are a way to use all cores within one process; "
            "REFUTED means that they reach less of the cores, or start no faster than a spawned "
            "process."
        ),
        surprise=(
            "One process, one GIL: up to 3.11 that held for CPython, and it is still how it is "
            "taught. Parallel Python within one process of a build with the GIL sounds impossible, "
            "and a whole interpreter sounds as expensive to start as a process."
        ),
        expected=expected,
        question=question,
        figure="speedup",
    ),
)
