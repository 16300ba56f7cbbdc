"""What a call showed when it was tried, and the plan that follows."""

import pytest
from tests.synthetic import make_target

from gilbench.plan.call_plan import MAP, Job
from gilbench.summary.tried_call import LAUNCH_S, TriedCall

TRIAL = {
    "call_ns": 2e6,
    "wait_share": None,
    "form": "plain",
    "gil_after": True,
    "found_ns": 5e8,
    "shown": "parse('x')",
    "pickling": {"args_ns": 1e3, "result_ns": 2e3},
}


@pytest.mark.parametrize(
    ("form", "is_asynchronous"),
    [("plain", False), ("generator", False), ("coroutine", True), ("async generator", True)],
)
def test_what_has_to_be_awaited_is_gathered(form, is_asynchronous):
    """And nothing else is."""
    tried = TriedCall(make_target(), TRIAL | {"form": form})
    assert tried.is_asynchronous == is_asynchronous
    assert ("asyncio" in tried.suiting_ways) == is_asynchronous


@pytest.mark.parametrize("missing", [True, False])
def test_interpreters_are_tried_where_there_are_some(missing):
    """The target's own description says so."""
    lacks = {"interpreter-pool": "needs 3.14"} if missing else {}
    tried = TriedCall(make_target(version="3.14.0", missing=lacks), TRIAL)
    assert ("interpreter-pool" in tried.suiting_ways) != missing


def test_the_plan_is_of_what_the_trial_took():
    """Seconds of the call and of a launch with the user's imports; an unknown wait counts as none."""
    only = Job(MAP, "thread", 2)
    plan = TriedCall(make_target(), TRIAL).plan(8.0, 4, [only])
    assert plan.call_s == pytest.approx(0.002) and plan.start_s == pytest.approx(LAUNCH_S + 0.5)
    assert (plan.wait_share, plan.cores, plan.seconds, plan.asked) == (0.0, 4, 8.0, (only,))
