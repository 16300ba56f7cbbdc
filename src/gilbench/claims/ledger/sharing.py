"""C13 and C14: threads that read one object, by how its references are counted."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Guard, Question, Setting
from gilbench.claims.quantities import Quantity, observed, observed_ratio
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.experiments import sharing
from gilbench.model import Outcome

# Over reading an object that the thread has for itself: contended counts cost ten times and more,
# so a factor of two is far from both. What is not counted costs less; 30 % is for two threads that
# do not get equal shares of their cores.
SLOWER, AS_FAST = 2, 1.3

# Without the GIL both threads must have run at the same time, or they shared nothing.
BOTH_RAN, ONE_RAN = 1.2, 0.8


def cost(setting: Setting, kind: str, words: str) -> Quantity:
    return observed_ratio(
        sharing.experiment(setting.target),
        f"CPU time to read {words}, over an object of the thread's",
        lambda seen: sharing.cost_ratio(seen, kind),
    )


def _threads_ran(setting: Setting) -> Guard:
    experiment = sharing.experiment(setting.target)
    used = observed(experiment, "cores used by both readers", " cores", sharing.cores_used)
    least = ONE_RAN if setting.target.gil_enabled else BOTH_RAN
    return Guard(above(used, least), margins.BUSY_HOST)


def shared_question(setting: Setting) -> Question:
    shared = cost(setting, "shared", "one shared list")
    return Question(
        proved=above(shared, SLOWER),
        refuted=below(shared, SLOWER),
        effect=shared,
        guards=(_threads_ran(setting),),
    )


def free_question(setting: Setting) -> Question:
    immortal = cost(setting, "immortal", "None")
    deferred = cost(setting, "deferred", "one shared function")
    return Question(
        proved=AllOf((below(immortal, AS_FAST), below(deferred, AS_FAST))),
        refuted=AnyOf((above(immortal, AS_FAST), above(deferred, AS_FAST))),
        effect=immortal,
        guards=(_threads_ran(setting),),
    )


def expected_of_shared(setting: Setting) -> Outcome:
    """The build decides and not the GIL: with gil=1 a read took 2.4 times as long on 3.14."""
    biased = setting.target.description.free_threaded_build
    return Outcome.PROVED if biased else Outcome.REFUTED


CLAIMS = (
    Claim(
        id="C13",
        statement=(
            "Two threads that read one shared list use over twice the CPU time that they use for "
            "two lists, one per thread"
        ),
        family="free-threading",
        source=(
            "PEP 703: biased reference counting; CPython, Tools/ftscalingbench/ftscalingbench.py"
        ),
        explanation=(
            "To use an object means to count a reference and to drop it. Without the GIL the "
            "thread that made the object counts by plain instructions, and every other thread by "
            "atomic ones, so that the two fetch one cache line from each other for every read. "
            "The default build counts by plain instructions, since one thread runs at a time, and "
            "whose object it is makes no difference. A free-threaded build whose GIL is switched "
            "on still counts by atomic ones, without contention for the cache line."
        ),
        measured=(
            "Two threads read an attribute, which holds one list for both or another list for "
            "each, and the CPU time per read is compared."
        ),
        rule=(
            f"PROVED if a read of the shared list certainly takes more than {SLOWER} times the "
            "CPU time of one of a list that the thread made; REFUTED if certainly less; asked only "
            f"where both together used more than {ONE_RAN} cores with the GIL, or {BOTH_RAN} "
            "without it."
        ),
        meaning=(
            "PROVED means that hot loops of threads should read from objects that the thread made, "
            "such as a copy; REFUTED means that it makes no difference here."
        ),
        surprise=(
            "Reading is safe without a lock and is expected to scale: nothing changes. But the "
            "reference count lies in the object, so CPython writes to whatever it reads."
        ),
        expected=expected_of_shared,
        question=shared_question,
        figure="locks",
    ),
    Claim(
        id="C14",
        statement=(
            "Two threads that read None or one shared function use less than 1.3 times the CPU "
            "time that they use for two lists, one per thread"
        ),
        family="free-threading",
        source="PEP 683: immortal objects; PEP 703: deferred reference counting",
        explanation=(
            "From 3.12 on the references of immortal objects (None, True, small numbers) are not "
            "counted at all; before, they are counted under the GIL like any other. Without the "
            "GIL those that a thread's stack holds of a function are left to the collector, which "
            "stops all threads anyway. So what all threads share most does not slow them down; C13 "
            "is about everything else."
        ),
        measured=(
            "Two threads read an attribute that holds None, or one function, and the CPU time per "
            "read is compared with that of a list that the thread made."
        ),
        rule=(
            f"PROVED if both certainly take less than {AS_FAST} times the CPU time; REFUTED if one "
            "of them certainly takes more; asked only where both threads together used more than "
            f"{ONE_RAN} cores with the GIL, or {BOTH_RAN} without it."
        ),
        meaning=(
            "PROVED means that None, what is immortal like it, and functions can be shared without "
            "a thought; REFUTED means that reading one of the two costs a hot loop more where it "
            "is shared."
        ),
        surprise=(
            "Once shared objects are known to be slow, every global looks like a risk. Code and "
            "constants are shared by all threads, and were exempted for that reason."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=free_question,
        figure="locks",
    ),
)
