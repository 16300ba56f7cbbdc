"""How observations become numbers: each reduction on one launch whose answer is known."""

import math

import pytest
from tests import synthetic

from gilbench.experiments import (
    channel_pairs,
    counting,
    handoff,
    locking,
    messages,
    progress,
    release_sweep,
    socket_timeout,
    stall,
    start,
    switching,
    turns,
    wakeup,
)


def launch(experiment, **law):
    """What one launch of a lawful world without noise observes."""
    world = synthetic.World(noise=0, law=law)
    return [
        synthetic.observe(world, experiment.probe, condition) for condition in experiment.conditions
    ]


TARGET = synthetic.make_target()


def test_a_percentile_of_wake_ups_is_that_of_its_condition():
    """In ms, and over the condition's own switch interval."""
    seen = launch(wakeup.experiment(TARGET), alone=0.5, convoy=2, pair=3, beside_process=1)
    assert wakeup.percentile_ms(seen, wakeup.ALONE, 99) == pytest.approx(0.5)
    assert wakeup.percentile_ms(seen, wakeup.ONE_PROCESS, 50) == pytest.approx(1.5)
    assert wakeup.percentile_ms(seen, wakeup.ONE_THREAD_AT_5_MS, 50) == pytest.approx(10.5)
    assert wakeup.in_intervals(seen, wakeup.TWO_THREADS_AT_5_MS, 50) == pytest.approx(15.5 / 5)
    assert wakeup.in_intervals(seen, wakeup.TWO_THREADS_AT_5_MS, 90) == pytest.approx(4 * 15.5 / 5)
    assert wakeup.latencies_ms(seen, wakeup.ALONE) == [0.5] * wakeup.SAMPLES


def test_the_median_grows_by_what_an_interval_costs():
    """Two intervals of delay make two milliseconds per millisecond."""
    assert wakeup.median_per_interval(launch(wakeup.experiment(TARGET), convoy=2)) == pytest.approx(
        2
    )


def test_a_timeout_is_compared_with_none():
    """The same thread alongside, with and without a timeout."""
    seen = launch(wakeup.experiment(TARGET), alone=0, convoy=1, timeout=3)
    assert wakeup.timeout_over_blocking(seen) == pytest.approx(3)


def test_a_timeout_is_compared_with_none_for_large_messages():
    """The ratio of a percentile, and the cores of that condition in which fewer were used."""
    seen = launch(socket_timeout.experiment(TARGET), alone=0, convoy=1, large_timeout=2)
    assert socket_timeout.median_over_blocking(seen) == pytest.approx(2)
    seen[1] = seen[1] | {"cpu_ns": 0.5e9}
    assert socket_timeout.cores_used(seen) == pytest.approx(0.5)


@pytest.mark.parametrize(("twice", "of_fifth", "of_half"), [(3, 1, 1), (5, 2, 1), (12, 2, 2)])
def test_a_slow_fifth_takes_twice_as_long_where_one_wait_in_four_does(twice, of_fifth, of_half):
    """Of twenty waits so many are of two intervals."""
    seen = launch(socket_timeout.experiment(TARGET), alone=0, convoy=1)
    seen[0] = seen[0] | {"latency_ns": 20 * [5_000_000]}
    seen[1] = seen[1] | {"latency_ns": twice * [10_000_000] + (20 - twice) * [5_000_000]}
    assert socket_timeout.slow_fifth_over_blocking(seen) == pytest.approx(of_fifth)
    assert socket_timeout.median_over_blocking(seen) == pytest.approx(of_half)


def test_without_the_cpu_thread_a_timeout_has_no_ratio():
    """A worker that did not compute, or a message that never came, leaves nothing to compare."""
    seen = launch(socket_timeout.experiment(TARGET))
    assert math.isnan(socket_timeout.median_over_blocking([seen[0], seen[1] | {"beside": 0}]))
    assert math.isnan(socket_timeout.median_over_blocking([seen[0] | {"latency_ns": []}, seen[1]]))


def test_a_pair_of_channels_has_the_median_ratio():
    """One pair in which the host was slow moves nothing."""
    seen = launch(channel_pairs.experiment(TARGET))
    seen[0]["elapsed_ns"]["pipe"][3] *= 100
    expected = (9000 + 0.7 * 16) / (3000 + 0.5 * 16)
    assert channel_pairs.rate_ratio(seen, 16) == pytest.approx(expected)


def test_the_condition_with_the_fewest_cores_counts():
    """A thread that computed for half of the time only shows, whatever the other condition used."""
    seen = launch(wakeup.experiment(TARGET))
    index = wakeup.CONDITIONS.index(wakeup.ONE_THREAD_AT_5_MS)
    seen[index] = seen[index] | {"cpu_ns": 0.5e9}
    assert wakeup.cores_used(seen, wakeup.ONE_THREAD) == pytest.approx(0.5)
    assert wakeup.cores_used(seen, wakeup.TWO_THREADS) == pytest.approx(0.98)


def test_a_process_gives_back_what_it_does_not_take_itself():
    """All of a thread's delay, or what its own is short of that."""
    assert wakeup.share_given_back(
        launch(wakeup.experiment(TARGET), beside_process=0)
    ) == pytest.approx(1)
    assert wakeup.share_given_back(
        launch(wakeup.experiment(TARGET), convoy=1, beside_process=2)
    ) == pytest.approx(0.6)


def test_what_is_left_of_a_hand_over_is_a_ratio_of_times():
    """A loop that yields may make it longer, as on 3.8: then it is above 1, where a share of the delay is below 0."""
    for yielded_ms, left in ((0.02, 0.016), (100.0, 39.7)):
        seen = launch(handoff.experiment(TARGET), yielded=yielded_ms)
        assert handoff.time_left(seen) == pytest.approx(left, rel=0.05)
        assert (handoff.share_given_back(seen) < 0) == (left > 1)


def test_a_reply_that_never_came_has_no_percentile():
    """No latencies are nan, and none of them is listed."""
    nothing = {"latency_ns": [], "beside": 2}
    seen = [nothing for _ in wakeup.CONDITIONS]
    assert math.isnan(wakeup.percentile_ms(seen, wakeup.ALONE, 99))
    assert wakeup.latencies_ms(seen, wakeup.ALONE) == []


def test_messages_have_a_rate_and_a_round_trip():
    """A pipe that takes 3 µs a message and half a nanosecond a byte."""
    seen = launch(messages.experiment(TARGET))
    assert messages.message_ns(seen, "pipe", messages.KIB) == pytest.approx(3512)
    assert messages.messages_per_s(seen, "pipe", messages.KIB) == pytest.approx(1e9 / 3512)
    assert messages.rate_ratio(seen, "pipe", "queue", 16) == pytest.approx((9000 + 0.7 * 16) / 3008)
    assert messages.round_trip_us(seen, "pipe", messages.KIB) == pytest.approx(2 * 3.512)


def test_shared_memory_crosses_a_pipe_between_two_sizes():
    """Where it is faster from the start the smallest size, where it never is nan."""
    crossover = messages.crossover_bytes(launch(messages.experiment(TARGET)))
    assert messages.KIB < crossover < 64 * messages.KIB
    faster, slower = ({"shared-memory": factor} for factor in (0.01, 1e6))
    assert messages.crossover_bytes(launch(messages.experiment(TARGET), **faster)) == 16
    assert math.isnan(messages.crossover_bytes(launch(messages.experiment(TARGET), **slower)))


@pytest.mark.parametrize(
    ("size", "name"), [(16, "16 B"), (64 << 10, "64 KiB"), (16 << 20, "16 MiB")]
)
def test_a_size_has_a_name(size, name):
    """In the largest unit that it fills."""
    assert messages.size_name(size) == name


def test_threads_gain_above_the_threshold():
    """Serial time over that of two threads, and the step from the smallest buffers to the largest."""
    seen = launch(release_sweep.experiment(TARGET))
    assert release_sweep.thread_gain(seen, "sha256", 2047) == pytest.approx(0.95)
    assert release_sweep.thread_gain(seen, "sha256", 4096) == pytest.approx(1.9)
    assert release_sweep.thread_gain(seen, "crc32", 4096) == pytest.approx(0.95)
    assert release_sweep.gain_step(seen, "crc32") == pytest.approx(2)


def test_a_start_has_a_first_time_and_a_usual_one():
    """The first is no part of the median; a way that is missing has none."""
    seen = [{"first_ns": 9e6, "steady_ns": [1e6 * factor, 3e6, 2e6]} for factor in range(1, 7)]
    assert start.steady_ns(seen, "thread") == 2e6
    assert start.first_ms(seen, "thread") == 9
    assert start.steady_ms(seen, "thread") == 2
    assert start.cost_ratio(seen, "forkserver", "thread") == 1.5
    with pytest.raises(ValueError, match="no median"):
        start.steady_ns([{"missing": "no fork here"}] * len(start.WAYS), "fork")


def test_a_hold_follows_the_interval_or_the_operations():
    """Elasticities are those of the world."""
    world = synthetic.World(noise=0, interval_matters=0.25, operations_matter=0.75)
    experiment = switching.experiment(TARGET)
    seen = [synthetic.observe(world, "switching", condition) for condition in experiment.conditions]
    assert switching.elasticity_by_interval(seen) == pytest.approx(0.25)
    assert switching.elasticity_by_operation(seen) == pytest.approx(0.75)
    assert switching.median_hold_ns(seen, switching.CHEAP_AT_5_MS) == pytest.approx(5e6)
    assert switching.median_hold_ms(seen, switching.CHEAP_AT_5_MS) == pytest.approx(5)
    assert switching.holds_ms([{"hold_ns": [2e6, 0]}], 0) == [2]
    assert math.isnan(switching.median_hold_ns([{"hold_ns": []}], 0))


def test_a_lock_costs_over_none_at_as_many_workers():
    """Wall time over the operations of all workers, those of the same module and number of workers compared."""
    seen = launch(locking.experiment(TARGET), lock_cost=4)
    assert locking.operation_ns(seen, "threading", "none", 2) == pytest.approx(10, rel=0.01)
    assert locking.cost_ratio(seen, "threading", "lock", 1) == pytest.approx(5, rel=0.01)
    assert locking.cost_ratio(seen, "multiprocessing", "rlock", 2) == pytest.approx(10, rel=0.01)


def test_workers_that_hardly_met_did_not_contend():
    """Each must be at it for half of the time; older runs, which do not say when each began, do not count."""
    experiment = locking.experiment(TARGET)
    apart = launch(experiment, apart=0.4)
    assert locking.overlapped(apart, "threading", "lock", 2)
    assert not locking.overlapped(apart, "threading", "lock", 4)
    without_starts = [dict(observed) for observed in apart]
    for observed in without_starts:
        del observed["late_ns"]
    assert not locking.overlapped(without_starts, "threading", "lock", 2)
    assert locking.operation_ns(without_starts, "threading", "lock", 2) == pytest.approx(
        locking.operation_ns(apart, "threading", "lock", 2)
    )


def test_lost_updates_are_counted_by_kind():
    """A kind's trials are its own, and its share lost is that of all of them."""
    seen = launch(counting.experiment(TARGET), unlocked=0.25)
    for kind, trials in counting.TRIALS.items():
        assert len(counting.trials_of(seen, *kind)) == trials
    unlocked, locked = ("read-modify-write", "none"), ("read-modify-write", "lock")
    assert all(counting.lost_updates(trial) for trial in counting.trials_of(seen, *unlocked))
    assert all(counting.is_exact(trial) for trial in counting.trials_of(seen, *locked))
    assert all(counting.overlapped(trial) for trial in counting.trials_of(seen, *unlocked))
    assert counting.share_lost(counting.trials_of(seen, *unlocked)[0]) == pytest.approx(0.25)
    assert counting.share_lost_in_launch(seen, *unlocked) == pytest.approx(0.25)
    assert counting.share_lost_in_launch(seen, *locked) == 0


def test_a_stall_is_counted_in_intervals():
    """Of the call itself; nan where the ticking thread said nothing."""
    seen = launch(stall.experiment(TARGET), held=50, released=1)
    assert stall.longest_stall(seen, "held") == pytest.approx(10)
    assert stall.longest_stall(seen, "released") == pytest.approx(0.2)
    assert math.isnan(stall.longest_stall([{"longest_gap_ns": None}] * 3, "held"))


def test_progress_is_that_of_the_slower_thread():
    """Whichever it is; one that never ran got nowhere."""
    assert progress.slower_over_faster([{"loops": [40, 50]}]) == progress.slower_over_faster(
        [{"loops": [50, 40]}]
    )
    assert progress.slower_over_faster([{"loops": [40, 50]}]) == 0.8
    assert progress.slower_over_faster([{"loops": [None, 50]}]) == 0


def test_overlap_is_what_both_ran():
    """Of slices that touch, enclose and miss each other, the common part; the same from either side."""
    slices, others = [(0, 10), (20, 30), (40, 50)], [(5, 22), (30, 40), (42, 60)]
    assert turns.overlap_ns(slices, others) == turns.overlap_ns(others, slices) == 5 + 2 + 8
    assert turns.overlap_ns([], others) == 0


def test_overlap_is_a_share_of_the_window():
    """Both all the time is 100 %."""
    window_ns = int(turns.WINDOW_S * 1e9)
    assert turns.overlap_percent([[(0, window_ns)], [(0, window_ns)]]) == pytest.approx(100)
    assert turns.overlap_percent([[(0, window_ns)], [(0, window_ns // 4)]]) == pytest.approx(25)


def test_turns_are_counted_when_another_takes_over():
    """Slices of the same worker that follow each other are one turn."""
    assert turns.hand_overs([[(0, 5), (5, 9), (20, 30)], [(10, 20)]]) == 2


def test_a_worker_that_never_ran_leaves_no_slices():
    """Neither do a condition that reported nothing and one of a single worker."""
    both = [[(0, 5)], [(5, 9)]]
    assert turns.slices_of([{"slices": both}], 0) == both
    for slices in (None, [], [[(0, 5)]], [[(0, 5)], []]):
        assert turns.slices_of([{"slices": slices}], 0) is None
