"""What follows from a way that does not answer: for itself, and for the others of its kind."""

import pytest
from msgspec.structs import replace
from tests.synthetic import make_target

from gilbench.plan.call_plan import MAP, TICKER, Job
from gilbench.run.hung_ways import HungWays, Silence
from gilbench.summary.call_facts import UNFINISHED_WAY

PROCESSES = Job(MAP, "process-pool", 2)
THREADS = Job(MAP, "thread", 2)


def hung_ways(start_method="fork"):
    """A target whose processes start like this, on which no way hung so far."""
    target = make_target()
    description = replace(target.description, start_method=start_method)
    return HungWays(replace(target, description=description))


@pytest.mark.parametrize("waited_s", [3.3, 2.0])
def test_a_process_that_is_forked_and_hangs_is_kept_and_spawned_from_then_on(waited_s):
    """Whether or not the budget ended before patience did: it may be a lock that no thread of the fork releases."""
    hung = hung_ways()
    kept = hung.no_answer(PROCESSES, waited_s, patience_s=3.3, expected_s=0.1)
    assert kept.may_still_work
    assert kept.failure == f"{UNFINISHED_WAY} {waited_s:.1f} s, where 0.1 s were expected"
    assert hung.settings(PROCESSES) == {"start_method": "spawn"}
    assert hung.settings(THREADS) == {} and hung.like(PROCESSES) is None


@pytest.mark.parametrize(
    ("job", "waited_s", "expected_s"),
    [(PROCESSES, 0.6, 0.1), (PROCESSES, 2.0, 1.0), (THREADS, 2.0, 0.1), (Job(TICKER), 2.0, 0.1)],
    ids=["soon", "not much later", "threads", "ticker"],
)
def test_the_end_of_the_budget_says_nothing_of_what_may_still_be_done(job, waited_s, expected_s):
    """A busy host makes everything take longer."""
    hung = hung_ways()
    assert hung.no_answer(job, waited_s, 20.0, expected_s) == Silence("", may_still_work=True)
    assert hung.settings(PROCESSES) == {} and hung.like(job) is None


def test_what_hangs_though_it_is_not_forked_is_waited_for_once():
    """Spawned processes and threads; the others of its kind are not tried."""
    hung = hung_ways("spawn")
    given_up = Silence("no answer within 3.3 s", may_still_work=False)
    assert hung.no_answer(PROCESSES, 3.3, 3.3, 0.1) == given_up
    assert hung.like(Job(MAP, "pool", 4)) == "process-pool" and hung.like(THREADS) is None
    assert hung.no_answer(THREADS, 3.3, 3.3, 0.1) == given_up
    assert hung.like(Job(MAP, "thread-pool", 2)) == "thread"
