"""B15 and B16: what a free-threaded build costs, against the same interpreter with the GIL, rounds taking turns."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below
from gilbench.model import Comparison, Outcome
from gilbench.plan.comparisons import same_case_across

# Anything a reader would call slower.
SLOWER = 0.98

# Workload → what its threads share: an attribute is written under the object's lock; so are items of a list or a dict.
SHARED = {"shared-attribute": "attribute", "shared-list": "place of a list", "shared-dict": "key of a dict"}
OWN = "own-attribute"

PURE_PYTHON, COMPILED = "fnv1a", ("sha256-small", "sha256-large")


def against_gil(setting: Setting, workload: str, strategy: str, workers: int) -> Comparison | NotApplicable:
    """A case on a target without the GIL, paired with the same case on its counterpart that has it. Beside several
    workers runs the ceiling control: what threads lose because the cores are not there is not the GIL's doing."""
    if setting.target.gil_enabled:
        return NotApplicable("this target has the GIL: the cost is asked of one without it")
    counterpart = setting.with_gil
    if counterpart is None:
        version = setting.target.description.version
        return NotApplicable(f"Python {version} with the GIL must be measured beside it: add its --python, or ,gil=1")
    return same_case_across(setting.target, counterpart, workload, strategy, workers, ceiling=workers > 1)


def ask_shared(setting: Setting) -> Question | NotApplicable:
    threads = max(2, setting.cores)
    pairs = [against_gil(setting, workload, "thread", threads) for workload in (*SHARED, OWN)]
    missing = next((one for one in pairs if isinstance(one, NotApplicable)), None)
    if missing:
        return missing
    *shared, own = [one for one in pairs if isinstance(one, Comparison)]
    speeds = [
        margins.when_cores_free(one).speed(f"speed of threads that write to one {kind}, without the GIL over with it")
        for one, kind in zip(shared, SHARED.values(), strict=True)
    ]
    alone = "speed of threads that write to an object of their own, without the GIL over with it"
    return Question(
        proved=AllOf(tuple(below(speed, SLOWER) for speed in speeds)),
        refuted=AnyOf(tuple(above(speed, SLOWER) for speed in speeds)),
        effect=speeds[0],
        guards=(*map(margins.cores_were_free, shared), *map(margins.quiet_to_refute, shared)),
        also=(margins.when_cores_free(own).speed(alone),),
    )


def ask_single(setting: Setting) -> Question | NotApplicable:
    serial = against_gil(setting, PURE_PYTHON, "serial", 1)
    if isinstance(serial, NotApplicable):
        return serial
    speed = speedup(serial, "speed of serial pure Python, without the GIL over with it")
    others = [against_gil(setting, workload, "serial", 1) for workload in COMPILED]
    return Question(
        proved=below(speed, SLOWER),
        refuted=above(speed, SLOWER),
        effect=speed,
        also=tuple(
            speedup(one, f"speed of serial {one.case.workload}, without the GIL over with it")
            for one in others
            if isinstance(one, Comparison)
        ),
    )


CLAIMS = (
    Claim(
        id="B15",
        statement="Threads that write to one shared object are slower without the GIL than with it",
        family="free-threading",
        source="PEP 703: per-object locks and biased reference counting",
        explanation=(
            "Without the GIL every object has a lock and a reference count of its own. Threads that all write to the "
            "same object pass both from core to core, and a core waits for each. With the GIL one thread at a time "
            "does its writes undisturbed. Asked of an attribute, a place of a list and a key of a dict, with little "
            "beside the writes: where other work lies between them, threads gain on that. What pays on several cores "
            "is threads that share little."
        ),
        surprise=(
            "Taking a lock away is expected to make threads faster or, at worst, to leave them as they are. But a lock "
            "that lets one thread run at a time also keeps threads from contending for the same memory, and that "
            "protection goes with it."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask_shared,
    ),
    Claim(
        id="B16",
        statement="Single-threaded pure Python runs slower without the GIL than with it",
        family="free-threading",
        source="PEP 703 and PEP 779: single-threaded overhead of the free-threaded build",
        explanation=(
            "Atomic reference counts and per-object locks are paid by a single thread too. Against the same binary "
            "with the GIL on, only what the missing lock itself costs is left; against the usual build of the same "
            "version, what the other way of building costs is counted as well. The amount changes with each version."
        ),
        surprise=(
            "A program of one thread never waits for the GIL, so one expects no difference without it, or a small "
            "gain. But one lock also made a lot of bookkeeping cheap, and what takes its place is at work in every "
            "program, with threads or not."
        ),
        expected=lambda setting: None,
        question=ask_single,
    ),
)
