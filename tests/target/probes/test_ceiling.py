"""The ceiling control: its arithmetic with counts that are known, and its shape in a real run."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.measure.launches import Launch
from gilbench.target.probes import ceiling


class FakeContext:
    """Pipes from which known counts come, and processes that never start."""

    def __init__(self, counts):
        self.counts, self.begun, self.ends = list(counts), [], []

    def Pipe(self):
        self.ends.append(FakeEnd(["ready", self.counts.pop(0)]))
        return self.ends[-1], FakeEnd([])

    def Process(self, target, args):
        self.begun.append(args)
        return FakeProcess()


class FakeEnd:
    """One end of a pipe: what comes out of it is known, what goes in is kept."""

    def __init__(self, coming):
        self.coming, self.sent = list(coming), []

    def poll(self, timeout_s):
        return bool(self.coming)

    def recv(self):
        return self.coming.pop(0)

    def send(self, message):
        self.sent.append(message)

    def close(self):
        pass


class FakeProcess:
    """Ends as soon as it is waited for."""

    def start(self):
        pass

    def join(self, timeout_s):
        assert timeout_s > 0  # a process that hangs must not hang the launch

    def is_alive(self):
        return False


def run_with(monkeypatch, counts, windows=8):
    """The probe's answer when its processes send these counts."""
    context = FakeContext(counts)
    monkeypatch.setattr(ceiling.multiprocessing, "get_context", lambda: context)
    return ceiling.run({"workers": len(counts), "window_ns": 1000, "windows": windows}), context


@given(st.integers(1, 16), st.integers(1, 40))
def test_windows_are_for_one_in_turn_and_for_all(workers, windows):
    """Every even window belongs to one process, each in its turn; every odd one to all of them."""
    for window in range(windows):
        spinning = [
            worker for worker in range(workers) if ceiling.spins_in(window, worker, workers)
        ]
        assert spinning == (list(range(workers)) if window % 2 else [window // 2 % workers])


def test_the_ceiling_is_loops_together_over_loops_alone(monkeypatch):
    """Counts are sorted into windows alone and windows together, and the medians are compared."""
    first, second = [100, 90, 90, 100, 90, 90], [95, 110, 95, 95, 110, 95]
    observed, context = run_with(monkeypatch, [first, second])
    assert observed["alone"] == [[100, 100], [110, 110]]
    assert observed["together"] == [[90, 90, 90, 90], [95, 95, 95, 95]]
    assert observed["ceiling"] == pytest.approx(185 / 105)
    assert [args[1] for args in context.begun] == [0, 1]
    assert (
        len(context.ends) == 2 and len({end.sent[0] for end in context.ends}) == 1
    )  # all begin at one instant


def test_a_moments_disturbance_counts_where_all_spin():
    """A case suffers it too. A process that is alone and without its core is no sign of what serial code has."""
    alone = [[100, 2], [104, 96]]
    assert ceiling.ratio(alone, [[100] * 4] * 2) == pytest.approx(2.0)
    assert ceiling.ratio(alone, [[100] * 4, [100, 20] * 2]) == pytest.approx(1.6)


def test_cores_of_different_speed_are_averaged():
    """One fast core and one slow one reach together twice what they reach alone on average, not on the fast one."""
    assert ceiling.ratio([[120], [80]], [[120], [80]]) == pytest.approx(2.0)


def test_more_workers_than_windows_are_no_division_by_zero():
    """Processes that never had a window alone do not count in what one does alone."""
    assert ceiling.ratio([[100], [], []], [[80], [70], [60]]) == pytest.approx(2.1)


def test_a_process_that_never_ran_is_no_division_by_zero():
    """A host that gave nothing at all to a process alone ends in a number, which a guard will not believe."""
    assert ceiling.ratio([[0], [0]], [[10], [10]]) == 20


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_a_process_counts_in_its_windows(workers):
    """A spinning process says that it is ready before it is told when to begin, and then sends a count a window."""
    for worker in range(workers):
        connection = FakeEnd([0])  # an instant long past: no window lasts
        ceiling.spin(connection, worker, workers, 0, 12)
        mine = sum(ceiling.spins_in(window, worker, workers) for window in range(12))
        assert connection.sent[0] == "ready" and len(connection.sent[1]) == mine


class SlowToWake:
    """A clock on which a call takes a microsecond, and every sleep a tenth of a millisecond too long."""

    now_ns = 0

    def perf_counter_ns(self):
        self.now_ns += 1000
        return self.now_ns

    def sleep(self, seconds):
        self.now_ns += int(seconds * 1e9) + 100_000


def test_no_window_lacks_the_time_that_waking_up_takes(monkeypatch):
    """The first begins after a rest as all others do."""
    monkeypatch.setattr(ceiling, "time", SlowToWake())
    connection = FakeEnd([5_000_000])
    ceiling.spin(connection, 0, 1, 3_000_000, 6)
    counts = connection.sent[1]
    assert len(counts) == 6 and max(counts) - min(counts) <= 2


def test_a_real_run_has_a_count_for_every_window(target_bundle):
    """Two real processes: windows alone and windows together; on a crowded host a window may be missed altogether."""
    with Launch(sys.executable, target_bundle) as launch:
        observed = launch.ask(
            "probe",
            120.0,
            probe="ceiling",
            params={"workers": 2, "window_ns": 20_000_000, "windows": 4},
        )
    assert [len(counts) for counts in observed["alone"]] == [1, 1]
    assert [len(counts) for counts in observed["together"]] == [2, 2]
    for counts in observed["alone"] + observed["together"]:
        assert all(loops >= 0 for loops in counts)
    assert observed["ceiling"] == ceiling.ratio(observed["alone"], observed["together"])
