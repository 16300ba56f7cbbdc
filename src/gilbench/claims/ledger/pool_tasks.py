"""A7: a Pool runs as many tasks at once as it has processes, and these serve all tasks."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

SIZE, TASKS = 2, 8
TASK_S = 0.004


def served_by_its_processes(trial: Trial) -> bool:
    """Every task was done, by no more processes than the pool has, and no more at once."""
    within_size = len(trial["pids"]) <= trial["size"] and trial["most_at_once"] <= trial["size"]
    return bool(trial["tasks_done"] == TASKS and within_size)


def had_all_processes_busy(trial: Trial) -> bool:
    return bool(trial["most_at_once"] == SIZE)


def question(setting: Setting) -> Question:
    experiment = setting.trials("pool-tasks", {"size": SIZE, "tasks": TASKS, "task_s": TASK_S})
    busy = share(experiment, "pools that had both processes busy at once", had_all_processes_busy)
    return behaviour.holds_in_every_trial(
        experiment,
        f"pools that served {TASKS} tasks with {SIZE} pids at most and {SIZE} at once at most",
        served_by_its_processes,
        also=(busy,),
    )


CLAIMS = (
    Claim(
        id="A7",
        statement=(
            "A Pool with more tasks than processes runs no more at once than it has, "
            "and the same pids serve all"
        ),
        family="pool",
        source=(
            "Python documentation, multiprocessing.pool.Pool: "
            "worker processes live for the pool's work queue"
        ),
        explanation=(
            "A Pool starts its processes once. Each takes a task from a queue, sends the result "
            "back and takes the next, so tasks beyond the size wait, and starting a process is "
            "paid for once per worker and not once per task, unless maxtasksperchild says "
            "otherwise."
        ),
        measured=(
            f"A Pool of {SIZE} gets {TASKS} tasks, each of which reports its pid and when it ran."
        ),
        rule=behaviour.held_rule(
            "all tasks are done by 2 processes at most, and 2 at once at most"
        ),
        meaning=(
            "PROVED means that the size bounds how many tasks run at once, and that globals "
            "live from one task to the next; REFUTED would mean that a Pool may overload the "
            "machine."
        ),
        surprise=(
            "Mapping a function over many items looks like a process for each item, with memory as "
            "clean as at its start. Since processes are reused, what one task leaves in a global "
            "is there for a later one."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
