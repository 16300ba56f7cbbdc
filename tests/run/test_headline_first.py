"""When the headline is measured, and how much of the budget it takes before the rest of the ledger begins."""

from tests.scheduled_runs import LAUNCH_S, LOOKS, MANY_LOOKS, Simulated, shown, world

from gilbench.model import Outcome, Stop
from gilbench.run.claims_scheduler import ClaimsScheduler


def test_headline_claims_come_first_and_one_by_one():
    """A16's first interim analysis, then A17's, then the others that are asked first; the rest of the ledger after."""
    run = Simulated(world("A16", "A17", "A18", "B9"), only_shown=(shown(3),)).run()
    first = [
        run.order.index(label)
        for label in ("fnv1a-thread-w2", "fnv1a-process-w2", "sleep-thread-w4", "stall")
    ]
    assert first == sorted(first)
    assert run.order[: LOOKS[0]] == ["fnv1a-thread-w2"] * LOOKS[0]
    assert run.order[LOOKS[0] : 2 * LOOKS[0]] == ["fnv1a-process-w2"] * LOOKS[0]


def test_headline_claims_take_turns_in_a_whole_run():
    """So that a core that is slow for a second costs each of them a launch, and no claim all five."""
    run = Simulated(world("A16", "A17", "A18", "B9"), whole=True).run()
    headline = ["fnv1a-thread-w2", "fnv1a-process-w2", "sleep-thread-w4", "socket-thread-w4"]
    turns = run.order[: len(headline) * LOOKS[0]]
    assert set(turns[: len(headline)]) == set(headline)
    assert turns == turns[: len(headline)] * LOOKS[0]


def test_headline_claims_that_the_host_is_not_fit_for_wait_until_others_have_had_their_launches():
    """Without a second core A17 stays open however long it is measured: B9 is not to wait for that."""
    one_core = world("A17", "B9", ceiling=1.0, speedups={"fnv1a-process-w2": 0.97})
    run = Simulated(one_core, whole=True).run()
    first_of_b9 = run.order.index("stall")
    assert run.order[:first_of_b9] == ["fnv1a-process-w2"] * LOOKS[0]
    outcomes = run.outcomes()
    assert (outcomes["A17"], outcomes["B9"]) == (Outcome.INCONCLUSIVE, Outcome.PROVED)


def test_headline_claims_that_are_hard_to_decide_go_first_while_the_host_is_fit():
    """Near its bound A17 gets more launches before any other claim, and is not given up after five."""
    near = {"fnv1a-process-w2": 0.82 * 0.98 * 2}
    run = Simulated(world("A17", "B9", speedups=near, noise=0.05), whole=True).run()
    assert run.ends["fnv1a-process-w2"] == (Stop.SETTLED, LOOKS[1])
    assert run.order.index("stall") == LOOKS[1]


def hard_to_decide(budget_s: float) -> Simulated:
    """A whole run in which A17 lies so near its bound that it takes more than ``HEADLINE_LAUNCHES``."""
    near = {"fnv1a-process-w2": 0.82 * 0.98 * 2}
    truth = world("A17", "B9", launches=MANY_LOOKS[-1], speedups=near, noise=0.12)
    return Simulated(truth, whole=True, looks=MANY_LOOKS, budget_s=budget_s).run()


def test_a_headline_claim_that_is_hard_to_decide_is_decided_before_other_claims_begin():
    """It is what readers ask first: it is not to wait until the whole ledger has been analysed once."""
    run = hard_to_decide(budget_s=1000.0)
    first_of_b9 = run.order.index("stall")
    assert first_of_b9 > ClaimsScheduler.HEADLINE_LAUNCHES
    assert run.ends["fnv1a-process-w2"] == (Stop.SETTLED, first_of_b9)


def test_a_headline_claim_is_not_given_up_before_its_spread_is_known():
    """At its bound no number of launches would decide A16, but five of them cannot tell."""
    truth = world(
        "A16", "B9", launches=MANY_LOOKS[-1], speedups={"fnv1a-thread-w2": 1.15}, noise=0.05
    )
    known = ClaimsScheduler.HEADLINE_LAUNCHES
    run = Simulated(truth, whole=True, looks=MANY_LOOKS)
    run.run(until=lambda run: len(run.order) == known)
    assert run.order == ["fnv1a-thread-w2"] * known


def test_a_headline_claim_takes_no_more_than_its_share_of_the_budget_before_other_claims():
    """Then all of them have the launches of their first analysis."""
    launches = ClaimsScheduler.HEADLINE_LAUNCHES + 2
    run = hard_to_decide(budget_s=launches * LAUNCH_S / ClaimsScheduler.HEADLINE_SHARE)
    assert run.order.index("stall") == launches
    assert run.order[launches : launches + MANY_LOOKS[0]] == ["stall"] * MANY_LOOKS[0]


def test_where_its_first_analyses_decide_the_headline_its_share_changes_nothing(monkeypatch):
    """On a quiet host a run is measured launch by launch as if the headline had none."""
    truth = world("A16", "A17", "B3", "B9")
    with_share = Simulated(truth, whole=True, only_shown=(shown(3),)).run()
    monkeypatch.setattr(ClaimsScheduler, "HEADLINE_SHARE", 0.0)
    without = Simulated(truth, whole=True, only_shown=(shown(3),)).run()
    assert with_share.order == without.order and with_share.ends == without.ends


def test_a_narrowed_run_decides_what_is_asked_first_before_it_begins_anything_else():
    """B2 has no launch, though it is of the headline, as long as the host may decide A17."""
    near = {"fnv1a-process-w2": 0.82 * 0.98 * 2}
    claims = ("A16", "A17", "A18", "B2")
    truth = world(*claims, launches=MANY_LOOKS[-1], speedups=near, noise=0.05)
    run = Simulated(truth, looks=MANY_LOOKS).run()
    launches_before_b2 = run.order[: run.order.index("sha256-large-thread-w2")]
    because, launches = run.ends["fnv1a-process-w2"]
    assert because == Stop.SETTLED and launches > LOOKS[0]
    assert launches_before_b2.count("fnv1a-process-w2") == launches
