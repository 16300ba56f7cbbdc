"""What C17 expects of a version, and what it measures."""

import pytest
from tests import synthetic

from gilbench.claims.claim import Setting
from gilbench.claims.registry import find_claims
from gilbench.experiments import locking
from gilbench.model import Outcome


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.8.18", Outcome.PROVED),
        ("3.13.0", Outcome.PROVED),
        ("3.13.1", Outcome.REFUTED),
        ("3.14.7+", Outcome.REFUTED),
        ("3.15.0a2+", Outcome.REFUTED),
    ],
)
def test_a_lock_collapses_until_it_became_a_mutex(version, expected):
    """threading.Lock is a PyMutex since 3.13.1, with the GIL and without."""
    (claim,) = find_claims(["C17"])
    for gil in (True, False):
        target = synthetic.make_target(version=version, gil=gil)
        assert claim.expected(Setting(target, synthetic.make_host(2))) == expected


def test_locks_that_are_compared_have_the_same_span():
    """Contention of threads grows for a while, so that a Lock and an RLock get as long; one thread needs no more."""
    spans = {}
    for condition in locking.CONDITIONS:
        if condition["lock"] != "none":
            spans.setdefault((condition["of"], condition["workers"]), set()).add(
                condition["duration_s"]
            )
    assert all(len(of_one_figure) == 1 for of_one_figure in spans.values())
    assert spans["threading", 2] == {locking.CONTENDED_S}
    assert spans["threading", 1] == {locking.DURATION_S}
