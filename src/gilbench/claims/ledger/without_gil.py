"""B15 and B16: what a free-threaded build costs, compared with the same version with the GIL."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.model import Comparison, Outcome, Target
from gilbench.plan.comparisons import same_case_across

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


def counterpart_of(setting: Setting) -> Target | NotApplicable:
    """The same interpreter with the GIL, for a target without it."""
    if setting.target.gil_enabled:
        return NotApplicable("this target has the GIL: the cost is asked of one without it")
    if setting.with_gil is None:
        version = setting.target.description.version
        remedy = "add its --python, or ,gil=1"
        return NotApplicable(f"Python {version} with the GIL must be measured alongside: {remedy}")
    return setting.with_gil


def shared_question(setting: Setting) -> Question | NotApplicable:
    with_gil = counterpart_of(setting)
    if isinstance(with_gil, NotApplicable):
        return with_gil

    def threads(workload: str) -> Comparison:
        # With the ceiling control: what threads lose because there are no cores for them is not the
        # GIL's doing.
        workers = max(2, setting.workers)
        return same_case_across(setting.target, with_gil, workload, "thread", workers, ceiling=True)

    shared = [threads(workload) for workload in SHARED]
    speeds = [
        speedup(comparison, f"speed of threads that write to one {kind}, without the GIL over with it")
        for comparison, kind in zip(shared, SHARED.values(), strict=True)
    ]
    not_shared = speedup(
        threads(NOT_SHARED),
        "speed of threads that write to an object each, without the GIL over with it",
    )
    had_cores = [margins.had_cores(comparison, margins.CEILING_TO_SCALE) for comparison in shared]
    return Question(
        proved=AllOf(tuple(below(speed, SLOWER) for speed in speeds)),
        refuted=AnyOf(tuple(above(speed, SLOWER) for speed in speeds)),
        effect=speeds[0],
        guards=(*had_cores, *map(margins.quiet_to_refute, shared)),
        also=(not_shared,),
    )


def single_question(setting: Setting) -> Question | NotApplicable:
    with_gil = counterpart_of(setting)
    if isinstance(with_gil, NotApplicable):
        return with_gil

    def serial(workload: str) -> Comparison:
        return same_case_across(setting.target, with_gil, workload, "serial", 1)

    speed = speedup(serial(PURE_PYTHON), "speed of serial pure Python, without the GIL over with it")
    compiled_speeds = [
        speedup(serial(workload), f"speed of serial {workload}, without the GIL over with it") for workload in COMPILED
    ]
    return Question(
        proved=below(speed, SLOWER),
        refuted=above(speed, SLOWER),
        effect=speed,
        also=tuple(compiled_speeds),
    )


CLAIMS = (
    Claim(
        id="B15",
        statement="Threads that write to one shared object are slower without the GIL than with it",
        family="free-threading",
        source="PEP 703: per-object locks and biased reference counting",
        explanation=(
            "Without the GIL every object has its own lock and its own reference count. Threads "
            "that all write to the same object pass both from core to core, and a core waits for "
            "each. With the GIL one thread at a time does its writes undisturbed. Asked of an "
            "attribute, a place of a list and a key of a dict, with little work besides the "
            "writes: where other work lies between them, threads gain on that. What pays on "
            "several cores is threads that share little."
        ),
        surprise=(
            "Taking a lock away is expected to make threads faster or, at worst, to leave them as "
            "they are. But a lock that lets one thread run at a time also keeps threads from "
            "contending for the same memory, and that protection goes with it."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=shared_question,
    ),
    Claim(
        id="B16",
        statement="Single-threaded pure Python runs slower without the GIL than with it",
        family="free-threading",
        source="PEP 703 and PEP 779: single-threaded overhead of the free-threaded build",
        explanation=(
            "Atomic reference counts and per-object locks are paid by a single thread too. Against "
            "the same binary with the GIL on, only what the missing lock itself costs is left; "
            "against the usual build of the same version, what the other way of building costs is "
            "counted as well. The amount changes with each version."
        ),
        surprise=(
            "A program of one thread never waits for the GIL, so one expects no difference without "
            "it, or a small gain. But one lock also made a lot of bookkeeping cheap, and what "
            "takes its place is at work in every program, with threads or not."
        ),
        expected=lambda setting: None,
        question=single_question,
    ),
)
