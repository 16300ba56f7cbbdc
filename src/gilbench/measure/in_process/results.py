"""Results of measurements whose comparisons know three answers: yes, no, and not decided."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from typing import NoReturn

from gilbench.measure.in_process.intervals import Interval
from gilbench.measure.in_process.samples import Sequential

RELEASED_BELOW = 0.5  # of its time: beyond that, another thread cannot run for the most part


class Result:
    """A measured value that is compared by its interval.

    ``result > bound`` is true where the whole interval lies above the bound, and false where the
    whole interval lies below it. Otherwise more is measured; if time is over before that decides,
    the test is skipped or fails, as set. The same holds for ``<``.

    Args:
        what: What was measured, in words.
        measured: The blocks.
        measure_more: Measures up to the next analysis.
        give_up: Ends the test as undecided, with a reason.
        shown: How a value is written.
        advice: How to look closer.
    """

    def __init__(
        self,
        what: str,
        measured: Sequential,
        measure_more: Callable[[], None],
        give_up: Callable[[str], NoReturn],
        shown: Callable[[float], str],
        advice: str,
    ) -> None:
        self.what = what
        self.advice = advice
        self._measured = measured
        self._measure_more = measure_more
        self._give_up = give_up
        self._shown = shown

    @property
    def interval(self) -> Interval:
        """The estimate and the ends of its interval, as measured so far."""
        return self._measured.sample.interval()

    @property
    def blocks(self) -> int:
        """The number of blocks measured so far."""
        return self._measured.blocks

    def __gt__(self, bound: float) -> bool:
        __tracebackhide__ = True
        return self._is_above(bound, ">")

    def __lt__(self, bound: float) -> bool:
        __tracebackhide__ = True
        return not self._is_above(bound, "<")

    __ge__, __le__ = __gt__, __lt__

    def __eq__(self, other: object) -> bool:
        raise TypeError(f"compare the {self.what} by < or >: it is known by its interval only")

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise TypeError(f"compare the {self.what} with a bound, such as result > 1.5")

    def __float__(self) -> float:
        return self.interval.center

    def _is_above(self, bound: float, sign: str) -> bool:
        __tracebackhide__ = True
        if not isinstance(bound, numbers.Real) or math.isnan(bound):
            raise TypeError(f"compare the {self.what} with a number, such as result > 1.5")
        while (above := self.interval.above(bound)) is None:
            if self._measured.finished:
                asked = f"{sign} {self._shown(bound)}"
                self._give_up(f"{self} (needs {asked})")
            self._measure_more()
        return above

    def __repr__(self) -> str:
        estimate = self.interval
        center, lo, hi = (
            self._in_words(value) for value in (estimate.center, estimate.lo, estimate.hi)
        )
        return f"{self.what}: {center} [{lo}, {hi}], {self._measured.sample.controls()}"

    def _in_words(self, value: float) -> str:
        return self._shown(value) if math.isfinite(value) else "unknown"

    def explanation(self) -> list[str]:
        """What a failure says below the comparison, in lines."""
        return [
            f"the interval is that of {self.blocks} blocks, at 99.9 % over all analyses",
            f"to look closer: {self.advice}",
        ]


class Released(Result):
    """Whether a function releases the GIL: true, false, or not decided.

    It is true where the function certainly holds the GIL for less than half of its time.
    """

    def __repr__(self) -> str:
        return f"{super().__repr__()}; to look closer: {self.advice}"  # there is no comparison

    def __bool__(self) -> bool:
        __tracebackhide__ = True
        return not self._is_above(RELEASED_BELOW, "<")
