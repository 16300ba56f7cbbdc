"""A2 and A13: a subclass that overrides ``run()`` costs what a target function costs."""

from __future__ import annotations

from collections.abc import Callable

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import speedup
from gilbench.claims.rules import AnyOf, above, below, within
from gilbench.model import Outcome

# The two spellings differ by one attribute look-up a worker, microseconds beside rounds of tens of milliseconds; no
# real difference between two ways of starting workers was seen below a tenth (a process against a thread, the least of
# them, is a tenth of such a round). On the noisiest host met so far (launches that vary by 5 %) 24 launches decide it.
SAME_COST = 1.10


def _question(strategy: str) -> Callable[[Setting], Question]:
    def ask(setting: Setting) -> Question:
        workers = max(2, setting.cores)
        ratio = speedup(
            setting.against("fnv1a", f"{strategy}-subclass", strategy, workers),
            f"speed of a {strategy} subclass over a target function, {workers} workers",
        )
        return Question(
            proved=within(ratio, 1 / SAME_COST, SAME_COST),
            refuted=AnyOf((below(ratio, 1 / SAME_COST), above(ratio, SAME_COST))),
            effect=ratio,
        )

    return ask


CLAIMS = (
    Claim(
        id="A2",
        statement="A Process subclass that overrides run() does the same work at the same cost as a target function",
        family="process",
        source="Python documentation, multiprocessing.Process: run() invokes the target by default",
        explanation=(
            "Process.start() calls run() in the child, and the run() that comes with the class does nothing but call "
            "the target. Overriding it swaps one call for another. Which of the two to write is a matter of style."
        ),
        surprise=(
            "A subclass and a target function are taught as two techniques, as if one were the heavier or the more "
            "proper way. They differ in who defines run(), and start() ends up calling it either way."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=_question("process"),
        figure="phases",
    ),
    Claim(
        id="A13",
        statement="A Thread subclass that overrides run() does the same work at the same cost as a target function",
        family="thread",
        source="Python documentation, threading.Thread: run() invokes the target by default",
        explanation=(
            "Thread.start() calls run() in the new thread, and the run() that comes with the class does nothing but "
            "call the target. Overriding it swaps one call for another. Which of the two to write is a matter of style."
        ),
        surprise=(
            "It is often asked which of the two is better, as though the choice had a price, and a class of one's own "
            "looks like a heavier thing than a plain function. Both start the same kind of thread."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=_question("thread"),
        figure="phases",
    ),
)
