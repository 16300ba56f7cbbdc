"""Whether a workload releases the GIL: each answer where the world is so, and none where the data do not tell."""

import pytest
from msgspec.structs import replace
from tests.summary.worlds import OWN, OneWorkload, OwnWorkload

from gilbench.model import Outcome
from gilbench.summary.gil_release import gil_release


def answer(**world):
    made = OneWorkload(**world)
    return gil_release(made.tables(), made.target, made.workload)


def threads_at(speedup, workload="fnv1a", **world):
    """The answer where threads reach this speedup, at any level, on as many cores unless told."""
    speedups = {f"{workload}-thread-w{workers}": speedup for workers in (1, 2, 4)}
    return answer(workload=workload, speedups=speedups, **world)


@pytest.mark.parametrize(
    ("workload", "speedup", "outcome", "words"),
    [
        ("sha256-large", 1.94, Outcome.PROVED, "they compute at the same time"),
        ("fnv1a", 0.99, Outcome.REFUTED, "they take turns, on one core"),
        ("fnv1a", 1.4, Outcome.REFUTED, "it releases the GIL for a part of its time only"),
        ("sleep", 1.9, Outcome.PROVED, "their waits overlap"),
        ("sleep", 1.0, Outcome.REFUTED, "they wait one after the other"),
        ("sleep", 1.3, Outcome.REFUTED, "their waits overlap in part"),
    ],
)
def test_each_answer_comes_out_where_it_is_so(workload, speedup, outcome, words):
    """The reason says how fast the threads were and what follows."""
    found = threads_at(speedup, workload)
    assert found.outcome == outcome
    assert found.reason.startswith("2 threads ran it ") and found.reason.endswith(words)


def test_busy_threads_that_gain_nothing_are_no_release():
    """They keep more than one core busy without getting further: that is contention, and is said so."""
    found = threads_at(0.9, cores_used={"fnv1a-thread-w2": 1.8})
    assert found.outcome == Outcome.REFUTED
    assert "keep more than one core busy and gain nothing" in found.reason


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ({"gil": False}, "this target has no GIL"),
        ({"cores": 1}, "one usable core"),
    ],
)
def test_where_there_is_nothing_to_release_it_does_not_apply(world, words):
    """Without a GIL, or with one core, threads tell nothing about it."""
    found = answer(**world)
    assert found.outcome == Outcome.NOT_APPLICABLE and words in found.reason


def test_waiting_can_be_asked_on_one_core():
    """Waits overlap there as well."""
    assert answer(workload="sleep", cores=1).outcome == Outcome.PROVED


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ({"ceiling": 1.1}, "other work takes the cores away"),
        ({"reference_cores": 1.9}, "OMP_NUM_THREADS=1"),
        ({"reference_cores": 0.5}, "other work takes the cores away"),
        ({"noise": 0.5, "launches": 3}, "more launches would decide"),
        ({"launches": 1}, "was not measured in two launches or more"),
        ({"strategies": ("serial",)}, "leave out --strategy"),
    ],
)
def test_what_the_data_do_not_decide_stays_open(world, words):
    """The reason is the cause with its remedy."""
    found = threads_at(1.94, "sha256-large", **world)
    assert found.outcome == Outcome.INCONCLUSIVE and words in found.reason


def test_it_hands_on_the_quantities_that_it_quotes():
    """Speedup and cores used, with the estimates that stand in the reason."""
    made = OneWorkload()
    tables = made.tables()
    found = gil_release(tables, made.target, "fnv1a")
    assert len(found.evidence) == 2
    assert all(str(quantity.estimate(tables)) in found.reason for quantity in found.evidence)


def of_own(own, **world):
    """The answer for a function of the user of which a trial found this."""
    made = OwnWorkload(own=replace(OWN, **own), **world)
    return gil_release(made.tables(), made.target, made.workload)


@pytest.mark.parametrize("workload", ["fnv1a", "sleep"])
def test_a_lock_inside_is_not_taken_for_the_gil(workload):
    """Threads take turns, and the GIL was free while the function was tried."""
    speedups = {f"{workload}-thread-w{workers}": 1.0 for workers in (1, 2, 4)}
    found = of_own({"holds_gil": 0.03}, workload=workload, speedups=speedups)
    assert found.outcome == Outcome.INCONCLUSIVE
    assert "holds the GIL for 3 % of its time: a lock inside, or memory" in found.reason
    held = of_own({"holds_gil": 0.97}, workload=workload, speedups=speedups)
    assert held.outcome == Outcome.REFUTED


def test_waiting_in_half_of_its_time_is_no_disturbance():
    """Serial calls keep half a core busy because the function waits, not because others work."""
    half = of_own({"cpu_share": 0.5, "holds_gil": 0.5}, reference_cores=0.49)
    assert "other work" not in half.reason
    disturbed = of_own({"cpu_share": 1.0, "holds_gil": 1.0}, reference_cores=0.49)
    assert "other work takes the cores away" in disturbed.reason


def test_overlapping_waits_are_no_released_gil():
    """Half waiting, half computing with the GIL: threads gain by the first half."""
    speedups = {f"fnv1a-thread-w{workers}": 1.9 for workers in (1, 2, 4)}
    found = of_own({"cpu_share": 0.5, "holds_gil": 0.5}, reference_cores=0.49, speedups=speedups)
    assert found.outcome == Outcome.REFUTED
    assert found.reason.endswith("computes for 50 % of its time and holds the GIL for 50 %")
