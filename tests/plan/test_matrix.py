"""What is measured of a target: levels, the matrix, and what a user narrows it to."""

import itertools

import pytest
from tests import synthetic

from gilbench.model import Case, Experiment, InputError
from gilbench.plan.comparisons import compare
from gilbench.plan.matrix import (
    Filters,
    check_workers,
    cross_target_matrix,
    levels,
    levels_of,
    matrix,
)
from gilbench.plan.profiles import PROFILES

TARGET = synthetic.make_target()
STRATEGIES = {
    strategy.name: strategy for strategy in TARGET.description.strategies if not strategy.missing
}
WORKLOADS = {workload.name: workload for workload in TARGET.description.workloads}
EVERYTHING = Filters()
EXPERIMENT = Experiment(TARGET.id, "switching", ({},))

every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)


@pytest.mark.parametrize(
    ("cores", "expected"),
    [
        (1, (1, 2)),
        (2, (1, 2, 4)),
        (3, (1, 2, 3, 6)),
        (4, (1, 2, 4, 8)),
        (6, (1, 2, 4, 6, 12)),
        (8, (1, 2, 4, 8, 16)),
        (16, (1, 2, 4, 8, 16, 32)),
        (64, (1, 2, 4, 16, 64, 128)),
        (192, (1, 2, 8, 32, 192, 384)),
    ],
)
def test_levels_double_up_to_the_cores_and_are_six_at_most(cores, expected):
    """1, 2, 4, … up to the usable cores, these and twice as many; of many powers of two the evenly spread ones."""
    assert levels(cores) == expected


@every_profile
def test_every_profile_measures_a_worker_a_core(profile, subtests):
    """The level that claims are about is among those of every profile, for every strategy of several workers."""
    for cores, strategy in itertools.product((1, 2, 3, 6, 64), STRATEGIES.values()):
        with subtests.test(cores=cores, strategy=strategy.name):
            chosen = levels_of(strategy, profile, cores)
            assert (chosen == (1,)) if strategy.one_worker else (max(2, cores) in chosen)
            assert chosen == tuple(sorted(set(chosen)))


@pytest.mark.parametrize("profile", [PROFILES[name] for name in ("quick", "standard", "full")])
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


def test_a_glance_surveys_only_what_is_named():
    """Whatever no claim needs waits for another profile, unless the user names it."""
    glance = PROFILES["glance"]
    assert matrix(TARGET, glance, 2, EVERYTHING) == []
    (named,) = matrix(TARGET, glance, 2, Filters(("fnv1a",), ("thread",)))
    assert named.case.label == "fnv1a-thread-w2"


def test_the_same_request_gives_the_same_matrix():
    """The plan is a function of target, profile, cores and filters."""
    assert matrix(TARGET, PROFILES["full"], 6, EVERYTHING) == matrix(
        TARGET, PROFILES["full"], 6, EVERYTHING
    )


def test_filters_narrow_the_matrix():
    """What is named is measured, and nothing else; a strategy of one worker ignores the number of workers."""
    filters = Filters(("fnv1a", "sleep"), ("serial", "thread"), (3, 5))
    made = {one.case.label for one in matrix(TARGET, PROFILES["quick"], 2, filters)}
    assert made == {
        f"{w}-{s}" for w in ("fnv1a", "sleep") for s in ("serial-w1", "thread-w3", "thread-w5")
    }


def test_a_strategy_that_the_target_lacks_is_left_out():
    """What an interpreter cannot run is no part of its plan, and no error."""
    missing = {
        name: "no processes" for name, one in STRATEGIES.items() if one.workers_in == "processes"
    }
    poor = synthetic.make_target(missing=missing)
    left = {one.case.strategy for one in matrix(poor, PROFILES["standard"], 2, EVERYTHING)}
    can = {name for name, entry in STRATEGIES.items() if entry.kinds}
    assert left == {name for name in can if STRATEGIES[name].workers_in != "processes"}


@pytest.mark.parametrize(
    ("filters", "kind", "known"),
    [
        (Filters(workloads=("nope",)), "workload", "fnv1a"),
        (Filters(strategies=("serial", "nope")), "strategy", "pool"),
    ],
)
def test_an_unknown_name_is_an_input_error_that_lists_the_known(filters, kind, known):
    """A typing error does not silently measure nothing."""
    with pytest.raises(InputError, match=rf"unknown {kind} 'nope' \(choose from: .*{known}"):
        matrix(TARGET, PROFILES["quick"], 2, filters)


def test_a_dotted_name_is_taken_for_a_function():
    """As by advise: the remedy is the name with its colon, and no list of workloads."""
    with pytest.raises(InputError, match=r"did you mean zlib:compress\?$"):
        matrix(TARGET, PROFILES["quick"], 2, Filters(("zlib.compress",)))


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


def test_what_is_named_is_measured_though_it_is_not_surveyed():
    """A workload that only claims use, and a strategy on work that it is not meant for, are there for the asking."""
    filters = Filters(("crc32-large", "fnv1a"), ("asyncio",))
    made = {one.case.label for one in matrix(TARGET, PROFILES["quick"], 2, filters)}
    assert made == {"crc32-large-asyncio-w2", "fnv1a-asyncio-w2"}


def test_two_targets_are_compared_serially_and_with_threads():
    """Every surveyed workload, on one thread and with one per core; both sides the same case and as many tasks."""
    old, new = (
        synthetic.make_target(version="3.12.0"),
        synthetic.make_target(version="3.14.0", gil=False),
    )
    made = cross_target_matrix(new, old, 4)
    assert {(planned.case.strategy, planned.case.workers) for planned in made} == {
        ("serial", 1),
        ("thread", 4),
    }
    assert {planned.case.workload for planned in made} == {
        workload.name for workload in new.description.workloads if workload.survey
    }
    for planned in made:
        assert planned.reference == Case(
            old.id, planned.case.workload, planned.case.strategy, planned.case.workers
        )
        assert planned.tasks % planned.case.workers == 0
