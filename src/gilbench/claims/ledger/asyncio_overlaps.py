"""B5: asyncio overlaps waiting on one thread and does not speed up CPU-bound work."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.quantities import cores_used, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below, within
from gilbench.model import Outcome

ONE_CORE = "one usable core: computing could gain nothing there, whatever the loop does"


def question(setting: Setting) -> Question | NotApplicable:
    if setting.cores < 2:
        return NotApplicable(ONE_CORE)
    computing = setting.against_serial("fnv1a", "asyncio", setting.workers)
    waiting = setting.against_serial("sleep", "asyncio", 2 * setting.waiting_cores)
    computing_gain, waiting_gain = speedup(computing), speedup(waiting)
    return Question(
        proved=AllOf(
            (
                within(computing_gain, margins.WORST_NO_GAIN, margins.GAIN),
                below(cores_used(computing), margins.ONE_CORE_ONLY),
                # Only overlapped waiting exceeds the number of cores.
                above(waiting_gain, setting.waiting_cores),
            )
        ),
        refuted=AnyOf((above(computing_gain, margins.GAIN), below(waiting_gain, margins.GAIN))),
        effect=waiting_gain,
        guards=(margins.undisturbed(computing), margins.quiet_to_refute(waiting)),
        also=(cores_used(waiting),),
    )


CLAIMS = (
    Claim(
        id="B5",
        statement=(
            "asyncio does not speed up CPU-bound work, and overlaps waiting on a single thread"
        ),
        family="asyncio",
        source=(
            "Python documentation, asyncio, developing with it: an event loop runs in a thread and "
            "executes all tasks there"
        ),
        explanation=(
            "An event loop runs one piece of Python at a time on one thread, and turns to another "
            "where a coroutine awaits something. Waits overlap as they do with threads, without "
            "any. A computation awaits nothing, so the loop stands still until it is done; without "
            "a GIL too. Waits must overlap beyond the number of cores, "
            "or beyond 8 where there are more."
        ),
        measured=(
            "Coroutines of one event loop, which runs in the main thread, compute in pure Python, "
            "one per core (16 at most), and sleep for 5 ms at a time, two per core (16 at most), "
            "each compared with the same tasks run serially."
        ),
        rule=(
            f"PROVED if computing gains between {margins.WORST_NO_GAIN} and {margins.GAIN} times "
            f"and uses less than {margins.ONE_CORE_ONLY} cores, and sleeping gains more than the "
            "number of cores (8 where there are more), each certainly; REFUTED if computing "
            f"certainly gains more than {margins.GAIN} times, or sleeping less than "
            f"{margins.GAIN}; asked only where the serial code has more than "
            f"{margins.UNDISTURBED} of a core, and refuted only while other programs use less "
            f"than {margins.FOREIGN_CORES} cores."
        ),
        meaning=(
            "PROVED means that asyncio is for waiting, and that computing belongs in a "
            "process; REFUTED means that something in your event loop blocks or runs elsewhere."
        ),
        surprise=(
            "'Asynchronous' sounds like 'in parallel', and asyncio is often recommended as a way "
            "around the GIL. But async def moves no work to another thread: while one coroutine "
            "computes, all others of its loop stand still."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=question,
    ),
)
