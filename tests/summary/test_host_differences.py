"""Hosts that differ are told apart, hosts that do not are not."""

import pytest
from tests.summary.fleets import columns, page

from gilbench.analysis.location import Location
from gilbench.summary import host_differences


def test_a_host_that_differs_is_found():
    """One of three: its ratio to the others is what it is in truth, inside the interval."""
    found = host_differences.differences(columns(1.9, 1.9, 1.5))
    ratios = {one.host: one.ratio for one in found}
    assert ratios["host-2"].lo < 1.5 / 1.9 < ratios["host-2"].hi < 1
    assert found[0].host == "host-2"


def test_hosts_that_do_not_differ_are_not_told_apart():
    """In three fleets of three; each gives a false alarm in 1 of 20 at the most."""
    alarms = 0
    for _ in range(3):
        alarms += bool(host_differences.differences(columns(1.9, 1.9, 1.9)))
    assert alarms <= 1


def test_two_hosts_are_compared_once():
    """The one over the other; the other way round says the same."""
    cases = {one.case for one in host_differences.differences(columns(1.9, 1.5))}
    found = host_differences.differences(columns(1.9, 1.5))
    assert len(found) == len(cases) > 0
    assert all(one.host == "host-0" and one.ratio.lo > 1 for one in found)
    (row, *_) = host_differences.host_pair(columns(1.9, 1.5), "host-1", "host-0")
    assert row.ratio.hi < 1


def test_what_could_have_been_told_apart_is_said():
    """A host that differs by more than the most is found; the page says so where none is."""
    least, most = host_differences.certain_from(columns(1.9, 1.9, 1.9))
    assert 0 < least <= most
    assert host_differences.differences(columns(1.9, 1.9, 1.9 / (1 + 2 * most)))
    assert host_differences.certain_from(columns(1.9)) is None
    text = page(1.9, 1.9)
    assert ("to be told apart" in text) == ("Nothing, at the number" in text)


@pytest.mark.parametrize(("truth", "low", "high"), [(0.0, 0.0, 0.02), (0.2, 0.08, 0.5)])
def test_the_spread_between_hosts(truth, low, high):
    """It is estimated beyond what launches explain."""
    steps = (-1.0, 0.0, 1.0)
    locations = [Location(truth * step, 0.01, 7, 8) for step in steps]
    assert low <= host_differences.between_hosts(locations) <= high
