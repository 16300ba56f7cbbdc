"""B5: asyncio overlaps waiting on one thread and does not speed up CPU work."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import cores_used, speedup
from gilbench.claims.rules import AllOf, AnyOf, above, below, within
from gilbench.model import Outcome


def ask(setting: Setting) -> Question:
    computing = setting.against_serial("fnv1a", "asyncio", max(2, setting.cores))
    waiting = setting.against_serial("sleep", "asyncio", 2 * setting.cores)
    bound = max(setting.cores, margins.GAIN)
    return Question(
        proved=AllOf(
            (
                within(speedup(computing), margins.WORST_NO_GAIN, margins.GAIN),
                below(cores_used(computing), margins.ONE_CORE_ONLY),
                above(speedup(waiting), bound),
            )
        ),
        refuted=AnyOf((above(speedup(computing), margins.GAIN), below(speedup(waiting), margins.GAIN))),
        effect=speedup(waiting),
        guards=(margins.undisturbed(computing), margins.quiet_to_refute(waiting)),
        also=(cores_used(waiting),),
    )


CLAIMS = (
    Claim(
        id="B5",
        statement="asyncio does not speed up CPU-bound work, and overlaps waiting on a single thread",
        family="asyncio",
        source="Python documentation, asyncio: concurrent code in one thread",
        explanation=(
            "An event loop runs one piece of Python at a time on one thread, and turns to another where a coroutine "
            "awaits something. Waits overlap as they do with threads, without any. A computation awaits nothing, so "
            "the loop stands still until it is done; without a GIL too."
        ),
        surprise=(
            "'Asynchronous' sounds like 'in parallel', and asyncio is often recommended as a way around the GIL. But "
            "async def moves no work to another thread: while one coroutine computes, all others of its loop stand "
            "still."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ask,
    ),
)
