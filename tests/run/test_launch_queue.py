"""Launches in the scheduler's order, with one pytest item at a time asking for its own; processes are fakes."""

from dataclasses import dataclass

import pytest
from tests import synthetic
from tests.fakes import Script

from gilbench.measure.launches import Died, MeasurementError
from gilbench.measure.session import Session
from gilbench.model import (
    Effort,
    Failure,
    ItemEnd,
    LaunchLost,
    LaunchStart,
    PlannedItem,
    Round,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.run.launch_queue import LaunchQueue
from gilbench.run.recorder import Recorder

TARGET = synthetic.make_target(sizes={"fnv1a": 4096})
PAIRS = 2
FIRST = PlannedItem(compare(TARGET, "fnv1a", "thread", 2), Effort((2,), PAIRS))
SECOND = PlannedItem(compare(TARGET, "sleep", "thread", 2), Effort((3,), PAIRS))
ROUNDS_A_LAUNCH = PAIRS


@dataclass
class InTurn:
    """Gives the items launches by turns, or one after the other ``in_order``, up to their last.

    ``unneeded`` items end when their turn has come, before their first launch; after ``at_most`` launches in all
    there are none.
    """

    recorder: Recorder
    unneeded: frozenset[str] = frozenset()
    in_order: bool = False
    at_most: int = 99

    def launches(self, planned):
        return len(self.recorder.launches.get(planned.item.id, ()))

    def _unended(self):
        return [
            planned
            for planned in self.recorder.run.plan
            if planned.item.id not in self.recorder.ended
        ]

    def over(self):
        """One item at a time, as in a check: whether the next is needed is asked when its turn has come."""
        for planned in self._unended():
            if self.launches(planned) == planned.effort.most_launches:
                return ((planned, Stop.EFFORT),)
        due = self._due()
        if due is not None and due.item.label in self.unneeded:
            return ((due, Stop.SETTLED),)
        return ()

    def next(self):
        return self._due() if len(order_of(self.recorder)) < self.at_most else None

    def _due(self):
        unended = self._unended()
        return (
            next(iter(unended), None)
            if self.in_order
            else min(unended, key=self.launches, default=None)
        )


@pytest.fixture
def queue_of(monkeypatch):
    """Make a queue of the two items."""
    opened = []

    def make(script=None, kept=None, **policy):
        script = script or Script()
        session = Session(seed=3, kept=kept or {})
        opened.append(session)
        session.targets[TARGET.id] = TARGET
        monkeypatch.setattr(
            session,
            "open_launch",
            lambda target, *_: script.launch(target.executable, session.target_bundle),
        )
        recorder = Recorder(
            synthetic.make_run((FIRST, SECOND), targets=(TARGET,)), (), None, session.clock_s
        )
        session.listeners.append(recorder.add)
        return LaunchQueue(session, recorder, InTurn(recorder, **policy)), recorder

    yield make
    for session in opened:
        session.close()


def order_of(recorder):
    """The item and number of each launch, in order."""
    return [
        (record.item, record.launch)
        for record in recorder.records
        if isinstance(record, LaunchStart)
    ]


def ends_of(recorder):
    return {
        record.item: (record.launches, record.because)
        for record in recorder.records
        if isinstance(record, ItemEnd)
    }


def test_launches_of_other_items_come_between(queue_of):
    """An item that asks is measured to its end; what the scheduler puts between is kept for the item that it is of."""
    queue, recorder = queue_of()
    measured = queue.measure(FIRST)
    first, second = FIRST.item.id, SECOND.item.id
    assert order_of(recorder) == [(first, 0), (second, 0), (first, 1)]
    assert len(measured.rounds_s) == 2 * ROUNDS_A_LAUNCH and measured.ended == Stop.EFFORT
    measured = queue.measure(SECOND)
    assert order_of(recorder)[3:] == [(second, 1), (second, 2)]
    assert len(measured.rounds_s) == 3 * ROUNDS_A_LAUNCH
    assert ends_of(recorder) == {first: (2, Stop.EFFORT), second: (3, Stop.EFFORT)}


def test_an_item_that_is_over_is_not_measured_again(queue_of):
    """Its rounds were kept when they were measured between those of another."""
    queue, recorder = queue_of()
    queue.measure(SECOND)
    launches = len(order_of(recorder))
    assert len(queue.measure(FIRST).rounds_s) == 2 * ROUNDS_A_LAUNCH
    assert len(order_of(recorder)) == launches


def test_every_record_of_a_launch_stands_together(queue_of):
    """Whoever reads the journal finds between two starts the records of one item only."""
    queue, recorder = queue_of()
    queue.measure(SECOND)
    current = None
    for record in recorder.records:
        if isinstance(record, LaunchStart):
            current = record.item
        if isinstance(record, Round):
            assert record.item == current


@pytest.mark.parametrize("asking", [FIRST, SECOND])
def test_what_is_not_needed_has_no_launch(asking, queue_of):
    """Neither where it asks nor when its turn comes because another has ended."""
    queue, recorder = queue_of(unneeded=frozenset({SECOND.item.label}), in_order=True)
    queue.measure(asking)
    queue.measure(SECOND)
    assert SECOND.item.id not in recorder.launches
    assert ends_of(recorder)[SECOND.item.id] == (0, Stop.SETTLED)


def test_a_failure_ends_an_item_and_leaves_the_others(queue_of):
    """It is journalled once, with its message, whichever item was being asked for."""

    def fails(number, op, given):
        if op == "round" and number >= 6:
            raise MeasurementError("it broke")
        return given

    queue, recorder = queue_of(Script(answer=fails))
    assert queue.measure(FIRST).failure == "it broke" or queue.measure(SECOND).failure == "it broke"
    for planned in (FIRST, SECOND):
        queue.measure(planned)
    failures = [record for record in recorder.records if isinstance(record, Failure)]
    assert {failure.message for failure in failures} == {"it broke"}
    assert len(failures) == len({failure.item for failure in failures})
    assert not {failure.item for failure in failures} & set(ends_of(recorder))


def test_what_the_scheduler_leaves_ends_for_want_of_time(queue_of):
    """Every item gets its end, once, so that the run is complete."""
    queue, recorder = queue_of(in_order=True, at_most=3)
    assert queue.measure(SECOND).ended == Stop.TIME
    for planned in (FIRST, SECOND):
        queue.measure(planned)
    assert ends_of(recorder) == {FIRST.item.id: (2, Stop.EFFORT), SECOND.item.id: (1, Stop.TIME)}
    assert sum(isinstance(record, ItemEnd) for record in recorder.records) == 2


def test_launches_of_an_interrupted_run_are_counted_on(queue_of):
    """Numbers go on where they stopped, and so does the count in the record of the end."""
    queue, recorder = queue_of(kept={FIRST.item.id: 1})
    for number in range(1):
        recorder.add(LaunchStart(FIRST.item.id, number, 1, 0.0, 1))
    queue.measure(FIRST)
    assert [launch for item, launch in order_of(recorder) if item == FIRST.item.id] == [0, 1]
    assert ends_of(recorder)[FIRST.item.id] == (2, Stop.EFFORT)


def test_how_long_launches_take_is_recorded(queue_of):
    """Each item's own, for the scheduler to plan with."""
    queue, recorder = queue_of()
    assert recorder.mean_launch_s(FIRST.item.id) is None
    queue.measure(FIRST)
    assert recorder.mean_launch_s(FIRST.item.id) >= 0


def dying(times, op="round"):
    """A script whose launches die in the middle, the first few times that they are asked for something."""
    left = [times]

    def answer(number, asked, given):
        if asked == op and number > 5 and left[0]:
            left[0] -= 1
            raise Died("the launch died (signal SIGKILL)")
        return given

    return Script(answer=answer)


def test_a_launch_that_dies_is_measured_again_under_its_number(queue_of):
    """What was recorded of it is dropped, its death is recorded, and the item is measured to its end."""
    queue, recorder = queue_of(dying(1), in_order=True)
    measured = queue.measure(FIRST)
    assert measured.failure is None and len(measured.rounds_s) == 2 * ROUNDS_A_LAUNCH
    assert order_of(recorder) == [(FIRST.item.id, 0), (FIRST.item.id, 1)]
    lost = [record for record in recorder.records if isinstance(record, LaunchLost)]
    assert [(record.launch, record.message) for record in lost] == [
        (0, "the launch died (signal SIGKILL)")
    ]
    rounds = [record for record in recorder.records if isinstance(record, Round)]
    halves = [(record.launch, record.pair, record.role) for record in rounds]
    assert len(halves) == len(set(halves)) == 2 * 2 * (PAIRS + 1)


def test_a_launch_that_dies_again_fails_its_item_and_the_run_continues(queue_of):
    """One replacement an item; the next item is measured."""
    queue, recorder = queue_of(dying(2), in_order=True)
    assert queue.measure(FIRST).failure == "the launch died (signal SIGKILL)"
    assert queue.measure(SECOND).failure is None
    assert sum(isinstance(record, Failure) for record in recorder.records) == 1


def test_a_launch_that_fails_otherwise_is_not_replaced(queue_of):
    """A wrong result, or no answer in time, would be the same again."""

    def answer(number, op, given):
        if op == "round":
            raise MeasurementError("no answer within 60 s; the launch was ended")
        return given

    queue, recorder = queue_of(Script(answer=answer), in_order=True)
    assert queue.measure(FIRST).failure.startswith("no answer")
    assert not any(isinstance(record, LaunchLost) for record in recorder.records)
