"""A17: CPU-bound work in processes scales with the cores."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import cores_used, over_ceiling, speedup
from gilbench.claims.rules import above, below
from gilbench.model import Outcome


def question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable("one usable core: there is nothing to scale to")
    processes = setting.against_serial("fnv1a", "process", setting.workers)
    share = over_ceiling(processes)
    return Question(
        proved=above(share, margins.SHARE_OF_CEILING),
        refuted=below(share, margins.SHARE_OF_CEILING),
        effect=speedup(processes),
        guards=(
            margins.had_cores(processes, margins.CEILING_TO_SCALE),
            margins.undisturbed(processes),
        ),
        also=(cores_used(processes),),
    )


CLAIMS = (
    Claim(
        id="A17",
        statement=(
            "CPU-bound work in a process per core reaches 75 % or more of what the cores give"
        ),
        family="gil",
        source=(
            "Python documentation, multiprocessing: side-steps the GIL by using subprocesses "
            "instead of threads"
        ),
        explanation=(
            "Each process has its own interpreter and its own GIL, so processes compute at the "
            "same time. Their speedup is compared with that of processes that do nothing but spin, "
            "on this host in the same seconds: the difference is the price of starting and joining "
            "them. With more than 16 cores, 16 processes are measured: they start one after the "
            "other, and hundreds would take longer to start than a round lasts."
        ),
        surprise=(
            "That Python cannot use more than one core is often said without adding that this is "
            "about the threads of one interpreter. And processes are known as heavy: starting them "
            "and pickling for them might well eat up what they gain."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
        figure="speedup",
    ),
)
