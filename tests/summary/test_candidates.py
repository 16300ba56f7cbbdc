"""What a run's recommendation counts that its workers do not do: handing calls and results to processes."""

import msgspec
import pytest
from tests.summary.worlds import OWN, OwnWorkload

from gilbench.model import Outcome
from gilbench.summary.recommendation import recommend

NO_INTERPRETERS = {"interpreter-pool": "too old"}


def recommended(changes, **world):
    """The recommendation for pure Python of which a trial found this."""
    own = msgspec.structs.replace(OWN, **changes)
    made = OwnWorkload(own=own, missing=NO_INTERPRETERS, **world)
    return recommend(made.tables(), made.target, made.workload)


def test_results_that_take_longer_to_hand_over_than_to_make_stay_in_this_process():
    """Processes gained while they kept their rows: less than nothing is left of it."""
    cheap, expensive = recommended({"pickled_s": 1e-5}), recommended({"pickled_s": 2e-3})
    assert cheap.outcome == Outcome.PROVED and "pickle" not in cheap.reason
    assert expensive.outcome == Outcome.REFUTED and expensive.reason.startswith("keep it serial")
    assert "pickle every call and its result: 2 ms for a call of 1 ms" in expensive.reason


def test_pickling_that_leaves_a_gain_is_told_with_the_advice():
    """It takes a fifth of a call: processes still pay, and the reason names what was not measured."""
    made = recommended({"pickled_s": 2e-4})
    assert made.outcome == Outcome.PROVED and made.reason.startswith("use 2 processes")
    assert "200 µs for a call of 1 ms, which is counted but not measured here" in made.reason


def test_no_process_is_advised_for_what_cannot_be_pickled():
    """A lambda: serial code is the answer where threads gain nothing, and the cause is said."""
    made = recommended({"unpicklable": "the call cannot be pickled: PicklingError: a lambda"})
    assert made.outcome == Outcome.REFUTED and made.choice is None
    assert "processes cannot be handed it: the call cannot be pickled" in made.reason
    alone = recommended({"unpicklable": "a lambda"}, strategies=("serial", "process"))
    assert alone.outcome == Outcome.INCONCLUSIVE and "threads were not measured" in alone.reason


@pytest.mark.parametrize(
    ("workload", "words"), [("sleep", "more than 4 workers were not tried"), ("fnv1a", "")]
)
def test_waiting_work_says_that_more_workers_may_gain_more(workload, words):
    """Where the best has as many as were tried."""
    made = recommended({"cpu_share": 0.1}, workload=workload)
    assert made.choice is not None
    assert (words or made.reason) in made.reason
    assert ("workers were not tried" in made.reason) == bool(words)


def test_a_process_is_no_simpler_than_a_pool():
    """It may do as well: that is said, and no more."""
    made = OwnWorkload(
        missing=NO_INTERPRETERS,
        strategies=("serial", "process", "pool"),
        speedups={"fnv1a-process-w2": 1.9, "fnv1a-pool-w2": 1.8},
    )
    tables = made.tables()
    noisy = tables.launches["item"].str.startswith("fnv1a-process")
    signs = [1 if index % 2 else -1 for index in range(int(noisy.sum()))]
    tables.launches.loc[noisy, "log_speedup"] += [0.8 * sign for sign in signs]
    reason = recommend(tables, made.target, made.workload).reason
    assert reason.startswith("use pool with 2 workers")
    assert "; 2 processes may do as well (" in reason and "simpler" not in reason
