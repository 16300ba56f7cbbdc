"""Measures one planned item a launch at a time, in fresh processes.

Subclasses say what a round is.
"""

from __future__ import annotations

from gilbench.measure.launches import Launch
from gilbench.measure.sentinel import HostSpeed
from gilbench.measure.session import Session
from gilbench.model import Failure, ItemEnd, LaunchStart, PlannedItem, Stop

ROUND_TIMEOUT_S = 60.0


class Measurement:
    """The launches of one planned item.

    They may follow each other at any time, with others between.

    Attributes:
        launches: How many launches have ended, those of an interrupted run included.
    """

    def __init__(self, session: Session, planned: PlannedItem) -> None:
        self.session = session
        self.planned = planned
        self.item_id = planned.item.id
        self.launches = session.kept.get(self.item_id, 0)
        self._open: dict[str, Launch] = {}  # the launches of now, by target
        self._rounds_done = 0  # in the launches of now
        self._speed_before: HostSpeed | None = None  # where a sentinel watches the host

    @property
    def rounds_a_launch(self) -> int:
        """How many rounds a launch has at most."""
        return self.planned.effort.longest_launch

    def run_launch(self) -> list[float]:
        """Measure one launch, from the start of its processes to their end.

        Returns:
            The seconds of each round: of a comparison the time of a unit of work, of a probe the
            whole. This is what pytest-benchmark is given.

        Raises:
            MeasurementError: The launch could not be started, or a round of it failed.
        """
        rounds_s = []
        try:
            self._begin_launch()
            while not self._launch_is_over():
                rounds_s.append(self._perform(self._rounds_done, warmup=False))
                self._rounds_done += 1
            self._after_rounds()
        finally:
            self._close()
        self._end_launch()
        return rounds_s

    def finish(self, because: Stop) -> None:
        """Journal the end of the item."""
        self.session.emit(ItemEnd(self.item_id, self.launches, because))

    def fail(self, message: str) -> None:
        """Journal that the item could not be measured, or not to its end."""
        self.session.emit(Failure(self.item_id, self.launches, message))

    def _close(self) -> None:
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
            self._open[name] = self.session.open_launch(target, self.item_id, self.launches)
        for launch in self._open.values():
            launch.set_up(ROUND_TIMEOUT_S)
        self._place()
        startup_ns = int((self.session.clock_s() - began_s) * 1e9)
        pid = self._open[self.planned.targets[0]].pid
        start = LaunchStart(self.item_id, self.launches, pid, round(began_s, 6), startup_ns)
        self.session.emit(start)
        self._load()
        self._warm_up()

    def _alternating(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names in this order in one launch and reversed in the next.

        What comes first may be faster by several per cent for as long as its process lives
        (docs/decisions/0012), and neither side may have all of that advantage.
        """
        return names[::-1] if self.launches % 2 else names

    def _end_launch(self) -> None:
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

    def _warm_up(self) -> None:
        """Perform a round that does not count."""
        self._perform(-1, warmup=True)

    def _after_rounds(self) -> None:
        """Measure what follows the last round of a launch."""

    def _perform(self, index: int, *, warmup: bool) -> float:
        """Perform the round with this index in its launch and journal it; returns its seconds."""
        raise NotImplementedError
