"""A6: a Pool made without a size has as many processes as there are cores, all of them or those the process may use."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome


def held(trial: Trial) -> bool:
    """The size is what the interpreter's own count says, and follows it when the affinity is narrowed to one core."""
    usable_now = trial["process_cpu_count"]
    if usable_now is None:
        wide = narrow = trial["cpu_count"]
    else:
        wide, narrow = usable_now, trial["narrowed_process_cpu_count"]
    return trial["pool_size"] == wide and trial["narrowed_size"] in (None, narrow)


def follows_affinity(trial: Trial) -> bool:
    return trial["narrowed_size"] is not None and trial["narrowed_size"] == trial["narrowed_usable"]


def ask(setting: Setting) -> Question:
    experiment = setting.trials("pool-size", launch_s=0.2)
    narrowed = share(experiment, "pools that a narrowed affinity made as small as itself", follows_affinity)
    return behaviour.holds(experiment, "pools as large as the interpreter's count of cores", held, also=(narrowed,))


CLAIMS = (
    Claim(
        id="A6",
        statement="A Pool made without a size has as many processes as there are cores",
        family="pool",
        source="Python documentation, multiprocessing.pool.Pool: os.cpu_count(), from 3.13 os.process_cpu_count()",
        explanation=(
            "Which cores are meant changed. Up to 3.12 they are all that the machine has, even where the process may "
            "use only a few of them, and a Pool in a container or under taskset is then too large. From 3.13 on they "
            "are those that the process may use. Both are tried: with the affinity as it is, and narrowed to one core."
        ),
        surprise=(
            "'As many as there are cores' sounds like one number, but the cores of a machine and those that a process "
            "may use differ under taskset or a container's CPU set. And a container's CPU quota shows in neither of "
            "them."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
