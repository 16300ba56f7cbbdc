"""A16: threads of pure Python on CPU-bound work use one core and gain nothing."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import cores_used, over, speedup
from gilbench.claims.rules import AllOf, above, below, within
from gilbench.model import Outcome


def question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable("one usable core: no program can use a second one")
    threads = setting.against_serial("fnv1a", "thread", setting.workers)
    one_thread = setting.against_serial("fnv1a", "thread", 1)
    gain, cores = speedup(threads), cores_used(threads)
    no_gain = within(gain, margins.WORST_NO_GAIN, margins.GAIN)
    name = f"speedup of {threads.label} over one such thread"
    return Question(
        proved=AllOf((no_gain, below(cores, margins.ONE_CORE_ONLY))),
        refuted=above(gain, margins.GAIN),
        effect=gain,
        guards=(
            margins.had_cores(threads, margins.CEILING_TO_GAIN),
            margins.undisturbed(threads),
        ),
        also=(over(gain, speedup(one_thread), name),),
    )


CLAIMS = (
    Claim(
        id="A16",
        statement="CPU-bound threads of pure Python use one core only and gain nothing over serial code",
        family="gil",
        source="Python documentation, glossary: global interpreter lock; PEP 703 for builds without it",
        explanation=(
            "A thread must hold the GIL to run Python bytecode, and there is one GIL in an "
            "interpreter. However many threads there are and however many cores stand idle, one "
            "thread computes at a time. A free-threaded build has no such lock, and there the "
            "claim is expected to be refuted."
        ),
        surprise=(
            "Python's threads are real threads of the operating system, of the kind that computes "
            "in parallel in C or Java, and nothing in a program shows that there is a lock. More "
            "threads on idle cores are the obvious thing to try."
        ),
        expected=lambda setting: Outcome.PROVED if setting.target.gil_enabled else Outcome.REFUTED,
        question=question,
        figure="speedup",
    ),
)
