"""Measures one planned item a round at a time, in fresh launches; subclasses say what a round is.

The caller's rule is asked at every interim analysis whether to stop.
"""

from __future__ import annotations

from collections.abc import Callable

from gilbench.measure.launches import Launch
from gilbench.measure.sentinel import HostSpeed
from gilbench.measure.session import Session
from gilbench.model import Failure, ItemEnd, LaunchStart, PlannedItem, Stop

ROUND_TIMEOUT_S = 60.0

StoppingRule = Callable[[PlannedItem], Stop | None]


class Enough(Exception):
    """Raised in place of a further round, when no more are needed."""


class Measurement:
    """The launches and rounds of one planned item.

    ``next_round`` prepares a round, with a fresh launch and its warm-up where one is due, and
    ``measure`` performs it. ``elapsed_s``, the clock that pytest-benchmark reads, counts
    target-measured time only: of a comparison's round the time of a unit of work, of a probe's
    round the whole.
    """

    def __init__(self, session: Session, planned: PlannedItem, stopping: StoppingRule) -> None:
        self.session = session
        self.planned = planned
        self.stopping = stopping
        self.item_id = planned.item.id
        self.elapsed_s = 0.0
        self.launches = session.kept.get(self.item_id, 0)  # that have ended
        self._open: dict[str, Launch] = {}  # the launches of now, by target
        self._rounds_done = 0  # in the launches of now
        self._because = Stop.EFFORT
        self._speed_before: HostSpeed | None = None  # where a sentinel watches the host

    @property
    def rounds_a_launch(self) -> int:
        """How many rounds a launch has at most."""
        return self.planned.effort.longest_launch

    @property
    def most_rounds(self) -> int:
        """How many rounds the item has at most."""
        return self.planned.effort.most_launches * self.rounds_a_launch

    @property
    def rounds_left(self) -> int:
        """How many rounds are left at most: all of them, unless the run is a resumed one."""
        return self.most_rounds - self.launches * self.rounds_a_launch

    def next_round(self) -> None:
        """Prepare the round that ``measure`` performs.

        Raises:
            Enough: Every launch is done, or the rule stops the item at an interim analysis.
            MeasurementError: The launch that was due could not be prepared.
        """
        if self._open and not self._launch_is_over():
            return
        self._end_launch()
        if self.launches == self.planned.effort.most_launches:
            raise Enough  # launches that ended early leave rounds that nobody needs
        if self.launches in self.planned.effort.looks[:-1]:
            because = self.stopping(self.planned)
            if because:
                self._because = because
                raise Enough
        self._begin_launch()

    def measure(self) -> None:
        """Perform the round that was prepared; MeasurementError if it failed."""
        self._perform(self._rounds_done, warmup=False)
        self._rounds_done += 1

    def finish(self) -> None:
        """End the last launch and journal the end of the item."""
        self._end_launch()
        self.session.emit(ItemEnd(self.item_id, self.launches, self._because))

    def fail(self, message: str) -> None:
        """Journal that the item could not be measured, or not to its end."""
        self.session.emit(Failure(self.item_id, self.launches, message))

    def close(self) -> None:
        """End the processes that are open."""
        for launch in self._open.values():
            launch.close()
        self._open = {}

    def _begin_launch(self) -> None:
        """Open a fresh process of each target that the item needs, at the same time."""
        if self.session.sentinel is not None:
            self._speed_before = self.session.sentinel.sample()
        began_s = self.session.clock_s()
        self._rounds_done = 0
        for name in self._alternating(self.planned.targets):
            target = self.session.targets[name]
            bundle = self.session.target_bundle
            self._open[name] = Launch(target.executable, bundle, target.settings)
        for launch in self._open.values():
            launch.set_up(ROUND_TIMEOUT_S)
        self._place()
        startup_ns = int((self.session.clock_s() - began_s) * 1e9)
        pid = self._open[self.planned.targets[0]].pid
        start = LaunchStart(self.item_id, self.launches, pid, round(began_s, 6), startup_ns)
        self.session.emit(start)
        self._load()
        self._perform(-1, warmup=True)

    def _alternating(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names in this order in one launch and reversed in the next.

        What comes first may be faster by several per cent for as long as its process lives
        (docs/decisions/0012), and neither side may have all of that advantage.
        """
        return names[::-1] if self.launches % 2 else names

    def _end_launch(self) -> None:
        if not self._open:
            return
        self.close()
        if self.session.sentinel is not None and self._speed_before is not None:
            drift = self.session.sentinel.drift(self.item_id, self.launches, self._speed_before)
            self.session.emit(drift)
        self.launches += 1

    def _launch_is_over(self) -> bool:
        return self._rounds_done == self.rounds_a_launch

    def _place(self) -> None:
        """Pin the launches to cores where the kind of item needs it."""

    def _load(self) -> None:
        """Have the launches import what they need, unless the warm-up does it."""

    def _perform(self, index: int, *, warmup: bool) -> None:
        """Perform the round with this index in its launch and journal it."""
        raise NotImplementedError
