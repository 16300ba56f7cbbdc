"""Advice about one workload: each answer comes out where the world is so, and none where the data do not tell."""

import pytest
from tests.summary.worlds import OneWorkload
from tests.synthetic import make_run

from gilbench.model import Outcome
from gilbench.results.tables import build
from gilbench.summary import advice

PARALLEL = ("thread", "thread-pool", "process", "process-pool", "pool", "interpreter-pool")


def answers(**world):
    """Both answers: (releases the GIL, gains in parallel)."""
    made = OneWorkload(**world)
    tables = made.tables()
    return (
        advice.releases_gil(tables, made.target, made.workload),
        advice.gains_in_parallel(tables, made.target, made.workload),
    )


def test_pure_python_holds_the_gil_and_wants_processes():
    """Threads gain nothing on one core; a process a core is named, which is all that pays."""
    holds, run = answers(missing={"interpreter-pool": "too old"})
    assert holds.verdict == Outcome.REFUTED and "they take turns, on one core" in holds.reason
    assert (
        run.verdict == Outcome.PROVED
        and "use 2 processes" in run.reason
        and "pays off above" in run.reason
    )
    assert run.estimate is not None and run.estimate.lo > 1.15


def test_a_releasing_function_wants_threads():
    """Threads scale to the ceiling: they are named, although processes do as well."""
    releases, run = answers(workload="sha256-large")
    assert releases.verdict == Outcome.PROVED and "at the same time" in releases.reason
    assert run.verdict == Outcome.PROVED and run.reason.startswith("use 2 threads")


def test_a_partial_release_is_distinguished_from_none():
    """Threads gain, but far less than the cores would give."""
    speedups = {f"fnv1a-thread-w{workers}": 1.3 for workers in (2, 4)}
    holds, _ = answers(speedups=speedups, cores_used=dict.fromkeys(speedups, 1.4))
    assert holds.verdict == Outcome.REFUTED and "for a part of its time" in holds.reason


def test_waiting_overlaps_in_threads():
    """Each thread counts in full: it releases the GIL while it waits."""
    releases, run = answers(workload="sleep")
    assert releases.verdict == Outcome.PROVED and "their waits overlap" in releases.reason
    assert run.reason.startswith("use ") and " threads" in run.reason


def test_waiting_that_takes_turns_holds_the_gil():
    """Threads that wait one after the other do not overlap."""
    speedups = {"sleep-thread-w2": 1.0}
    holds, _ = answers(workload="sleep", speedups=speedups)
    assert holds.verdict == Outcome.REFUTED and "one after the other" in holds.reason


def test_where_nothing_pays_serial_code_stays():
    """Every way certainly gains less than counts as a gain."""
    speedups = {
        f"fnv1a-{strategy}-w{workers}": 0.9 for strategy in PARALLEL for workers in (1, 2, 4)
    }
    _, run = answers(speedups=speedups)
    assert run.verdict == Outcome.REFUTED and run.reason.startswith("keep it serial")


@pytest.mark.parametrize("ceiling", [1.1, 1.38])
def test_a_busy_host_decides_nothing(ceiling):
    """Where spinning processes do not scale, neither a missing gain nor a lack of one says anything."""
    slow = {f"fnv1a-{strategy}-w{workers}": 0.95 for strategy in PARALLEL for workers in (1, 2, 4)}
    holds, run = answers(ceiling=ceiling, speedups=slow)
    assert (holds.verdict, run.verdict) == (Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE)
    assert (
        "other work takes the cores away" in holds.reason
        and "other work takes the cores away" in run.reason
    )


def test_wide_intervals_decide_nothing():
    """Two launches of very noisy rounds leave both questions open, and the remedy is told."""
    holds, run = answers(noise=0.5, launches=2)
    assert (holds.verdict, run.verdict) == (Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE)
    assert "more launches would decide" in run.reason


def noisy_threads(spread):
    """A world in which processes scale, and threads do or do not: their launches differ by ``spread`` (log)."""
    made = OneWorkload(workload="sha256-large", missing={"interpreter-pool": "too old"})
    tables = made.tables()
    noisy = tables.launches["item"].str.startswith("sha256-large-thread")
    signs = [1 if index % 2 else -1 for index in range(int(noisy.sum()))]
    tables.launches.loc[noisy, "log_speedup"] += [spread * sign for sign in signs]
    return advice.gains_in_parallel(tables, made.target, "sha256-large")


def test_a_simpler_way_that_may_do_as_well_is_named():
    """Processes pay for certain; threads may, but are too uncertain to be named."""
    run = noisy_threads(0.7)
    assert run.verdict == Outcome.PROVED and "use 2 processes" in run.reason
    assert "which is simpler, may do as well" in run.reason


def test_processes_must_be_certainly_better_to_be_named():
    """Threads pay for certain and may be slower, which is not shown: they are named, and that it is not is told."""
    run = noisy_threads(0.25)
    assert run.reason.startswith("use 2 threads")
    assert "may be ahead of it" in run.reason


def test_threads_of_a_librarys_own_decide_nothing():
    """Where serial calls keep several cores busy already, neither answer is given, and the remedy is."""
    speedups = {
        f"fnv1a-{strategy}-w{workers}": 0.8 for strategy in PARALLEL for workers in (1, 2, 4)
    }
    holds, run = answers(reference_cores=1.9, speedups=speedups)
    assert (holds.verdict, run.verdict) == (Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE)
    assert "OMP_NUM_THREADS=1" in holds.reason and "OMP_NUM_THREADS=1" in run.reason


def test_without_a_gil_it_is_not_asked():
    """A free-threaded build has no GIL to release."""
    holds, run = answers(gil=False)
    assert holds.verdict == Outcome.NOT_APPLICABLE
    assert run.reason.startswith("use ") and " threads" in run.reason


def test_one_core_is_not_asked():
    """Threads cannot run at the same time."""
    holds, _ = answers(cores=1)
    assert holds.verdict == Outcome.NOT_APPLICABLE


def test_a_narrowed_run_says_what_is_missing():
    """Without threads, or without anything beside serial code, there is no answer, and the reason says what to do."""
    holds, run = answers(strategies=("serial",))
    assert (holds.verdict, run.verdict) == (Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE)
    assert "leave out --strategy" in holds.reason and "leave out --strategy" in run.reason


def test_threads_alone_do_not_make_serial_code_the_answer():
    """Pure Python that was measured in threads only: nothing says that processes do not pay."""
    holds, run = answers(strategies=("serial", "thread"))
    assert holds.verdict == Outcome.REFUTED
    assert run.verdict == Outcome.INCONCLUSIVE and "keep it serial" not in run.reason
    assert "processes were not measured: leave out --strategy" in run.reason


def test_strategies_that_failed_stay_in_the_verdict():
    """Threads that share a connection fail, and the advice to use processes says so."""
    failing = {f"fnv1a-thread-w{workers}": "ProgrammingError: no" for workers in (2, 4)}
    holds, run = answers(failures=failing, missing={"interpreter-pool": "too old"})
    assert run.verdict == Outcome.PROVED and "use 2 processes" in run.reason
    assert run.reason.endswith("thread failed: ProgrammingError: no")
    assert "thread failed: ProgrammingError" in holds.reason and "finish" not in holds.reason


def test_an_interrupted_run_says_to_let_it_finish():
    """What is planned and not measured yet needs no other options."""
    made = OneWorkload()
    tables = build(make_run(made.plan(), targets=made.targets, host=made.host), made.records()[:40])
    for answer in (
        advice.releases_gil(tables, made.target, "fnv1a"),
        advice.gains_in_parallel(tables, made.target, "fnv1a"),
    ):
        assert answer.verdict == Outcome.INCONCLUSIVE and "let a run finish" in answer.reason


def test_only_a_users_own_workloads_are_advised_on():
    """A run of the ledger's workloads has no advice."""
    assert advice.advise(OneWorkload().tables()) == []


def test_false_answers_are_rare():
    """In 60 worlds where threads gain exactly what no longer counts as nothing, they are hardly ever said to pay."""
    wrong = 0
    for seed in range(60):
        speedups = {f"fnv1a-thread-w{workers}": 1.15 for workers in (1, 2, 4)}
        _, run = answers(seed=seed, noise=0.03, speedups=speedups, strategies=("serial", "thread"))
        wrong += run.verdict == Outcome.PROVED
    assert wrong <= 7  # 5 % of 60 at most are expected; 8 or more have a probability below 2 %
