"""Finding a task size with a clock that only the work moves forward: no time passes here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.target import sizing
from gilbench.target.registry import Workload

STEP = 64


class Bench:
    """A clock, and a workload whose tasks take ``ns_a_unit`` × size, disturbed in all trials but each fifth, and
    twice as long at first."""

    def __init__(self, ns_a_unit: float, disturbance_ns: int = 0, slow_until_ns: int = 0) -> None:
        self.now_ns, self.ns_a_unit, self.disturbance_ns = 0, ns_a_unit, disturbance_ns
        self.slow_until_ns = slow_until_ns
        self.sizes: list[int] = []
        self.prepared: list[int] = []

    def perf_counter_ns(self) -> int:
        return self.now_ns

    def task(self, index: int, params: dict[str, int]) -> int:
        self.sizes.append(params["size"])
        slower = 2 if self.now_ns < self.slow_until_ns else 1
        self.now_ns += slower * int(params["size"] * self.ns_a_unit)
        self.now_ns += self.disturbance_ns if len(self.sizes) % sizing.TRIALS else 0
        return index

    def prepare(self, params: dict[str, int]) -> None:
        self.prepared.append(params["size"])
        self.now_ns += 1_000_000_000

    def workload(self, *, prepared: bool = False) -> Workload:
        prepare = self.prepare if prepared else None
        return Workload(
            "fake",
            "cpu",
            "a fake",
            self.task,
            {"other": 1},
            prepare,
            size_unit="bytes",
            size_step=STEP,
        )


@pytest.fixture
def size_of(monkeypatch):
    """Size the tasks of a bench's workload by the bench's clock."""

    def run(bench, aim_ns, **kind):
        monkeypatch.setattr(sizing.registry, "load", lambda _, name: bench.workload(**kind))
        monkeypatch.setattr(sizing, "time", bench)
        return sizing.size_tasks("fake", aim_ns)["size"]

    return run


def test_a_task_lasts_as_long_as_was_aimed_for(size_of, subtests):
    """On a machine of any speed, size × cost is the aim, to within a step."""
    aim_ns = 3_000_000
    for ns_a_unit in (0.05, 1, 37, 5000):
        with subtests.test(ns_a_unit=ns_a_unit):
            size = size_of(Bench(ns_a_unit), aim_ns)
            assert size % STEP == 0
            assert abs(size - aim_ns / ns_a_unit) <= STEP / 2 + 0.01 * aim_ns / ns_a_unit


def test_a_machine_too_slow_for_the_aim_gets_one_step(size_of):
    """A task is never smaller than a step, however long that takes."""
    assert size_of(Bench(1_000_000), 1000) == STEP


def test_disturbances_do_not_make_tasks_smaller(size_of):
    """The best of the trials counts, so other programs that get in between do not change the size."""
    assert size_of(Bench(10, disturbance_ns=900_000), 2_000_000) == size_of(Bench(10), 2_000_000)


def test_a_core_that_is_slow_for_a_moment_does_not_make_tasks_smaller(size_of):
    """Thirty milliseconds at half the speed, in which every first trial falls, are outlasted."""
    assert size_of(Bench(10, slow_until_ns=30_000_000), 2_000_000) == size_of(Bench(10), 2_000_000)


def test_preparing_is_not_timed(size_of):
    """What a workload prepares beforehand is no part of a task, and is done for every size that is tried."""
    bench = Bench(10)
    assert size_of(bench, 2_000_000, prepared=True) == size_of(Bench(10), 2_000_000)
    assert set(bench.prepared) == set(bench.sizes)


def test_a_clock_that_stands_still_is_no_division_by_zero(size_of):
    """A clock too coarse to see a task of one step is met with larger tasks."""
    bench = Bench(0.004)
    assert size_of(bench, 1000) % STEP == 0
    assert max(bench.sizes) > STEP


@given(st.integers(1, 10_000), st.integers(1_000, 100_000_000))
def test_the_search_is_short(ns_a_unit, aim_ns):
    """Sizes grow fourfold, so even a task a million times too small is found in a few tries, and tasks too short to
    outlast a slow moment are not tried for ever."""
    bench = Bench(ns_a_unit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizing.registry, "load", lambda _, name: bench.workload())
        patch.setattr(sizing, "time", bench)
        assert sizing.size_tasks("fake", aim_ns)["size"] >= STEP
    assert len(bench.sizes) <= 15 * sizing.TRIALS + sizing.MOST_TRIALS
