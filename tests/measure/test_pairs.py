"""Measuring a comparison: launches, pairs and the seconds of a round, with launches that are fakes."""

import itertools
from collections import Counter

import numpy as np
import pytest
from tests import synthetic
from tests.fakes import Script
from tests.measure.conftest import plan_of

from gilbench.measure.launches import MeasurementError
from gilbench.measure.pairs import median_error
from gilbench.model import (
    CeilingControl,
    Effort,
    Failure,
    ItemEnd,
    LaunchStart,
    PlannedItem,
    Round,
    Stop,
)
from gilbench.plan.comparisons import compare, orders

WALL_MS = {"serial": 100.0, "thread": 80.0}


def test_an_item_is_measured_launch_by_launch(drive):
    """Six launches of four pairs, each launch a process of its own that is opened and closed once."""
    driven = drive(plan_of(), Script(WALL_MS))
    assert driven.rounds == 24
    assert [launch.closed for launch in driven.script.launches] == [1] * 6
    assert {launch.executable for launch in driven.script.launches} == {synthetic.EXECUTABLE}
    assert driven.of(ItemEnd) == [ItemEnd("fnv1a-thread-w2@3.13.0", 6, Stop.EFFORT)]
    assert [start.launch for start in driven.of(LaunchStart)] == [0, 1, 2, 3, 4, 5]
    assert [start.pid for start in driven.of(LaunchStart)] == [
        launch.pid for launch in driven.script.launches
    ]


def test_every_launch_begins_with_a_warm_up_pair(drive):
    """The first pair of a launch is marked as warm-up, reference first, and numbered -1."""
    driven = drive(plan_of(looks=(2,)), Script(WALL_MS))
    for launch in range(2):
        rounds = [one for one in driven.of(Round) if one.launch == launch]
        assert [(one.role, one.pair) for one in rounds if one.warmup] == [
            ("reference", -1),
            ("case", -1),
        ]
        assert all(one.warmup for one in rounds[:2]) and not any(one.warmup for one in rounds[2:])


def test_the_clock_counts_measured_rounds_of_the_case_only(drive):
    """pytest-benchmark is given the case's own time: no warm-up, no reference, no control, nothing of the parent's."""
    driven = drive(plan_of(looks=(2,)), Script(WALL_MS))
    bytes_a_round = 8 * 4096
    assert driven.rounds_s == pytest.approx([0.080 / bytes_a_round] * 8)


def test_rounds_of_more_tasks_do_not_look_slower(drive):
    """What processes get more of in a round does not count against them: the clock shows a unit of work."""
    threads, processes = plan_of("thread", looks=(2,)), plan_of("process", looks=(2,))
    tasks = [planned.item.tasks for planned in (threads, processes)]
    assert tasks[0] < tasks[1]
    in_proportion = {"serial": 100.0, "thread": 10.0 * tasks[0], "process": 5.0 * tasks[1]}
    driven = [
        sum(drive(planned, Script(in_proportion)).rounds_s) for planned in (threads, processes)
    ]
    assert driven[0] == pytest.approx(2 * driven[1])


def test_a_pair_is_a_case_and_its_reference_next_to_each_other(drive):
    """Both halves of every pair run the same tasks on the same launch, one right after the other."""
    driven = drive(plan_of(looks=(3,)), Script(WALL_MS))
    timed = [one for one in driven.of(Round) if not one.warmup]
    for first, second in zip(timed[::2], timed[1::2], strict=True):
        assert (first.launch, first.pair) == (second.launch, second.pair)
        assert (first.position, second.position) == (0, 1)
        assert {first.role, second.role} == {"case", "reference"}
    assert {
        (asked["workload"], asked["tasks"]) for asked in driven.script.asked if "tasks" in asked
    } == {("fnv1a", 8)}


def test_the_order_within_pairs_is_random_and_balanced(drive):
    """As often the case goes first as the reference, in an order that the seed and the item decide."""
    driven = drive(plan_of(looks=(4,)), Script(WALL_MS))
    firsts = [one.role for one in driven.of(Round) if not one.warmup and one.position == 0]
    assert firsts.count("case") == firsts.count("reference") == 8
    assert firsts == [order[0] for order in orders(3, "fnv1a-thread-w2@3.13.0", 16)]


def test_each_half_runs_under_its_own_strategy(drive):
    """The reference runs serially with one worker, the case as planned, and both with the target's calibrated size."""
    driven = drive(plan_of(looks=(2,)), Script(WALL_MS))
    rounds = [asked for asked in driven.script.asked if "strategy" in asked]
    assert {(asked["strategy"], asked["workers"]) for asked in rounds} == {
        ("serial", 1),
        ("thread", 2),
    }
    assert {asked["params"]["size"] for asked in rounds} == {4096}
    by_role = {one.role: one.wall_ns for one in driven.of(Round)}
    assert by_role == {"case": 80_000_000, "reference": 100_000_000}


@pytest.mark.parametrize(("pairs", "rounds_between"), [(3, (1, 2, 2, 1)), (4, (2, 2, 2, 2))])
def test_ceiling_controls_run_among_the_rounds_of_each_launch(drive, pairs, rounds_between):
    """Where scaling is at stake, three of them divide the rounds of a launch, after its warm-up."""
    driven = drive(plan_of(looks=(3,), pairs=pairs), Script(WALL_MS))
    assert driven.script.of("probe") == [(n, "ceiling") for n in range(3) for _ in range(3)]
    assert [(one.launch, one.workers, one.ceiling) for one in driven.of(CeilingControl)] == [
        (n, 2, 1.9) for n in range(3) for _ in range(3)
    ]
    launch = [kind for number, kind, _ in driven.script.log if number == 0]
    first, *others = (["round"] * rounds for rounds in rounds_between)
    expected = ["set up", *["round"] * 2, *first]
    for rounds in others:
        expected += ["probe", *rounds]
    assert launch == expected


def test_the_only_pair_of_a_launch_has_controls_next_to_its_case(drive):
    """Its rounds are so long that other programs come and go while the reference computes."""
    driven = drive(plan_of(looks=(8,), pairs=1), Script(WALL_MS))
    timed = [one for one in driven.records if isinstance(one, CeilingControl)]
    timed += [one for one in driven.of(Round) if not one.warmup]
    firsts = set()
    for launch in range(8):
        of_launch = [one for one in driven.records if one in timed and one.launch == launch]
        kinds = [getattr(one, "role", "control") for one in of_launch]
        case = kinds.index("case")
        assert kinds[case - 1] == kinds[case + 1] == "control" and kinds.count("control") == 2
        firsts.add(kinds[0])
    assert firsts == {"reference", "control"}


@pytest.mark.parametrize(("workload", "workers"), [("sleep", 2), ("fnv1a", 1)])
def test_no_control_runs_where_nothing_can_scale(drive, workload, workers):
    """Waiting, and one worker, need no second core."""
    item = compare(synthetic.make_target(), workload, "thread", workers)
    driven = drive(PlannedItem(item, Effort((2,), 2)), Script())
    assert driven.of(CeilingControl) == [] and driven.rounds == 4


def lasting(given, wall_ns):
    """An answer whose round and worker computed for as much longer, or shorter, as it took."""
    more_ns = wall_ns - given["wall_ns"]
    (worker,) = given["workers"]
    return given | {
        "wall_ns": wall_ns,
        "compute_ns": given["compute_ns"] + more_ns,
        "workers": [worker | {"end_ns": worker["end_ns"] + more_ns}],
    }


def varying(*factors):
    """Rounds of the thread strategy that take so many times their time, over and over; the warm-up as well."""
    threads = itertools.count()

    def answer(_, op, given):
        if op != "round" or given["wall_ns"] != 80_000_000:
            return given
        return lasting(given, int(given["wall_ns"] * factors[next(threads) % len(factors)]))

    return answer


ADAPTED = PlannedItem(plan_of().item, Effort((2, 4), 4, 10, 0.01), ("A16",))


def pairs_of(driven):
    """Launch → pairs measured."""
    return Counter(one.launch for one in driven.of(Round) if one.role == "case" and not one.warmup)


@pytest.mark.parametrize(
    ("factors", "pairs"), [((1.0,), 4), ((1.0, 1.5), 10), ((1.0, 1.0, 1.0, 1.02), 4)]
)
def test_a_launch_continues_while_its_pairs_differ(drive, factors, pairs):
    """To the fewest pairs where they agree, to the most where they do not; one in four that is off is no reason."""
    driven = drive(ADAPTED, Script(WALL_MS, varying(*factors)))
    assert pairs_of(driven) == dict.fromkeys(range(4), pairs)
    assert driven.of(ItemEnd) == [ItemEnd(ADAPTED.item.id, 4, Stop.EFFORT)]
    assert [launch.closed for launch in driven.script.launches] == [1] * 4


def test_a_launch_ends_after_an_even_number_of_pairs(drive):
    """As often the case goes first as the reference, wherever a launch ends."""
    driven = drive(ADAPTED, Script(WALL_MS, varying(1.0, 1.0, 1.0, 1.05, 1.05, 1.0, 1.0, 1.0, 1.0)))
    firsts = Counter(
        (one.launch, one.role) for one in driven.of(Round) if not one.warmup and one.position == 0
    )
    assert set(pairs_of(driven).values()) > {4}
    for launch, pairs in pairs_of(driven).items():
        assert firsts[launch, "case"] == firsts[launch, "reference"] == pairs // 2


def test_where_a_launch_ends_favours_neither_side(drive):
    """Launches last as long when case and reference exchange what their rounds took: how much pairs differ decides, and
    never which half was faster."""
    generator = np.random.default_rng(7)
    took_ns = 1e8 * np.exp(
        generator.choice([0.0, 0.5], p=[0.8, 0.2], size=(2, 2000))
        + generator.normal(0, 0.01, (2, 2000))
    )
    took_ns[1] *= 1.05

    def lengths(case_ns, reference_ns):
        rounds = {
            80_000_000: iter(case_ns),
            100_000_000: iter(reference_ns),
        }  # by what the script says of a strategy

        def answer(_, op, given):
            return lasting(given, int(next(rounds[given["wall_ns"]]))) if op == "round" else given

        return pairs_of(
            drive(
                PlannedItem(ADAPTED.item, Effort((60,), 4, 10, 0.01), ("A16",)),
                Script(WALL_MS, answer),
            )
        )

    one, other = lengths(*took_ns), lengths(*took_ns[::-1])
    assert one == other
    assert set(one.values()) == {4, 6, 8, 10}


@pytest.mark.parametrize("n", [20, 200])
def test_the_error_of_a_median_is_that_of_simulated_ones(n):
    """Of normally distributed values; in the middle over many samples."""
    samples = np.random.default_rng(3).normal(1.0, 0.1, (2000, n))
    told = np.median([median_error(list(sample)) for sample in samples])
    assert told == pytest.approx(np.std(np.median(samples, axis=1)), rel=0.1)


def test_worker_times_count_from_the_start_of_the_round(drive):
    """The target's clock readings become offsets, so that rounds can be laid over one another."""
    worker = drive(plan_of(looks=(2,)), Script(WALL_MS)).of(Round)[0].workers[0]
    assert worker.start_ns == 1_000_000 and worker.end_ns == 100_000_000 - 1_000_000


def change_round(number, **changes):
    """Changes the answer to the n-th request of the test."""
    return lambda count, op, given: (
        {**given, **changes} if count == number and op == "round" else given
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"checksum": 41}, "wrong result: checksum 41 where earlier rounds gave 42"),
        ({"tasks": 7}, "7 of 8 tasks were done"),
    ],
)
def test_a_wrong_result_fails_the_item(drive, changes, words):
    """A round that did not do the work does not count, however fast it was, and ends its item."""
    driven = drive(plan_of(), Script(WALL_MS, change_round(10, **changes)))
    assert driven.error is not None and driven.error.startswith(words)
    assert driven.of(Failure) == [Failure("fnv1a-thread-w2@3.13.0", 0, driven.error)]
    assert driven.of(ItemEnd) == []
    assert (
        len(driven.of(Round)) == 7
    )  # those before it; request 0 is the ping, and 7 is the control


def test_results_must_agree_between_items_too(drive):
    """Two strategies of one workload that come to different results are found out, though each agrees with itself."""
    assert drive(plan_of("thread"), Script(WALL_MS)).error is None
    other = drive(
        plan_of("thread-subclass"),
        Script(answer=lambda _, op, given: {**given, "checksum": 5} if op == "round" else given),
    )
    assert other.error is not None and "checksum 5 where earlier rounds gave 42" in other.error


def test_a_failure_keeps_what_was_measured_and_closes_the_launch(drive):
    """A launch that dies in the third launch leaves the two before it in the journal, and nothing open."""

    def die(count, op, given):
        if driven_script.log[-1][0] == 2 and op == "round":
            raise MeasurementError("the launch died (signal SIGKILL)")
        return given

    driven_script = Script(WALL_MS, die)
    driven = drive(plan_of(), driven_script)
    assert driven.of(Failure) == [
        Failure("fnv1a-thread-w2@3.13.0", 2, "the launch died (signal SIGKILL)")
    ]
    assert {one.launch for one in driven.of(Round)} == {0, 1}
    assert [launch.closed for launch in driven.script.launches] == [1, 1, 1]
