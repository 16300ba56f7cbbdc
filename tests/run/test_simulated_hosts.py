"""The real scheduler, launch queue and ledger on simulated hosts: what they decide, how soon, how often wrongly.

Larger numbers of the same runs: ``python -m tests.simulations``.
"""

import math

import pytest
from tests.hosts import HostLaw
from tests.simulated_runs import simulate
from tests.simulations.hosts import CORES, CROWDED, TWO_SPEEDS
from tests.simulations.whole_runs import IN_TIME_S

from gilbench.claims.registry import HEADLINE
from gilbench.model import LaunchStart, Outcome
from gilbench.plan.profiles import PROFILES

GLANCE, QUICK, STANDARD = (PROFILES[name] for name in ("glance", "quick", "standard"))
QUIET = HostLaw(launch_noise=0.003, round_noise=0.003)
NEED_TWO_CORES = {"A16", "A17", "B2", "B3"}


def wrong_in(law: HostLaw, claims: tuple[str, ...], seeds: range) -> list[str]:
    """The claims that are decided wrongly in glances at hosts of a law."""
    return [id for seed in seeds for id in simulate(law, GLANCE, claims=claims, seed=seed).wrong]


def test_a_quiet_host_shows_the_law_that_it_follows():
    """Speedups are those of the law, but for what starting the workers costs."""
    law = HostLaw(launch_noise=0.0, round_noise=0.0, speedups={"fnv1a-thread-w2": 0.90})
    verdicts = simulate(law, GLANCE, claims=("A16", "A17", "A18")).verdicts
    threads, processes, waiting = (verdicts[id].estimate.center for id in ("A16", "A17", "A18"))
    assert threads == pytest.approx(0.90, rel=0.04)
    assert processes == pytest.approx(0.97 * 2, rel=0.06)
    assert waiting == pytest.approx(4, rel=0.15)


def test_cores_of_two_speeds_are_seen_in_the_rounds():
    """Serial rounds on a core that keeps its speed for seconds take one of two times, half of them the longer one."""
    law = HostLaw(dwell_s=5.0, launch_noise=0.0, round_noise=0.0)
    rounds = simulate(law, STANDARD, claims=("A16",), seed=3).recorder.tables().rounds
    serial_ms = (
        rounds.loc[(rounds["role"] == "reference") & ~rounds["warmup"].astype(bool), "wall_ns"]
        / 1e6
    )
    ratios = serial_ms / serial_ms.min()
    assert ((ratios < 1.05) | (abs(ratios - 1 / law.slow) < 0.05)).mean() > 0.9
    assert 0.1 < (ratios > 1.5).mean() < 0.9


def test_another_law_turns_the_verdict():
    """Threads that gain a half refute A16: the simulator does not say what is expected whatever the truth is."""
    run = simulate(HostLaw(speedups={"fnv1a-thread-w2": 1.5}), GLANCE, claims=("A16",))
    assert run.verdicts["A16"].verdict == Outcome.REFUTED and run.wrong == ("A16",)


@pytest.mark.parametrize("claim", ["A17", "B2"])
def test_cores_of_different_speed_do_not_count_against_processes_and_threads(claim):
    """A processor of two large and two small cores gives equal shares what its small cores give, not 75 % of all."""
    law = HostLaw(cores=4, slow=0.5, slow_cores=2)
    logs = []
    for seed in range(
        4
    ):  # serial launches are on a large core or a small one, so that one run is a rough guide
        verdict = simulate(law, GLANCE, claims=(claim,), seed=seed).verdicts[claim]
        share = {one.quantity: one.estimate.center for one in verdict.evidence}
        slowest = next(value for name, value in share.items() if "slowest core" in name)
        reached = next(value for name, value in share.items() if "ceiling of equal shares" in name)
        assert slowest == pytest.approx(math.sqrt(0.5), rel=0.05)
        assert verdict.verdict != Outcome.REFUTED
        logs.append(math.log(reached))
    assert math.exp(sum(logs) / len(logs)) == pytest.approx(0.97, rel=0.1)


def test_the_same_seed_gives_the_same_run():
    """Nothing of a simulated run depends on the machine that simulates it."""
    first, second = (
        simulate(HostLaw(dwell_s=0.1), GLANCE, claims=("A16",), seed=5) for _ in range(2)
    )
    assert first.recorder.records == second.recorder.records


def test_what_readers_ask_first_is_decided_first_and_in_seconds_on_a_quiet_host():
    """The four claims of a glance within its ten seconds, rightly, and A16 before the others."""
    run = simulate(QUIET, GLANCE)
    assert {id for id in run.verdicts if run.is_decided(id)} == set(GLANCE.claims) and not run.wrong
    assert max(run.decided_s.values()) < 10
    assert min(run.decided_s, key=lambda id: run.decided_s[id]) == "A16"


def items_of_first_launches(claims: tuple[str, ...], launches: int) -> list[str]:
    """The items of the first launches of a glance at a quiet host."""
    records = simulate(QUIET, GLANCE, claims=claims).recorder.records
    return [record.item for record in records if isinstance(record, LaunchStart)][:launches]


def test_a_run_narrowed_to_claims_measures_them_one_after_another_at_first():
    """So that the first verdict comes early: the launches of A16's first analysis, then A17."""
    looks = GLANCE.claim.looks[0]
    *first, then = items_of_first_launches(("A16", "A17"), looks + 1)
    assert len(set(first)) == 1 and then != first[0]


@pytest.mark.parametrize("law", TWO_SPEEDS.values(), ids=TWO_SPEEDS)
def test_cores_of_two_speeds_make_no_wrong_verdict(law):
    """However long a core keeps its speed; and A16 is decided within 15 s in most runs."""
    runs = [simulate(law, STANDARD, claims=("A16",), seed=seed) for seed in range(3)]
    assert not [run.wrong for run in runs if run.wrong]
    assert sum(run.decided_s.get("A16", math.inf) <= IN_TIME_S for run in runs) >= 2


@pytest.mark.parametrize("law", CROWDED.values(), ids=CROWDED)
def test_a_host_that_lacks_cores_makes_no_wrong_verdict(law):
    """One core, other programs, a quota, virtual cores: claims stay open there, and none is decided wrongly."""
    assert wrong_in(law, HEADLINE, range(2)) == []


@pytest.mark.parametrize("cores", CORES)
def test_every_size_of_host_keeps_the_budget_and_decides_the_headline(cores):
    """What is planned for a host fits its budget up to a last launch; on one core, what takes two does not apply."""
    run = simulate(HostLaw(cores=cores), QUICK, claims=HEADLINE)
    assert run.wrong == ()
    assert run.spent_s < 1.1 * QUICK.budget_s
    not_applicable = {
        id for id, one in run.verdicts.items() if one.verdict == Outcome.NOT_APPLICABLE
    }
    assert not_applicable == (NEED_TWO_CORES if cores == 1 else set())
    assert all(map(run.is_decided, set(HEADLINE) - not_applicable))


@pytest.mark.slow
@pytest.mark.parametrize("law", TWO_SPEEDS.values(), ids=TWO_SPEEDS)
def test_whole_runs_on_cores_of_two_speeds_decide_nothing_wrongly(law):
    """All claims of the ledger, in a standard run each."""
    assert [
        run.wrong for seed in range(5) if (run := simulate(law, STANDARD, seed=seed)).wrong
    ] == []
