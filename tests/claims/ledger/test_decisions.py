"""Every claim in worlds whose truth is known: where it holds, where it does not, where it cannot be told."""

import math

import pytest
from tests.synthetic import WHERE_IT_APPLIES, World

from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import all_claims
from gilbench.model import Outcome, Verdict

PROVED, REFUTED, INCONCLUSIVE = Outcome.PROVED, Outcome.REFUTED, Outcome.INCONCLUSIVE

PROCESS_TWIN, THREAD_TWIN = (
    "fnv1a-process-subclass-w2-vs-process",
    "fnv1a-thread-subclass-w2-vs-thread",
)
CEILING = 1.96
COUNTED = {
    "A1",
    "A3",
    "A4",
    "A5",
    "A6",
    "A7",
    "A8",
    "A9",
    "A10",
    "A11",
    "A14",
    "B12",
    "B14",
    "B17",
    "B21",
    "B25",
    "B26",
    "B27",
    "A21",
    "A22",
    "A23",
    "A24",
    "A25",
    "A26",
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "C6",
    "C7",
    "C8",
}  # trials, not times

WORLDS = [
    ("A1", PROVED, {}),
    ("A1", REFUTED, {"trials": {"process-life": {"child_pid": 1}}}),
    ("A1", REFUTED, {"trials": {"process-life": {"joined_ns": 15}}}),
    ("A1", REFUTED, {"trials": {"process-life": {"joined_ns": None}}}),
    ("A2", PROVED, {}),
    ("A2", REFUTED, {"speedups": {PROCESS_TWIN: 0.8}}),
    ("A2", REFUTED, {"speedups": {PROCESS_TWIN: 1.25}}),
    ("A2", INCONCLUSIVE, {"speedups": {PROCESS_TWIN: 1.10}}),
    ("A3", REFUTED, {}),
    ("A3", PROVED, {"trials": {"terminate": {"exit_code": None, "alive_after": True}}}),
    ("A4", PROVED, {}),
    ("A4", REFUTED, {"trials": {"daemon-exit": {"daemon_alive_after": True}}}),
    ("A5", PROVED, {}),
    ("A5", REFUTED, {"trials": {"terminate": {"exit_code": 0}}}),
    ("A6", PROVED, {}),
    ("A6", PROVED, {"trials": {"pool-size": {"process_cpu_count": None, "narrowed_size": 2}}}),
    ("A6", REFUTED, {"trials": {"pool-size": {"narrowed_size": 2}}}),
    ("A7", PROVED, {}),
    ("A7", REFUTED, {"trials": {"pool-tasks": {"pids": [4, 5, 6]}}}),
    ("A7", REFUTED, {"trials": {"pool-tasks": {"most_at_once": 3}}}),
    ("A8", PROVED, {}),
    ("A8", REFUTED, {"trials": {"pool-order": {"submit_after_close": ""}}}),
    ("A8", REFUTED, {"trials": {"pool-order": {"ready_after_join": False}}}),
    ("A8", REFUTED, {"trials": {"pool-order": {"join_after_terminate": "ValueError"}}}),
    ("B25", REFUTED, {}),
    ("B25", PROVED, {"trials": {"daemon-exit": {"daemon_alive_after": False}}}),
    ("B26", REFUTED, {}),
    ("B26", PROVED, {"trials": {"queue-limits": {"get_after_put_raised": ""}}}),
    ("A9", PROVED, {}),
    ("A9", REFUTED, {"trials": {"queue-limits": {"put_waited_ns": 0}}}),
    ("A9", REFUTED, {"trials": {"queue-limits": {"lost": 1, "received": 99}}}),
    ("A10", PROVED, {}),
    ("A10", REFUTED, {"trials": {"pipe-ends": {"receiver_send_raised": ""}}}),
    ("A11", PROVED, {}),
    ("A11", REFUTED, {"trials": {"pipe-eof": {"eof_raised": "timed out"}}}),
    ("A11", REFUTED, {"trials": {"pipe-eof": {"closed_raised": "EOFError"}}}),
    ("B27", REFUTED, {}),
    ("B27", PROVED, {"trials": {"pipe-eof": {"kept_raised": "EOFError"}}}),
    ("A12", PROVED, {}),
    ("A12", REFUTED, {"law": {"queue": 0.2}}),
    ("A12", PROVED, {"law": {"pipe:1048576": 3.0}}),
    ("A12", REFUTED, {"law": {"pipe:1024": 5.0}}),
    ("A12", INCONCLUSIVE, {"law": {"queue:16": (3000 + 0.5 * 16) / (9000 + 0.7 * 16)}}),
    ("A13", PROVED, {}),
    ("A13", REFUTED, {"speedups": {THREAD_TWIN: 0.8}}),
    ("A13", REFUTED, {"speedups": {THREAD_TWIN: 1.25}}),
    ("A13", INCONCLUSIVE, {"speedups": {THREAD_TWIN: 1 / 1.10}}),
    ("A14", PROVED, {}),
    ("A14", REFUTED, {"trials": {"relock": {"lock_second_acquire": True}}}),
    ("A14", REFUTED, {"trials": {"relock": {"rlock_free_after": [True, True]}}}),
    ("A15", PROVED, {}),
    ("A15", REFUTED, {"law": {"unlocked": 0.0}}),
    ("A15", REFUTED, {"law": {"locked": 0.01}}),
    ("A15", REFUTED, {"law": {"lock_cost": 0.5}}),
    ("A15", INCONCLUSIVE, {"law": {"lock_cost": 1.0}}),
    ("A15", INCONCLUSIVE, {"law": {"unlocked": 0.0, "alternations": 1}}),
    ("A16", PROVED, {}),
    ("A16", PROVED, {"speedups": {"fnv1a-thread-w2": 0.7}}),
    ("A16", REFUTED, {"gil": False}),
    ("A16", REFUTED, {"speedups": {"fnv1a-thread-w2": 1.5}}),
    ("A16", INCONCLUSIVE, {"speedups": {"fnv1a-thread-w2": 1.15}}),
    ("B22", PROVED, {}),
    ("B22", PROVED, {"speedups": {"fnv1a-thread-w2": 0.7}}),
    ("B22", REFUTED, {"gil": False}),
    ("B22", REFUTED, {"cores_used": {"fnv1a-thread-w2": 1.6}}),
    ("B23", REFUTED, {}),
    ("B23", REFUTED, {"gil": False}),
    ("B23", PROVED, {"speedups": {"sha256-large-thread-w2": 1.0}}),
    ("B23", INCONCLUSIVE, {"speedups": {"sha256-large-thread-w2": 1.15}}),
    ("A17", PROVED, {}),
    ("A17", REFUTED, {"speedups": {"fnv1a-process-w2": 1.2}}),
    ("A17", INCONCLUSIVE, {"speedups": {"fnv1a-process-w2": 0.75 * CEILING}}),
    ("A18", PROVED, {}),
    ("A18", REFUTED, {"speedups": {"sleep-thread-w4": 1.0}}),
    ("A18", REFUTED, {"speedups": {"socket-thread-w4": 1.0}}),
    ("A18", INCONCLUSIVE, {"speedups": {"socket-thread-w4": 1.6}}),
    ("A18", INCONCLUSIVE, {"speedups": {"sleep-thread-w4": 2.0}}),
    ("A19", REFUTED, {}),
    ("A19", PROVED, {"operations_matter": 1.0, "interval_matters": 0.0}),
    ("A19", INCONCLUSIVE, {"operations_matter": 0.5}),
    ("A19", INCONCLUSIVE, {"interval_matters": 0.0}),
    ("A20", PROVED, {}),
    ("A20", REFUTED, {"speedups": {"http-thread-w4": 1.0}}),
    ("A20", INCONCLUSIVE, {"speedups": {"http-thread-w4": 1.15}}),
    ("B1", REFUTED, {}),
    ("B1", REFUTED, {"gil": False}),
    ("B1", PROVED, {"speedups": {"sha256-small-thread-w4": 0.8}}),
    (
        "B1",
        REFUTED,
        {"speedups": {"fnv1a-thread-w1": 0.8, "fnv1a-thread-w2": 0.8, "fnv1a-thread-w4": 0.8}},
    ),
    ("B1", INCONCLUSIVE, {"speedups": {"fnv1a-thread-w2": 0.98 * 0.99}}),
    ("B2", PROVED, {}),
    ("B2", REFUTED, {"speedups": {"sha256-large-thread-w2": 1.0}}),
    ("B2", INCONCLUSIVE, {"speedups": {"sha256-large-thread-w2": 0.75 * CEILING}}),
    ("B3", PROVED, {}),
    ("B3", REFUTED, {"gil": False}),
    ("B3", REFUTED, {"speedups": {"sha256-small-thread-w2": 1.6}}),
    ("B3", INCONCLUSIVE, {"speedups": {"sha256-small-thread-w2": 1.15}}),
    ("B3", INCONCLUSIVE, {"speedups": {"sha256-large-thread-w2": 1.1}}),
    ("B4", PROVED, {}),
    ("B4", REFUTED, {"speedups": {"crc32-large-thread-w2": 1.0}}),
    ("B4", REFUTED, {"speedups": {"crc32-small-thread-w2": 1.6}}),
    ("B5", PROVED, {}),
    ("B5", PROVED, {"gil": False}),
    ("B5", REFUTED, {"speedups": {"fnv1a-asyncio-w2": 1.6}}),
    ("B5", REFUTED, {"speedups": {"sleep-asyncio-w4": 1.0}}),
    ("B6", PROVED, {}),
    ("B6", REFUTED, {"gil": False}),
    ("B6", REFUTED, {"law": {"convoy": 0.1}}),
    ("B6", REFUTED, {"law": {"convoy": 2.6}}),
    ("B6", INCONCLUSIVE, {"law": {"convoy": 0.8}}),
    ("B6", INCONCLUSIVE, {"law": {"alone": 20.0}}),
    ("B6", INCONCLUSIVE, {"law": {"convoy": 2.6, "threads_core": 0.5}}),
    ("B7", PROVED, {}),
    ("B7", REFUTED, {"gil": False}),
    ("B7", REFUTED, {"law": {"pair": 0.2}}),
    ("B7", REFUTED, {"law": {"tail": 1.0}}),
    ("B7", INCONCLUSIVE, {"law": {"threads_core": 0.5}}),
    ("B8", PROVED, {}),
    ("B8", REFUTED, {"law": {"beside_process": 5.0}}),
    ("B9", PROVED, {}),
    ("B9", REFUTED, {"law": {"held": 6.0}}),
    ("B9", INCONCLUSIVE, {"law": {"bytecode": 60.0}}),
    ("B10", PROVED, {}),
    ("B10", REFUTED, {"law": {"fairness": 0.3}}),
    ("B10", INCONCLUSIVE, {"law": {"fairness": 0.7}}),
    ("B11", PROVED, {}),
    ("B11", REFUTED, {"law": {"fork": 6.0}}),
    ("B11", INCONCLUSIVE, {"law": {"forkserver": 45.0}}),
    ("B12", PROVED, {}),
    ("B12", REFUTED, {"trials": {"start-method": {"start_method": "spawn"}}}),
    ("B12", REFUTED, {"trials": {"start-method": {"child_saw": False}}}),
    ("B13", PROVED, {}),
    ("B13", PROVED, {"gil": False}),
    ("B13", REFUTED, {"speedups": {"fnv1a-interpreter-w2": 1.2}}),
    ("B13", INCONCLUSIVE, {"speedups": {"fnv1a-interpreter-w2": 0.75 * CEILING}}),
    ("B13", REFUTED, {"law": {"interpreter": 90.0}}),
    ("B14", REFUTED, {}),
    ("B14", PROVED, {"gil": False}),
    ("B14", PROVED, {"law": {"bare": 1e-5}}),
    ("B14", INCONCLUSIVE, {"law": {"alternations": 1}}),
    ("B15", PROVED, {"gil": False, "beside": True}),
    ("B15", REFUTED, {"gil": False, "beside": True, "speedups": {"shared-dict-thread-w2": 1.2}}),
    ("B15", REFUTED, {"gil": False, "beside": True, "speedups": {"own-attribute-thread-w2": 0.9}}),
    ("B24", PROVED, {"gil": False, "beside": True}),
    ("B24", PROVED, {"gil": False, "beside": True, "speedups": {"fnv1a-serial-w1": 1.04}}),
    ("B24", REFUTED, {"gil": False, "beside": True, "speedups": {"fnv1a-serial-w1": 1.6}}),
    (
        "B24",
        INCONCLUSIVE,
        {"gil": False, "beside": True, "speedups": {"fnv1a-serial-w1": 0.98**4 / 0.9**3}},
    ),
    ("B16", PROVED, {"gil": False, "beside": True}),
    ("B16", REFUTED, {"gil": False, "beside": True, "speedups": {"fnv1a-serial-w1": 1.1}}),
    ("B16", INCONCLUSIVE, {"gil": False, "beside": True, "speedups": {"fnv1a-serial-w1": 0.98}}),
    ("B17", PROVED, {"gil": False}),
    ("B17", REFUTED, {"gil": False, "trials": {"unmarked-import": {"gil_after": False}}}),
    ("B17", REFUTED, {"gil": False, "trials": {"unmarked-import": {"blamed": []}}}),
    ("B17", REFUTED, {"gil": False, "trials": {"unmarked-import": {"failed": "ImportError"}}}),
    ("B18", PROVED, {}),
    ("B18", REFUTED, {"law": {"manager": 0.01}}),
    ("B19", PROVED, {}),
    ("B19", REFUTED, {"law": {"shared-memory": 4.0}}),
    ("B21", PROVED, {}),
    ("B21", PROVED, {"law": {"alternations": 1}}),
    ("B21", REFUTED, {"law": {"forms": 0.0}}),
    ("B21", INCONCLUSIVE, {"law": {"forms": 0.0, "alternations": 1}}),
    ("B20", REFUTED, {}),
    ("B20", PROVED, {"law": {"timeout": 2.0}}),
    ("B20", REFUTED, {"law": {"timeout": 3.0}}),
    ("B20", INCONCLUSIVE, {"law": {"timeout": (1.5 * (0.06 + 5.1) - 0.06) / 5.1}}),
    ("A21", REFUTED, {}),
    ("A21", PROVED, {"trials": {"pool-start": {"before": 0, "newcomers": 2}}}),
    ("A22", PROVED, {}),
    ("A22", REFUTED, {"trials": {"names": {"child_name": "Process-1"}}}),
    ("A22", REFUTED, {"trials": {"names": {"child_current_pid": 1}}}),
    ("A22", REFUTED, {"trials": {"names": {"thread_name": "Thread-1"}}}),
    ("A23", PROVED, {}),
    ("A23", REFUTED, {"trials": {"shared-values": {"array": [0, 0]}}}),
    ("A23", REFUTED, {"trials": {"shared-values": {"plain_seen": True}}}),
    ("A24", PROVED, {}),
    ("A24", REFUTED, {"law": {"value_lost": 0.0}}),
    ("A24", REFUTED, {"law": {"value_locked_lost": 0.1}}),
    ("A24", INCONCLUSIVE, {"law": {"value_lost": 0.0, "overlap": 0.0}}),
    ("A25", PROVED, {}),
    ("A25", REFUTED, {"trials": {"programs": {"children": [], "raised": ["RuntimeError"]}}}),
    ("A26", PROVED, {}),
    ("A26", REFUTED, {"trials": {"programs": {"exit_code": None, "joined": False}}}),
    ("C1", PROVED, {}),
    ("C1", REFUTED, {"trials": {"fork-lock": {"held_acquired": True}}}),
    ("C1", REFUTED, {"trials": {"fork-lock": {"free_acquired": False}}}),
    ("C2", PROVED, {}),
    ("C2", REFUTED, {"trials": {"fork-lock": {"warned": []}}}),
    ("C3", PROVED, {}),
    ("C3", REFUTED, {"law": {"refused": 0}}),
    (
        "C3",
        INCONCLUSIVE,
        {"law": {"refused": 0}, "trials": {"shared-generator": {"shares": [9, 0]}}},
    ),
    ("C4", PROVED, {}),
    ("C4", REFUTED, {"gil": False}),
    ("C4", REFUTED, {"trials": {"shared-generator": {"doubled": 1}}}),
    ("C5", PROVED, {}),
    ("C5", PROVED, {"gil": False}),
    ("C5", REFUTED, {"law": {"append": 0.1}}),
    ("C5", REFUTED, {"law": {"next-count": 0.1}}),
    ("C5", INCONCLUSIVE, {"law": {"alternations": 1}}),
    ("C6", PROVED, {}),
    ("C6", PROVED, {"gil": False}),
    ("C6", REFUTED, {"law": {"dict-get": 0.0}}),
    ("C7", REFUTED, {}),
    ("C7", PROVED, {"gil": False}),
    ("C7", INCONCLUSIVE, {"law": {"alternations": 1}}),
    ("C9", PROVED, {}),
    ("C9", REFUTED, {"gil": False}),
    ("C9", REFUTED, {"law": {"handed_over": 0.01}}),
    ("C9", INCONCLUSIVE, {"law": {"threads_core": 0.5}}),
    ("C10", PROVED, {}),
    ("C10", REFUTED, {"law": {"yielded": 1.5}}),
    ("C10", INCONCLUSIVE, {"law": {"yielded": 1.5, "threads_core": 0.5}}),
    ("C11", PROVED, {}),
    ("C11", REFUTED, {"gil": False}),
    ("C11", REFUTED, {"law": {"request_beside": 0.1}}),
    ("C11", INCONCLUSIVE, {"law": {"threads_core": 0.5}}),
    ("C12", PROVED, {}),
    ("C12", REFUTED, {"law": {"request_short": 4.0}}),
    ("C13", REFUTED, {}),
    ("C13", PROVED, {"gil": False}),
    ("C13", REFUTED, {"gil": False, "law": {"shared": 1.2}}),
    ("C13", INCONCLUSIVE, {"gil": False, "law": {"readers_cores": 1.0}}),
    ("C14", PROVED, {}),
    ("C14", PROVED, {"gil": False}),
    ("C14", REFUTED, {"gil": False, "law": {"deferred": 9.0}}),
    ("C14", REFUTED, {"gil": False, "law": {"immortal": 9.0}}),
    ("C15", PROVED, {}),
    ("C15", PROVED, {"gil": False}),
    ("C15", REFUTED, {"law": {"stopped": 0.2}}),
    ("C16", PROVED, {}),
    ("C16", REFUTED, {"law": {"feed": 0.0}}),
    ("C16", REFUTED, {"law": {"start_interpreter": 160.0}}),
    ("C17", REFUTED, {"law": {"contended": 0.5}}),
    ("C17", PROVED, {"law": {"contended": 3.0}}),
    ("C18", PROVED, {}),
    ("C18", REFUTED, {"law": {"jit": 0.98}}),
    ("C8", REFUTED, {"quota": 1.0}),
    ("C8", PROVED, {"quota": 1.0, "trials": {"pool-size": {"pool_size": 1, "cpu_count": 1}}}),
    ("B28", PROVED, {}),
    ("B28", REFUTED, {"speedups": {"fnv1a-process-w2": 1.2}}),
    ("B28", INCONCLUSIVE, {"speedups": {"fnv1a-process-w2": 0.75 * 0.97 * CEILING}}),
    ("B29", PROVED, {}),
    ("B29", REFUTED, {"law": {"large_timeout": 1.0}}),
    ("B29", INCONCLUSIVE, {"law": {"large_timeout": 1.0, "threads_core": 0.5}}),
]


def verdict_in(claim: str, **truth) -> Verdict:
    """The verdict on a claim in a world of which only the claim's own items are measured."""
    world = World(claims=frozenset({claim}), ceiling=CEILING, **truth)
    return next(verdict for verdict in judge_claims(world.tables()) if verdict.id == claim)


@pytest.mark.parametrize(("claim", "expected", "truth"), WORLDS)
def test_the_verdict_is_the_worlds(claim, expected, truth):
    """A claim is proved where it holds, refuted where it does not, and open at its bound or between two answers."""
    found = verdict_in(claim, **truth)
    assert found.verdict == expected, found.reason


@pytest.mark.parametrize(
    "claim", ["A16", "A17", "B1", "B2", "B3", "B4", "B13", "B22", "B23", "B28"]
)
def test_claims_about_several_cores_do_not_apply_to_one(claim):
    """On one usable core a claim about a second one says that it does not apply, and why."""
    found = verdict_in(claim, cores=1)
    assert (found.verdict, found.estimate) == (Outcome.NOT_APPLICABLE, None)
    assert "one usable core" in found.reason


@pytest.mark.parametrize(
    "claim", ["A19", "B4", "B8", "B9", "B10", "B20", "B29", "C3", "C10", "C12"]
)
def test_what_the_gil_does_not_apply_without_it(claim):
    """Free-threaded, there is no lock to be handed over."""
    assert verdict_in(claim, gil=False).verdict == Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("claim", ["B15", "B16", "B24"])
def test_what_the_missing_gil_costs_needs_both(claim):
    """With the GIL there is nothing to ask; without it, the same version that has it must be measured beside."""
    for truth, words in (({}, "has the GIL"), ({"gil": False}, "must be measured alongside")):
        found = verdict_in(claim, **truth)
        assert found.verdict == Outcome.NOT_APPLICABLE and words in found.reason


@pytest.mark.parametrize("claim", ["B13", "B17"])
def test_what_a_version_lacks_does_not_apply(claim):
    """Older versions have no interpreters to make; a build with the GIL has it whatever is imported."""
    found = verdict_in(
        claim, missing=dict.fromkeys(("interpreter", "unmarked-import"), "not before 3.14")
    )
    reasons = {
        "B13": "not before 3.14",
        "B17": "this build always has the GIL: nothing can switch it on",
    }
    assert (found.verdict, found.reason) == (Outcome.NOT_APPLICABLE, reasons[claim])


def test_every_claim_has_worlds_that_decide_it_both_ways():
    """A claim that no world can prove or none can refute says nothing."""
    for outcome in (PROVED, REFUTED):
        assert {claim for claim, expected, _ in WORLDS if expected == outcome} == {
            one.id for one in all_claims()
        }


@pytest.mark.parametrize("claim", ["A2", "A13", "A18", "A20"])
def test_other_claims_are_decided_on_one_core_too(claim):
    """Waiting overlaps on one core as well, and two spellings cost the same there."""
    assert verdict_in(claim, cores=1).verdict == PROVED


STEADY = {
    "C9",
    "C10",
    "B10",
    "B22",
}  # B10: noise is unfairness; B22: the cores that a round uses do not depend on its speed; C9, C10: six conditions
TIMED = [claim.id for claim in all_claims() if claim.id not in COUNTED | STEADY]


@pytest.mark.parametrize("claim", TIMED)
def test_noise_beyond_measure_decides_nothing(claim):
    """Launches that vary by a factor of ten leave every claim open, whatever their mean."""
    applicable = WHERE_IT_APPLIES.get(claim, {})
    assert verdict_in(claim, noise=4.0, launches=8, **applicable).verdict == INCONCLUSIVE


def test_an_open_verdict_says_what_would_decide():
    """INCONCLUSIVE for want of launches names the quantity, its bound and the remedy."""
    found = verdict_in("A20", speedups={"http-thread-w4": 1.15})
    assert "speedup of http-thread-w4" in found.reason and "--profile full" in found.reason


def test_between_two_answers_is_said_to_be_neither():
    """A world in which neither answer holds, sure as it is, is not said to need more launches."""
    found = verdict_in("A18", speedups={"socket-thread-w4": 1.6})
    assert "between the bounds" in found.reason and "launches" not in found.reason


@pytest.mark.parametrize("claim", ["A17", "B2"])
def test_scaling_is_held_against_the_ceiling_of_the_same_launch(claim):
    """The same speedup of 1.5 is a failure on a host that reaches 2.5 and a success on one that reaches 1.7."""
    case = {"A17": "fnv1a-process-w2", "B2": "sha256-large-thread-w2"}[claim]
    worlds = {
        ceiling: World(claims=frozenset({claim}), ceiling=ceiling, speedups={case: 1.5})
        for ceiling in (1.7, 2.5)
    }
    found = {ceiling: judge_claims(world.tables()) for ceiling, world in worlds.items()}
    outcome = {
        ceiling: next(one.verdict for one in found[ceiling] if one.id == claim) for ceiling in found
    }
    assert outcome == {1.7: PROVED, 2.5: REFUTED}


def test_the_estimate_is_the_truth_of_the_world():
    """The number shown is reference time over case time, on the scale of a factor."""
    estimate = verdict_in("A17", speedups={"fnv1a-process-w2": 1.83}).estimate
    assert estimate is not None
    assert math.isclose(estimate.center, 1.83, rel_tol=0.01) and estimate.unit == "×"
