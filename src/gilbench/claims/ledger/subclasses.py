"""A2 and A13: a subclass that overrides ``run()`` costs what a target function costs."""

from __future__ import annotations

from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import speedup
from gilbench.claims.rules import AnyOf, above, below, within
from gilbench.model import Outcome

# The two spellings differ by one attribute look-up per worker, microseconds in rounds of tens of
# milliseconds. The smallest real difference seen between two ways of starting workers is a tenth of
# such a round (a process against a thread). On the noisiest host met so far, where launches vary by
# 5 %, 24 launches decide it.
SAME_COST = 1.10


def process_question(setting: Setting) -> Question:
    return _same_cost(setting, "process")


def thread_question(setting: Setting) -> Question:
    return _same_cost(setting, "thread")


def _same_cost(setting: Setting, strategy: str) -> Question:
    workers = max(2, setting.workers)
    ratio = speedup(
        setting.against("fnv1a", f"{strategy}-subclass", strategy, workers),
        f"speed of a {strategy} subclass over a target function, {workers} workers",
    )
    return Question(
        proved=within(ratio, 1 / SAME_COST, SAME_COST),
        refuted=AnyOf((below(ratio, 1 / SAME_COST), above(ratio, SAME_COST))),
        effect=ratio,
    )


CLAIMS = (
    Claim(
        id="A2",
        statement=(
            "A Process subclass that overrides run() does the same work as a target function at "
            "the same cost, within 10 %"
        ),
        family="process",
        source="Python documentation, multiprocessing.Process: run() invokes the target by default",
        explanation=(
            "Process.start() calls run() in the child, and the run() of the base class only calls "
            "the target. Overriding it replaces one call by another. Which of the two to write is "
            "a matter of style."
        ),
        measured=(
            "The same tasks run in as many processes as there are cores, from 2 to 16, once by "
            "a subclass with run() and once by a target function, in adjacent pairs, and a round "
            "lasts from the first start() to the last join()."
        ),
        rule=(
            "PROVED if the speed of one over the other certainly lies between "
            f"{1 / SAME_COST:.2f} and {SAME_COST}; REFUTED if it certainly lies outside."
        ),
        meaning=(
            "PROVED means that you may choose the spelling by taste; REFUTED means that the way "
            "a process is spelled costs you more than a tenth of a short round."
        ),
        surprise=(
            "A subclass and a target function are taught as two techniques, as if one were heavier "
            "or more proper than the other. They differ in who defines run(), and start() ends up "
            "calling it either way."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=process_question,
        figure="phases",
    ),
    Claim(
        id="A13",
        statement=(
            "A Thread subclass that overrides run() does the same work as a target function at "
            "the same cost, within 10 %"
        ),
        family="thread",
        source="Python documentation, threading.Thread: run() invokes the target by default",
        explanation=(
            "Thread.start() calls run() in the new thread, and the run() of the base class only "
            "calls the target. Overriding it replaces one call by another. Which of the two to "
            "write is a matter of style."
        ),
        measured=(
            "The same tasks run in as many threads as there are cores, from 2 to 16, once by a "
            "subclass with run() and once by a target function, in adjacent pairs, and a round "
            "lasts from the first start() to the last join()."
        ),
        rule=(
            "PROVED if the speed of one over the other certainly lies between "
            f"{1 / SAME_COST:.2f} and {SAME_COST}; REFUTED if it certainly lies outside."
        ),
        meaning=(
            "PROVED means that you may choose the spelling by taste; REFUTED means that the way "
            "a thread is spelled costs you more than a tenth of a short round."
        ),
        surprise=(
            "It is often asked which of the two is better, as though the choice had a price, and a "
            "class looks heavier than a plain function. Both start the same kind of thread."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=thread_question,
        figure="phases",
    ),
)
