"""Results of rounds of the same work match, or the round does not count."""

import pytest

from gilbench.measure.expected_results import ExpectedResults
from gilbench.measure.launches import MeasurementError


def test_results_are_compared_with_the_first_of_their_kind():
    """The first round sets the checksum, on whatever target; other numbers of tasks, sizes and workloads have their
    own."""
    results = ExpectedResults()
    results.check("head", "fnv1a", 4096, 8, 1)
    results.check("baseline", "fnv1a", 4096, 8, 1)
    for other in (("fnv1a", 4096, 16), ("sleep", None, 8), ("fnv1a", 8192, 8)):
        results.check("head", *other, 2)
    with pytest.raises(
        MeasurementError, match="checksum 3 where earlier rounds gave 1; the round does not count"
    ):
        results.check("head", "fnv1a", 4096, 8, 3)


def test_a_check_lets_the_two_sides_differ():
    """Head may have other code than baseline; each side must still agree with itself."""
    results = ExpectedResults()
    results.of_each_target = True
    results.check("head", "fnv1a", 4096, 8, 1)
    results.check("baseline", "fnv1a", 4096, 8, 2)
    results.check("head", "fnv1a", 4096, 8, 1)
    with pytest.raises(MeasurementError, match="checksum 1 where earlier rounds gave 2"):
        results.check("baseline", "fnv1a", 4096, 8, 1)
