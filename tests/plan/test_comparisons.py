"""How a case is paired: references, equal tasks, ids, and orders that only the seed decides."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import synthetic

from gilbench.model import Case, Comparison, Effort, Experiment, PlannedItem
from gilbench.plan.comparisons import (
    TASKS_A_WORKER,
    TASKS_AT_LEAST,
    TASKS_OF_FREE_THREADS,
    compare,
    orders,
    same_case_across,
    tasks_for,
)

TARGET = synthetic.make_target()
STRATEGIES = {strategy.name: strategy for strategy in TARGET.description.strategies}
WORKLOADS = {workload.name: workload for workload in TARGET.description.workloads}
EXPERIMENT = Experiment(TARGET.id, "switching", ({},))


@given(
    st.sampled_from(sorted(WORKLOADS)),
    st.sampled_from(sorted(STRATEGIES)),
    st.integers(1, 200),
    st.sampled_from(["fork", "forkserver", "spawn"]),
)
def test_tasks_divide_among_the_workers(workload, strategy, workers, method):
    """Every worker gets as many tasks, two at least, and a round never holds fewer than the least."""
    tasks = tasks_for(synthetic.make_target(start_method=method), workload, strategy, workers)
    assert tasks % workers == 0
    assert tasks >= max(TASKS_A_WORKER * workers, TASKS_AT_LEAST)


@pytest.mark.parametrize(
    ("workload", "gil", "tasks"),
    [
        ("fnv1a", False, TASKS_OF_FREE_THREADS),
        ("fnv1a", True, TASKS_AT_LEAST),
        ("sleep", False, TASKS_AT_LEAST),
    ],
)
def test_threads_of_a_free_threaded_build_get_longer_rounds(workload, gil, tasks):
    """There a thread may begin a tick of the kernel later than the one before it; waiting does not mind."""
    target = synthetic.make_target(gil=gil)
    assert tasks_for(target, workload, "thread", 2) == tasks


@pytest.mark.parametrize("reference", ["serial", "process"])
def test_a_comparison_pairs_equal_work(reference):
    """The reference is the same workload, serially with one worker or under another strategy with as many."""
    made = compare(TARGET, "fnv1a", "process-subclass", 3, reference)
    assert made.case == Case(TARGET.id, "fnv1a", "process-subclass", 3)
    assert made.reference == Case(TARGET.id, "fnv1a", reference, 1 if reference == "serial" else 3)
    assert made.tasks % 3 == 0


@pytest.mark.parametrize(
    ("workload", "strategy", "workers", "reference", "ceiling"),
    [
        ("fnv1a", "thread", 2, "serial", True),
        ("fnv1a", "thread", 1, "serial", False),
        ("sleep", "thread", 4, "serial", False),
        ("fnv1a", "thread-subclass", 2, "thread", False),
    ],
)
def test_the_control_runs_where_scaling_is_at_stake(
    workload, strategy, workers, reference, ceiling
):
    """CPU-bound, several workers, against serial: there a ceiling is needed, and nowhere else."""
    assert compare(TARGET, workload, strategy, workers, reference).ceiling == ceiling


@given(st.integers(0, 2**32), st.text(max_size=20), st.integers(0, 60))
def test_orders_are_balanced_and_repeatable(seed, item, pairs):
    """As many pairs begin with the case as with the reference, in every block of two; a seed fixes the order."""
    made = orders(seed, item, pairs)
    assert len(made) == pairs and made == orders(seed, item, pairs)
    assert all(sorted(order) == ["case", "reference"] for order in made)
    for block in range(0, pairs - 1, 2):
        assert made[block] != made[block + 1]


def test_orders_differ_by_seed_and_by_item():
    """Two items, or two runs with different seeds, are not in step."""
    assert len({tuple(orders(seed, item, 40)) for seed in (0, 1) for item in ("a", "b")}) == 4


def test_orders_are_the_same_in_every_process():
    """The seed alone decides, not the process's own randomness of hashes."""
    code = "from gilbench.plan.comparisons import orders; print(orders(7, 'fnv1a-thread-w2@3.13.0', 20))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{orders(7, 'fnv1a-thread-w2@3.13.0', 20)}\n".encode()}


def test_ids_say_what_is_compared_with_what():
    """The usual reference goes without saying, another one is named, and the target stands at the end."""
    assert compare(TARGET, "fnv1a", "thread", 2).id == "fnv1a-thread-w2@3.13.0"
    twin = compare(TARGET, "fnv1a", "thread-subclass", 2, "thread")
    assert isinstance(twin, Comparison)
    assert (twin.id, twin.label) == (
        "fnv1a-thread-subclass-w2-vs-thread@3.13.0",
        "fnv1a-thread-subclass-w2-vs-thread",
    )
    assert EXPERIMENT.id == "switching@3.13.0"


def test_a_case_across_two_targets_is_named_by_both():
    """Its id is unique in a run and its label that of the case; it is no speedup over serial code."""
    old, new = (
        synthetic.make_target(version="3.12.0"),
        synthetic.make_target(version="3.14.0", gil=False),
    )
    comparison = same_case_across(new, old, "fnv1a", "serial", 1)
    assert comparison.id == "fnv1a-serial-w1@3.14.0t-vs-3.12.0"
    assert comparison.label == "fnv1a-serial-w1"
    assert not comparison.over_serial
    assert PlannedItem(comparison, Effort((2,), 2)).targets == ("3.14.0t", "3.12.0")
