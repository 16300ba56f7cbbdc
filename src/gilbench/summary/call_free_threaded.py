"""What a free-threaded interpreter does to a call: its serial speed, and its best threads."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gilbench.analysis.location import Location, locate
from gilbench.model import Estimate, Target
from gilbench.model.base import Frozen
from gilbench.plan.call_plan import id_without_site
from gilbench.summary.call_facts import Observed
from gilbench.summary.call_gain import CONFIDENCE, parallel_call_s, serial_call_s

NO_TIME = "there was no time; a longer --budget has it"
THREADS = ("thread", "thread-pool", "asyncio")  # the first that was measured on both sides counts


class FreeThreaded(Frozen, frozen=True):
    """A call on a free-threaded interpreter against the one that was asked for.

    Attributes:
        target: The free-threaded target's id.
        serial: How many times as fast one call after another is there.
        threads: How many times as fast its threads are as one call after another is here.
        workers: How many threads these are.
        problem: Why that is not known, in a line; "" where it is.
    """

    target: str
    serial: Estimate | None
    threads: Estimate | None
    workers: int
    problem: str

    @property
    def sentence(self) -> str:
        """What it does to the call, in words."""
        without = f"without the GIL ({id_without_site(self.target)})"
        if self.serial is None or self.threads is None:
            return f"{without}: {self.problem}"
        return (
            f"{without}: one call after another runs {self.serial} as fast "
            f"as here, and {self.workers} threads run {self.threads} as fast as one call after "
            "another here"
        )


def against_free_threaded(here: Observed, target: Target, there: Observed) -> FreeThreaded:
    """Compare the launches of two targets, which were interleaved."""
    trial = there.trial
    if not trial:
        return FreeThreaded(target.id, None, None, 0, NO_TIME)
    if "problem" in trial:
        return FreeThreaded(target.id, None, None, 0, trial["problem"])
    if trial["gil_after"]:
        culprits = ", ".join(trial["gil_culprits"]) or "an extension"
        problem = f"{culprits} switches the GIL on; try --python {target.executable},gil=0"
        return FreeThreaded(target.id, None, None, 0, problem)
    for strategy in THREADS:
        workers = _most_workers(strategy, here.ways, there.ways)
        before = [seen for seen in here.ways.get((strategy, workers), []) if "pairs" in seen]
        after = [seen for seen in there.ways.get((strategy, workers), []) if "pairs" in seen]
        serial = _ratio(before, after, serial_call_s)
        threads = _ratio(before, after, parallel_call_s)
        if serial is not None and threads is not None:
            return FreeThreaded(target.id, serial, threads, workers, "")
    return FreeThreaded(target.id, None, None, 0, NO_TIME)


def _most_workers(strategy: str, *sides: Mapping[tuple[str, int], Any]) -> int:
    """The highest number of workers that a strategy was measured with twice on both sides."""
    common = [
        workers
        for name, workers in sides[0]
        if name == strategy and all(len(side.get((name, workers), [])) > 1 for side in sides)
    ]
    return max(common, default=0)


def _ratio(
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    seconds_after: Callable[[Mapping[str, Any]], float],
) -> Estimate | None:
    """Serial time of a call here over its time there, over launches."""
    here = _located(before, serial_call_s)
    there = _located(after, seconds_after)
    if here is None or there is None:
        return None
    difference = here - there
    lo, hi = difference.interval(CONFIDENCE)
    center = math.exp(difference.center)
    return Estimate(center, math.exp(lo), math.exp(hi), "×", difference.n, CONFIDENCE)


def _located(
    seen: Sequence[Mapping[str, Any]], seconds: Callable[[Mapping[str, Any]], float]
) -> Location | None:
    return locate([math.log(seconds(each)) for each in seen])
