"""Measures rows within a number of minutes: each gets its share, and what one leaves goes to the others.

A row yields turns; a turn that would not fit any more is not begun. What fails is written down and does not stop the
other rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace
from tools.selfbench.bench import Bench
from tools.selfbench.journal import Journal
from tools.selfbench.model import Failure, Row

FAILURES = 2  # in a row, after which a row is given up in this session


def say(text: str) -> None:
    """Print a line of progress."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Runner:
    """Measures rows.

    Args:
        rows: The shortest are measured first, so that every row gets its first turns.
        journal: Gets the trials.
        bench: What rows measure with.
        session: The id of the session.
        minutes: For all of it.
        clock_s: Tells the time.
        tell: Gets lines of progress.
    """

    rows: Sequence[Row]
    journal: Journal
    bench: Bench
    session: str
    minutes: float
    clock_s: Callable[[], float] = time.monotonic
    tell: Callable[[str], None] = say

    def __post_init__(self) -> None:
        self._began_s = self.clock_s()

    def left_s(self) -> float:
        """Seconds that are left."""
        return self._began_s + 60 * self.minutes - self.clock_s()

    def run(self) -> None:
        """Measure every row for its share of what is left, and once more what still wants trials."""
        for is_first in (True, False):
            wanting = [row for row in self.rows if not row.enough(self.journal.trials(row.name))]
            waiting = sorted(wanting, key=lambda row: row.minutes)
            for place, row in enumerate(waiting):
                shares = sum(later.minutes for later in waiting[place:])
                allowed_s = self.left_s() * row.minutes / shares
                if is_first or allowed_s > 20:
                    self._measure(row, allowed_s, at_least_once=is_first)

    def _measure(self, row: Row, allowed_s: float, *, at_least_once: bool) -> None:
        """Turns of a row until its time is over."""
        began_s, longest_s, done, failed = self.clock_s(), 0.0, 0, 0
        turns = row.turns(self.bench)
        while failed < FAILURES and not row.enough(self.journal.trials(row.name)):
            spent_s = self.clock_s() - began_s
            is_begun = at_least_once and done < row.parts and self.left_s() > longest_s
            if spent_s + longest_s > allowed_s and not is_begun:
                break
            turn_began_s = self.clock_s()
            try:
                trials = next(turns, None)
            except Exception as error:  # whatever it is, the other rows go on
                failed += 1
                reason = f"{type(error).__name__}: {error}"
                self.journal.add(
                    Failure(row=row.name, tool="", reason=reason, session=self.session)
                )
                self.tell(f"{row.name}: {reason}")
                turns = row.turns(self.bench)
                continue
            if trials is None:
                break
            self.journal.add(*[replace(trial, session=self.session) for trial in trials])
            for failure in trials:
                if isinstance(failure, Failure):
                    self.tell(f"{row.name}, {failure.tool}: {failure.reason}")
            done, failed = done + 1, 0
            longest_s = max(longest_s, self.clock_s() - turn_began_s)
            self._progress(row, done, longest_s)
        turns_closed = getattr(turns, "close", None)
        if turns_closed is not None:
            turns_closed()

    def _progress(self, row: Row, done: int, longest_s: float) -> None:
        spent_s = self.clock_s() - self._began_s
        left = max(0.0, self.left_s())
        self.tell(
            f"[{_minutes(spent_s)} of {_minutes(60 * self.minutes)}, {_minutes(left)} left] "
            f"{row.name}: turn {done} (longest {longest_s:.1f} s)"
        )


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
