"""B15, B16 and B24: what a free-threaded build costs.

It is compared with the same executable with the GIL, or with the default build of its version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import Quantity, geometric_mean, over, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.model import Outcome
from gilbench.plan.comparisons import same_case_across

if TYPE_CHECKING:
    from gilbench.model import Comparison, Target

# Anything a reader would call slower.
SLOWER = 0.98

# Workload → what its threads share: an attribute is written under the object's lock; so are items
# of a list or a dict.
SHARED = {
    "shared-attribute": "attribute",
    "shared-list": "place of a list",
    "shared-dict": "key of a dict",
}
NOT_SHARED = "own-attribute"

PURE_PYTHON, COMPILED = "fnv1a", ("sha256-small", "sha256-large")

# Kinds of pure Python: arithmetic, calls, objects with attributes and a method, a dict and a list.
KINDS = (PURE_PYTHON, "calls", "objects", "word-count")
# Loops of nothing but writes, each of which takes and releases the lock of its object: the worst
# that a single thread can pay. Shown, and no kind of work that a reader would call usual.
ONLY_WRITES = (NOT_SHARED, "shared-list", "shared-dict")

BUILDS = "free-threaded build over default build"

HAS_GIL = NotApplicable("this target has the GIL: the cost is asked of one without it")


def _to_be_added(what: str, remedy: str) -> NotApplicable:
    return NotApplicable(f"{what} must be measured alongside: {remedy}")


def switched_on(setting: Setting) -> Target | NotApplicable:
    """The same executable with the GIL, for a target without it."""
    if setting.target.gil_enabled:
        return HAS_GIL
    if setting.same_binary is None:
        return _to_be_added("the same executable with the GIL", "add it with ,gil=1")
    return setting.same_binary


def shared_question(setting: Setting) -> Question | NotApplicable:
    # Not the default build: there a write to an attribute costs a single thread a third of what it
    # costs it here, and one to a dict more than half, so kinds of writes could not be compared.
    with_gil = switched_on(setting)
    if isinstance(with_gil, NotApplicable):
        return with_gil

    def threads(workload: str) -> Comparison:
        # With the ceiling control: what threads lose because there are no cores for them is not the
        # GIL's doing.
        workers = max(2, setting.workers)
        return same_case_across(setting.target, with_gil, workload, "thread", workers, ceiling=True)

    shared = [threads(workload) for workload in SHARED]
    speeds = [
        speedup(
            comparison, f"speed of threads that write to one {kind}, without the GIL over with it"
        )
        for comparison, kind in zip(shared, SHARED.values(), strict=True)
    ]
    not_shared = speedup(
        threads(NOT_SHARED),
        "speed of threads that write to an object each, without the GIL over with it",
    )
    had_cores = [margins.had_cores(comparison, margins.CEILING_TO_SCALE) for comparison in shared]
    had_cores.append(margins.had_cores(threads(NOT_SHARED), margins.CEILING_TO_SCALE))
    by_sharing = [
        over(speed, not_shared, f"{speed.name}, over that of an object each") for speed in speeds
    ]
    compared = [*speeds, *by_sharing]
    return Question(
        proved=AllOf(tuple(below(speed, SLOWER) for speed in compared)),
        refuted=AnyOf(tuple(above(speed, SLOWER) for speed in compared)),
        effect=speeds[0],
        guards=(*had_cores, *map(margins.quiet_to_refute, shared)),
        also=(not_shared,),
    )


def expected_of_sharing(setting: Setting) -> Outcome | None:
    """On two cores sharing takes what the second one gives, give or take 2 %: either is news."""
    one_core_to_gain = setting.cores == 2 and not setting.target.gil_enabled
    return None if one_core_to_gain else Outcome.PROVED


def switch_question(setting: Setting) -> Question | NotApplicable:
    with_gil = switched_on(setting)
    if isinstance(with_gil, NotApplicable):
        return with_gil
    speed = _serial_speed(setting, with_gil, PURE_PYTHON, "GIL off over GIL on")
    compiled = [
        _serial_speed(setting, with_gil, workload, "GIL off over GIL on") for workload in COMPILED
    ]
    return Question(
        proved=below(speed, SLOWER),
        refuted=above(speed, SLOWER),
        effect=speed,
        also=tuple(compiled),
    )


def build_question(setting: Setting) -> Question | NotApplicable:
    if setting.target.gil_enabled:
        return HAS_GIL
    default = setting.default_build
    if default is None:
        version = setting.target.description.version
        return _to_be_added(f"the default build of Python {version}", "add its --python")
    speeds = [_serial_speed(setting, default, workload, BUILDS) for workload in KINDS]
    only_writes = [_serial_speed(setting, default, workload, BUILDS) for workload in ONLY_WRITES]
    average = geometric_mean(speeds, f"speed of four kinds of serial Python, {BUILDS}")
    return Question(
        proved=below(average, SLOWER),
        refuted=above(average, SLOWER),
        effect=average,
        also=(*speeds, *only_writes),
    )


def _serial_speed(setting: Setting, other: Target, workload: str, over_what: str) -> Quantity:
    comparison = same_case_across(setting.target, other, workload, "serial", 1)
    return speedup(comparison, f"speed of serial {workload}, {over_what}")


CLAIMS = (
    Claim(
        id="B15",
        statement=(
            "Threads that write to one shared object are slower without the GIL, by 2 % or more, "
            "because they share it"
        ),
        family="free-threading",
        source="PEP 703: per-object locks and biased reference counting",
        explanation=(
            "Without the GIL every object has its own lock. Threads that all write to the same "
            "object pass its lock and its reference count from core to core, and a core waits for "
            "each. With the GIL one thread at a time does its writes undisturbed. Asked of an "
            "attribute, a place of a list and a key of a dict, with little work besides the "
            "writes: where other work lies between them, threads gain on that. One executable is "
            "compared with itself, without and with the GIL, so it is not what the build costs "
            "(B24); and more must be lost than by threads that write to an object each, so it is "
            "not what a single thread pays."
        ),
        measured=(
            "One thread per core, from 2 to 16, writes to one shared attribute, list place or dict "
            "key, and to an object each, in one executable with gil=0 and with gil=1."
        ),
        rule=(
            f"PROVED if the speed with gil=0 over that with gil=1 is certainly below {SLOWER} for "
            f"each kind of shared object, and certainly below {SLOWER} of the same ratio for an "
            f"object each; REFUTED if any of these is certainly above {SLOWER}; asked only where "
            f"spinning processes reach more than {margins.CEILING_TO_SCALE} times, and refuted "
            f"only while other programs use less than {margins.FOREIGN_CORES} cores."
        ),
        meaning=(
            "PROVED means that threads without the GIL should write to an object each and join "
            "the results at the end; REFUTED means that sharing costs nothing extra here."
        ),
        surprise=(
            "Taking a lock away is expected to make threads faster or, at worst, to leave them as "
            "they are. But a lock that lets one thread run at a time also keeps threads from "
            "contending for the same memory, and that protection goes with it."
        ),
        expected=expected_of_sharing,
        question=shared_question,
    ),
    Claim(
        id="B16",
        statement=(
            "Switching the GIL off slows a single-threaded loop of arithmetic down by 2 % or more, "
            "in one executable"
        ),
        family="free-threading",
        source="Python documentation, free-threading HOWTO: PYTHON_GIL and -X gil",
        explanation=(
            "The same free-threaded build runs one loop of arithmetic with gil=0 and with gil=1. "
            "Both have biased reference counts and per-object locks, so only what the switch "
            "itself changes is left: little on most versions. What the other way of building "
            "costs is claim B24."
        ),
        measured=(
            "One loop of arithmetic runs serially in one executable with gil=0 and with gil=1, "
            "in adjacent pairs."
        ),
        rule=(
            "PROVED if the speed with the GIL off over that with it on is certainly below "
            f"{SLOWER}; REFUTED if it is certainly above."
        ),
        meaning=(
            "PROVED means that a program of one thread is better off with PYTHON_GIL=1 in such "
            "a build; REFUTED means that the switch costs less, whatever the build costs."
        ),
        surprise=(
            "A program of one thread never waits for the GIL, so one expects no difference "
            "without it, or that all of the cost of a free-threaded build is in the switch."
        ),
        expected=lambda setting: None,
        question=switch_question,
    ),
    Claim(
        id="B24",
        statement=(
            "Single-threaded pure Python (mean of four kinds) runs slower by 2 % or more in the "
            "free-threaded build than in the default one"
        ),
        family="free-threading",
        source="PEP 703 and PEP 779: single-threaded overhead of the free-threaded build",
        explanation=(
            "Reference counts that two threads may change and a lock in every object are paid for "
            "by a single thread too. Four kinds of pure Python count alike, by their geometric "
            "mean: arithmetic, calls of a function, objects with a method, words counted in a dict "
            "and a list. Loops of nothing but writes are shown: each write takes and releases the "
            "object's lock, two atomic instructions, which take longer than the write itself. The "
            "amount changes with each version."
        ),
        measured=(
            "Arithmetic, calls, objects and counting words run serially on the free-threaded "
            "build and on the default build of the same version, in adjacent pairs."
        ),
        rule=(
            "PROVED if the geometric mean of the four speeds, free-threaded over default, is "
            f"certainly below {SLOWER}; REFUTED if it is certainly above."
        ),
        meaning=(
            "PROVED means that the free-threaded build pays only where threads win back what "
            "each of them loses; REFUTED means that its price is gone for such work."
        ),
        surprise=(
            "One lock also made a lot of bookkeeping cheap, and what takes its place is at work "
            "in every program, with threads or not. A benchmark of one loop says little: a loop "
            "of arithmetic may be the faster one."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=build_question,
    ),
)
