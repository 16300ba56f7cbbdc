"""Which launches count: decided by what the host did, never by their ratios."""

import pytest
from tests.check.conftest import Checked


@pytest.mark.parametrize(("ticks", "n"), [(1, 10), (2, 9)])
def test_one_stolen_tick_may_be_another_moments(ticks, n):
    """The kernel counts stolen time in ticks of 10 ms: one is no sign, even of rounds that are as short as that."""
    judging = Checked(stolen={3: ticks}).judging()
    assert {len(judging.sample(case).values) for case in judging.cases} == {n}


def test_what_is_left_out_depends_on_the_host_alone():
    """The same launches count whichever side was slow in them."""
    for off in (0.5, 1.0, 2.0):
        judging = Checked(disturbed=frozenset({1}), off=off).judging()
        assert {len(judging.sample(case).values) for case in judging.cases} == {9}
