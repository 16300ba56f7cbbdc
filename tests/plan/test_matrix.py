"""The plan of a run: levels, tasks, the matrix, and orders that only the seed decides."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import synthetic

from gilbench.model import Case, Comparison, Effort, Experiment, InputError, PlannedItem
from gilbench.plan.amounts import ask_the_same, scaled_to
from gilbench.plan.comparisons import TASKS_A_WORKER, TASKS_AT_LEAST, compare, orders, tasks_for
from gilbench.plan.matrix import Filters, check_workers, levels, levels_of, matrix
from gilbench.plan.profiles import PROFILES, effort_for, expected_s

TARGET = synthetic.make_target()
STRATEGIES = {strategy.name: strategy for strategy in TARGET.description.strategies}
WORKLOADS = {workload.name: workload for workload in TARGET.description.workloads}
EVERYTHING = Filters()
EXPERIMENT = Experiment(TARGET.id, "switching", ({},))

every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


@pytest.mark.parametrize(
    ("cores", "expected"),
    [
        (1, (1, 2)),
        (2, (1, 2, 4)),
        (3, (1, 2, 3, 4, 6)),
        (4, (1, 2, 4, 8)),
        (6, (1, 2, 4, 6, 8, 12)),
        (64, (1, 2, 4, 8, 16, 32, 64, 128)),
    ],
)
def test_levels_double_up_to_twice_the_cores(cores, expected):
    """1, 2, 4, … and the usable cores, and twice as many, whatever their number."""
    assert levels(cores) == expected


@every_profile
@pytest.mark.parametrize("cores", [1, 2, 3, 6, 64])
def test_every_profile_measures_a_worker_a_core(profile, cores):
    """The level that claims are about is among those of every profile, for every strategy of several workers."""
    for strategy in STRATEGIES.values():
        chosen = levels_of(strategy, profile, cores)
        assert (chosen == (1,)) if strategy.one_worker else (max(2, cores) in chosen)
        assert chosen == tuple(sorted(set(chosen)))


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
def test_the_control_runs_where_scaling_is_at_stake(workload, strategy, workers, reference, ceiling):
    """CPU-bound, several workers, against serial: there a ceiling is needed, and nowhere else."""
    assert compare(TARGET, workload, strategy, workers, reference).ceiling == ceiling


@every_profile
def test_the_matrix_is_everything_on_every_level(profile):
    """Each workload that is surveyed under each strategy for its kind, once, at its levels; serial against itself, the
    A/A control, among them."""
    made = matrix(TARGET, profile, 2, EVERYTHING)
    assert len({one.id for one in made}) == len(made)
    assert {(one.case.workload, one.case.strategy) for one in made} == {
        (workload, strategy)
        for workload, told in WORKLOADS.items()
        for strategy in STRATEGIES
        if told.survey
        and told.kind in STRATEGIES[strategy].kinds
        and not (profile.name == "quick" and STRATEGIES[strategy].equivalent_to)
    }
    for one in made:
        assert one.case.workers in levels_of(STRATEGIES[one.case.strategy], profile, 2)
        assert one.reference == Case(TARGET.id, one.case.workload, "serial", 1)
    assert any(one.case == one.reference for one in made)


def test_the_same_request_gives_the_same_matrix():
    """The plan is a function of target, profile, cores and filters."""
    assert matrix(TARGET, PROFILES["full"], 6, EVERYTHING) == matrix(TARGET, PROFILES["full"], 6, EVERYTHING)


def test_filters_narrow_the_matrix():
    """What is named is measured, and nothing else; a strategy of one worker ignores the number of workers."""
    filters = Filters(("fnv1a", "sleep"), ("serial", "thread"), (3, 5))
    made = {one.case.label for one in matrix(TARGET, PROFILES["quick"], 2, filters)}
    assert made == {f"{w}-{s}" for w in ("fnv1a", "sleep") for s in ("serial-w1", "thread-w3", "thread-w5")}


def test_a_strategy_that_the_target_lacks_is_left_out():
    """What an interpreter cannot run is no part of its plan, and no error."""
    missing = {name: "no processes" for name, one in STRATEGIES.items() if one.workers_in == "processes"}
    poor = synthetic.make_target(missing=missing)
    left = {one.case.strategy for one in matrix(poor, PROFILES["standard"], 2, EVERYTHING)}
    can = {name for name, entry in STRATEGIES.items() if entry.kinds}
    assert left == {name for name in can if STRATEGIES[name].workers_in != "processes"}


@pytest.mark.parametrize(
    ("filters", "kind", "known"),
    [(Filters(workloads=("nope",)), "workload", "fnv1a"), (Filters(strategies=("serial", "nope")), "strategy", "pool")],
)
def test_an_unknown_name_is_an_input_error_that_lists_the_known(filters, kind, known):
    """A typing error does not silently measure nothing."""
    with pytest.raises(InputError, match=rf"unknown {kind} 'nope' \(choose from: .*{known}"):
        matrix(TARGET, PROFILES["quick"], 2, filters)


@pytest.mark.parametrize(
    ("workload", "workers", "words"),
    [
        ("fnv1a", 1000, "at most 16"),
        ("fnv1a", 17, "not the GIL"),
        ("sleep", 129, "at most 128"),
        ("fnv1a", 0, "1 or more"),
        ("sleep", -3, "1 or more"),
    ],
)
def test_more_workers_than_cores_can_run_are_refused(workload, workers, words):
    """A number of workers that measures the scheduler, or that is none, is an input error with the limit."""
    with pytest.raises(InputError, match=words):
        matrix(TARGET, PROFILES["quick"], 2, Filters((workload,), ("process",), (workers,)))


@pytest.mark.parametrize(
    "filters",
    [
        Filters(("fnv1a",), ("thread",), (16,)),
        Filters(("sleep",), ("thread",), (128,)),
        Filters(("fnv1a",), ("thread",), (1000,), force_workers=True),
    ],
)
def test_workers_up_to_the_limit_or_forced_are_planned(filters):
    """The limit itself is fine, workers that wait may be more, and who insists gets what was asked for."""
    (comparison,) = matrix(TARGET, PROFILES["quick"], 2, filters)
    assert (comparison.case.workers,) == filters.workers


def test_no_worker_count_is_forced_below_one():
    """Forcing lifts the upper limit only."""
    with pytest.raises(InputError, match="1 or more"):
        check_workers((0,), "cpu", 2, force=True)


@pytest.mark.parametrize(
    ("filters", "comparison", "experiment"),
    [
        (EVERYTHING, True, True),
        (Filters(workloads=("fnv1a",)), True, False),
        (Filters(workloads=("sleep",)), False, False),
        (Filters(strategies=("thread",), workers=(2,)), True, False),
        (Filters(workers=(4,)), False, False),
    ],
)
def test_filters_admit_what_claims_want_beyond_the_matrix(filters, comparison, experiment):
    """An item of a claim is measured where it fits what was asked for; a probe only where everything was."""
    assert filters.admit(compare(TARGET, "fnv1a", "thread", 2)) == comparison
    assert filters.admit(EXPERIMENT) == experiment


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
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{orders(7, 'fnv1a-thread-w2@3.13.0', 20)}\n".encode()}


@every_profile
def test_an_effort_keeps_its_looks_and_one_pair_at_least(profile):
    """Longer rounds get fewer pairs, but launches, which are what counts, stay as they are."""
    for comparison in matrix(TARGET, profile, 64, EVERYTHING):
        effort = effort_for(comparison, profile, claimed=True)
        assert effort.looks == profile.claim.looks
        assert 1 <= effort.pairs <= profile.claim.pairs
    assert effort_for(EXPERIMENT, profile, claimed=True) == profile.timed
    counted = Experiment(TARGET.id, "terminate", ({},), counts_trials=True)
    assert effort_for(counted, profile, claimed=True) == profile.trials


def test_a_thinner_profile_takes_fewer_samples_and_asks_the_same():
    """Only amounts shrink, counts to one at least; in a profile that takes all of them nothing does."""
    asked = Experiment(TARGET.id, "wakeup", ({"samples": 50, "interval_s": 0.005}, {"samples": 1, "duration_s": 0.01}))
    assert scaled_to(asked, PROFILES["standard"]) == asked
    thin = scaled_to(asked, PROFILES["quick"])
    assert thin.conditions == ({"samples": 15, "interval_s": 0.005}, {"samples": 1, "duration_s": 0.003})
    assert thin.id == asked.id and thin.launch_s < asked.launch_s


@every_profile
def test_looks_grow(profile):
    """Each look has more launches than the one before, the first enough for an interval, and claims get no less than
    the survey."""
    for effort in (profile.survey, profile.claim):
        assert list(effort.looks) == sorted(set(effort.looks)) and effort.looks[0] >= 2
        assert effort.most_launches == effort.looks[-1]
    assert profile.claim.most_launches >= profile.survey.most_launches


def test_the_time_expected_grows_with_the_effort():
    """An estimate counts launches, pairs and controls, and is never nothing."""
    with_control, without = compare(TARGET, "fnv1a", "thread", 2), compare(TARGET, "fnv1a", "thread", 1)
    few, many = Effort((2,), 2), Effort((4, 8), 2)
    assert 0 < expected_s(PlannedItem(without, few), 0.1) < expected_s(PlannedItem(with_control, few), 0.1)
    assert expected_s(PlannedItem(without, many), 0.1) == pytest.approx(2 * expected_s(PlannedItem(without, few), 0.1))
    assert expected_s(PlannedItem(EXPERIMENT, many), 0.0) == 2 * expected_s(PlannedItem(EXPERIMENT, few), 0.0) > 0


def test_an_experiment_answers_what_was_asked():
    """Amounts may differ between profiles; other conditions, or another order of them, are another question."""
    asked = Experiment(TARGET.id, "wakeup", ({"load": "none", "samples": 50}, {"load": "process", "samples": 50}))
    assert ask_the_same(asked, scaled_to(asked, PROFILES["quick"]))
    assert not ask_the_same(asked, Experiment(TARGET.id, "wakeup", asked.conditions[::-1]))
    assert not ask_the_same(asked, Experiment(TARGET.id, "stall", asked.conditions))


def test_what_is_named_is_measured_though_it_is_not_surveyed():
    """A workload that only claims use, and a strategy on work that it is not meant for, are there for the asking."""
    filters = Filters(("crc32-large", "fnv1a"), ("asyncio",))
    made = {one.case.label for one in matrix(TARGET, PROFILES["quick"], 2, filters)}
    assert made == {"crc32-large-asyncio-w2", "fnv1a-asyncio-w2"}


def test_ids_say_what_is_compared_with_what():
    """The usual reference goes without saying, another one is named, and the target stands at the end."""
    assert compare(TARGET, "fnv1a", "thread", 2).id == "fnv1a-thread-w2@3.13.0"
    twin = compare(TARGET, "fnv1a", "thread-subclass", 2, "thread")
    assert isinstance(twin, Comparison)
    assert (twin.id, twin.label) == ("fnv1a-thread-subclass-w2-vs-thread@3.13.0", "fnv1a-thread-subclass-w2-vs-thread")
    assert EXPERIMENT.id == "switching@3.13.0"
