"""A6: a Pool made without a size has as many processes as there are cores, all or usable ones."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome


def has_the_interpreters_count(trial: Trial) -> bool:
    """The pool has the interpreter's count of cores, and follows it when affinity is narrowed."""
    if trial["process_cpu_count"] is None:  # before 3.13 only all cores of the machine are counted
        size = narrowed_size = trial["cpu_count"]
    else:
        size, narrowed_size = trial["process_cpu_count"], trial["narrowed_process_cpu_count"]
    return trial["pool_size"] == size and trial["narrowed_size"] in (None, narrowed_size)


def follows_affinity(trial: Trial) -> bool:
    narrowed_size = trial["narrowed_size"]
    return narrowed_size is not None and narrowed_size == trial["narrowed_usable"]


def question(setting: Setting) -> Question:
    experiment = setting.trials("pool-size", launch_s=0.2)
    narrowed_name = "pools that a narrowed affinity made as small as itself"
    return behaviour.holds_in_every_trial(
        experiment,
        "pools as large as the interpreter's count of cores",
        has_the_interpreters_count,
        also=(share(experiment, narrowed_name, follows_affinity),),
    )


CLAIMS = (
    Claim(
        id="A6",
        statement="A Pool without a size has as many processes as the interpreter counts cores",
        family="pool",
        source=(
            "Python documentation, multiprocessing.pool.Pool: os.cpu_count(), "
            "from 3.13 os.process_cpu_count()"
        ),
        explanation=(
            "Which cores are meant changed. Up to 3.12 they are all that the machine has, even "
            "where the process may use only a few of them, and a Pool under taskset or in a "
            "container with a CPU set is then too large. From 3.13 on they are those that the "
            "process may use. Both are tried: with the affinity as it is, and narrowed to one core."
        ),
        measured=(
            "A Pool is made without a size, with the affinity as it is and narrowed to one "
            "core, and its processes are counted."
        ),
        rule=behaviour.held_rule(
            "a Pool has os.cpu_count() processes, or from 3.13 on os.process_cpu_count(), "
            "with the affinity as it is and narrowed to one core, where the system can do that"
        ),
        meaning=(
            "PROVED means that the size follows the interpreter's own count of cores, so before "
            "3.13 you pass a size under taskset or a container's CPU set; REFUTED would mean that "
            "you cannot predict the size."
        ),
        surprise=(
            "'As many as there are cores' sounds like one number, but the cores of a machine and "
            "those that a process may use differ under taskset or a container's CPU set. And a "
            "container's CPU quota shows in neither of them."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
