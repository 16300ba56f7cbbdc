"""A21: a Pool has all its processes before it has a task."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

SIZE, TASKS = 2, 8


def started_on_demand(trial: Trial) -> bool:
    """Not all processes were there before the first task, or others served the tasks."""
    on_demand = trial["before"] < SIZE or trial["newcomers"] > 0
    return bool(trial["served"] == TASKS and on_demand)


def started_at_once(trial: Trial) -> bool:
    """All processes were there before the first task, and no other served any."""
    return bool(trial["served"] == TASKS and trial["before"] == SIZE and not trial["newcomers"])


def question(setting: Setting) -> Question:
    experiment = setting.trials("pool-start", {"size": SIZE, "tasks": TASKS})
    return behaviour.contradicted(
        share(experiment, "pools that started a process for a task", started_on_demand),
        share(experiment, "pools with all processes before the first task", started_at_once),
    )


CLAIMS = (
    Claim(
        id="A21",
        statement="A Pool starts its processes when requests arrive",
        family="pool",
        source="CPython, Lib/multiprocessing/pool.py: Pool.__init__ calls _repopulate_pool()",
        explanation=(
            "The constructor starts every process of a Pool, and returns once they are started; "
            "tasks find them waiting at a queue. A program that makes a Pool and gives it little "
            "to do has paid for all its processes, and under fork they have the memory as it was "
            "when the Pool was made. A ProcessPoolExecutor starts none before the first "
            "submit(): then all of them under fork, and otherwise one for each task that finds "
            "none idle."
        ),
        measured=(
            f"A Pool of {SIZE} is made, its processes are listed before the first task, and "
            f"{TASKS} tasks report their pids."
        ),
        rule=behaviour.contradicted_rule(
            "a process is missing before the first task, or one that was not there serves a task",
            f"all {SIZE} are there before, and serve all {TASKS} tasks",
        ),
        meaning=(
            "REFUTED means that you make a Pool where you need it, after the globals that its "
            "tasks read; PROVED would mean that an idle Pool is free."
        ),
        surprise=(
            "Pools of threads and of connections in other systems grow with demand, so a pool of "
            "eight that has had one request is expected to hold one worker. Here what was assigned "
            "to a global after the Pool was made is missing in its workers."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=question,
    ),
)
