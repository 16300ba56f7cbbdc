"""A17 and B28: CPU-bound work in processes scales with the cores, at two numbers of workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import (
    Quantity,
    cores_used,
    evenness,
    over,
    over_ceiling,
    speedup,
)
from gilbench.claims.rules import above, below
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Comparison

ONE_CORE = "one usable core: there is nothing to scale to"


def question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    processes = setting.against_serial("fnv1a", "process", setting.workers)
    share = over_ceiling(processes)
    return Question(
        proved=above(share, margins.SHARE_OF_CEILING),
        refuted=below(share, margins.SHARE_OF_CEILING),
        effect=speedup(processes),
        guards=margins.cores_to_scale(processes),
        also=(cores_used(processes), evenness(processes)),
    )


def levels_question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    half = setting.against_serial("fnv1a", "process", setting.workers // 2)
    full = setting.against_serial("fnv1a", "process", setting.workers)
    kept = over(
        over_ceiling(full),
        share_of_host(half),
        f"share of what the cores give, {full.label} over {half.label}",
    )
    return Question(
        proved=above(kept, margins.SHARE_OF_CEILING),
        refuted=below(kept, margins.SHARE_OF_CEILING),
        effect=kept,
        guards=(
            margins.had_cores(full, margins.CEILING_TO_SCALE),
            margins.undisturbed(full),
            margins.undisturbed(half),
        ),
        also=(speedup(half), speedup(full)),
    )


def share_of_host(processes: Comparison) -> Quantity:
    """Speedup over the ceiling; over 1 for a single process, to which no other core gives more."""
    return over_ceiling(processes) if processes.ceiling else speedup(processes)


CLAIMS = (
    Claim(
        id="A17",
        statement=(
            "CPU-bound pure Python in a process per core reaches 75 % or more of what the cores "
            "give"
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
            "them. Where cores differ in speed, equal shares of work end with the slowest core; "
            "that is the host's doing and is allowed for. With more than 16 cores, 16 processes "
            "are measured: they start one after the other, and hundreds would take longer to start "
            "than a round lasts."
        ),
        measured=(
            "The same pure-Python tasks run in one process per core (16 at most) and serially, in "
            "adjacent pairs, and processes that only spin are timed in the same launches."
        ),
        rule=(
            f"PROVED if the speedup is certainly above {margins.SHARE_OF_CEILING} of that of "
            "spinning processes, less what equal shares lose where cores differ in speed, and "
            f"above {margins.GAIN} itself; REFUTED if it is certainly below that share, and only "
            f"where spinning processes reach more than {margins.CEILING_TO_SCALE} times; asked "
            f"only where the serial code has more than {margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that processes pay for work that lasts far longer than their start; "
            "REFUTED means that starting or feeding them eats up what the cores give."
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
    Claim(
        id="B28",
        statement=(
            "From half of the cores to all of them, processes keep 75 % or more of their share of "
            "what the cores give"
        ),
        family="gil",
        source=(
            "Python documentation, multiprocessing: side-steps the GIL by using subprocesses "
            "instead of threads"
        ),
        explanation=(
            "One number of workers shows a gain; whether work scales takes two. As many processes "
            "as half of the cores reach some share of what these cores give, and as many as all "
            "cores another; the second over the first is 1 where twice as many cores bring twice "
            "as much. What makes it less is what processes share: the caches, the memory, and the "
            "parent that starts them one after the other."
        ),
        measured=(
            "The same pure-Python tasks run in as many processes as half of the cores and as "
            "all of them (16 at most), each paired with serial code and compared with what "
            "spinning processes reach."
        ),
        rule=(
            "PROVED if the share of what the cores give is with all of them certainly above "
            f"{margins.SHARE_OF_CEILING} of that with half of them; REFUTED if it is certainly "
            "below; asked only where spinning processes reach more than "
            f"{margins.CEILING_TO_SCALE} times, and the serial code has more than "
            f"{margins.UNDISTURBED} of a core."
        ),
        meaning=(
            "PROVED means that you may give such work all cores; REFUTED means that the last "
            "cores bring such processes less than they give a program that only spins."
        ),
        surprise=(
            "A speedup of nearly two on two cores is readily extended to eight. Amdahl's law says "
            "why it need not be so: what one process has to do for all of them stays."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=levels_question,
        figure="speedup",
    ),
)
