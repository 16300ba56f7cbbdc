"""C15: a garbage collection stops every other thread."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import observed, observed_ratio
from gilbench.claims.rules import above, below
from gilbench.experiments import collecting
from gilbench.model import Outcome

# "For its length": the rest is the tick before it and the moment in which threads are stopped.
NEARLY_ALL = 0.8

# A pause that outlasts the collection by half is not the collection's: the host made it.
OUTLASTS = 1.5


def question(setting: Setting) -> Question:
    experiment = collecting.experiment(setting.target)
    stopped = observed_ratio(
        experiment,
        "longest time without a tick during gc.collect(), over its length",
        collecting.stopped_share,
    )
    length = observed(experiment, "length of gc.collect()", " ms", collecting.collect_ms)
    return Question(
        proved=above(stopped, NEARLY_ALL),
        refuted=below(stopped, NEARLY_ALL),
        effect=stopped,
        guards=(Guard(below(stopped, OUTLASTS), margins.BUSY_HOST),),
        also=(length,),
    )


CLAIMS = (
    Claim(
        id="C15",
        statement=(
            "gc.collect() keeps another thread from running Python for four fifths of its length "
            "or more"
        ),
        family="latency",
        source=(
            "PEP 703: stop-the-world collection; CPython, Python/gc.c, Python/gc_free_threading.c"
        ),
        explanation=(
            "With the GIL a collection is one long call that keeps it. Without the GIL threads "
            "would change references while the collector counts them, so it stops the world. "
            "300,000 objects that stay take some 30 to 50 ms, and no thread ticks meanwhile. "
            "gc.freeze(), or fewer objects that can form cycles, make it shorter."
        ),
        measured=(
            "A thread ticks each half millisecond while another one calls gc.collect() among "
            f"{collecting.NODES:,} objects, and its longest gap is compared with the call."
        ),
        rule=(
            f"PROVED if the gap is certainly more than {NEARLY_ALL} of the length of the "
            "collection; REFUTED if certainly less; asked only where it is certainly below "
            f"{OUTLASTS}."
        ),
        meaning=(
            "PROVED means that a heap of many objects puts pauses into every thread, so freeze it "
            "or collect when nobody waits; REFUTED means that other threads run meanwhile."
        ),
        surprise=(
            "Builds without the GIL are expected to have no pauses of the whole process. They have "
            "this one, as most collectors of Java have, and collections also start by themselves."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
        figure="latency",
    ),
)
