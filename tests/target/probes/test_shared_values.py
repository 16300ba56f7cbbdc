"""The probe of Value and Array: when two processes count as having been at it together."""

import pytest

from gilbench.target.probes import shared_values


@pytest.mark.parametrize(
    ("spans", "share"),
    [
        ([(0, 100), (0, 100)], 1.0),
        ([(0, 100), (50, 250)], 0.5),
        ([(0, 100), (100, 200)], 0.0),
        ([(0, 100), (300, 400)], 0.0),
        ([(0, 100), None], 0.0),
    ],
)
def test_the_overlap_is_the_share_of_the_shorter_span(spans, share):
    """Whichever process came first."""
    assert shared_values.overlap(spans) == share
    assert shared_values.overlap(spans[::-1]) == share


def test_under_its_lock_nothing_is_lost():
    """However often the processes meet."""
    params = {"ask": "locked", "updates": 500, "trials": 1}
    (trial,) = shared_values.PROBE.run(params)["trials"]
    assert trial["counted"] == trial["expected"] == 1000
