"""Seconds until claims are decided, where some trials decide none."""

import pytest
from tools.selfbench import page
from tools.selfbench.model import NEVER_S, OURS, Trial
from tools.selfbench.rows import first_claim


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        ([7.0], "7 s [7, 7]"),
        ([6.5, 7.0, NEVER_S], "7 s [6.5, never]"),
        ([7.0, NEVER_S], "never [7, never]"),
        ([7.0, NEVER_S, NEVER_S], "never [7, never]"),
        ([], "not measured yet"),
    ],
)
def test_what_a_trial_did_not_decide_is_no_number(seconds, written):
    """It counts as later than all others, and the median of a number and of that is none either."""
    values = [dict.fromkeys((first_claim.FIRST, first_claim.ALL), one) for one in seconds]
    trials = [Trial(row="first_claim", series="claims", tool=OURS, values=each) for each in values]
    assert page.written(first_claim.seconds(trials, first_claim.ALL, OURS)) == written
