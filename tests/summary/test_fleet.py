"""What is said of a fleet: hosts that differ are told apart, hosts that do not are not."""

import pytest
from tests.synthetic import World

from gilbench.analysis.location import Location
from gilbench.claims.judging import judge_claims
from gilbench.model import Comparison, Ground, Label, Outcome, Verdict
from gilbench.model.fleets import Fleet, FleetHost, HostFacts, HostStatus
from gilbench.report.html import fleet_page
from gilbench.summary import fleet

CLAIM = "A16"


def columns(*speedups: float, name: str = "host"):
    """Hosts on which all that the claim needs has the given speedup over serial code."""
    found = []
    for number, speedup in enumerate(speedups):
        plan = World(claims=frozenset({CLAIM})).plan()
        labels = [each.item.label for each in plan if isinstance(each.item, Comparison)]
        truth = dict.fromkeys(labels, speedup)
        world = World(launches=8, claims=frozenset({CLAIM}), speedups=truth, seed=number)
        tables = world.tables()
        facts = HostFacts("vm", "machine", "0.1.0", "1", "CPython 3.11.7", "code")
        host = FleetHost(f"{name}-{number}", "", HostStatus.COMPLETE, facts=facts)
        found += fleet.columns_of(host, tables, judge_claims(tables), with_rows=True)
    return found


def test_a_host_that_differs_is_found():
    """One of three: its ratio to the others is what it is in truth, inside the interval."""
    found = fleet.differences(columns(1.9, 1.9, 1.5))
    ratios = {one.host: one.ratio for one in found}
    assert ratios["host-2"].lo < 1.5 / 1.9 < ratios["host-2"].hi < 1
    assert found[0].host == "host-2"


def test_hosts_that_do_not_differ_are_not_told_apart():
    """In three fleets of three; each gives a false alarm in 1 of 20 at the most."""
    alarms = 0
    for _ in range(3):
        alarms += bool(fleet.differences(columns(1.9, 1.9, 1.9)))
    assert alarms <= 1


def test_two_hosts_are_compared_once():
    """The one over the other; the other way round says the same."""
    cases = {one.case for one in fleet.differences(columns(1.9, 1.5))}
    found = fleet.differences(columns(1.9, 1.5))
    assert len(found) == len(cases) > 0
    assert all(one.host == "host-0" and one.ratio.lo > 1 for one in found)
    (row, *_) = fleet.host_pair(columns(1.9, 1.5), "host-1", "host-0")
    assert row.ratio.hi < 1


def test_what_could_have_been_told_apart_is_said():
    """A host that differs by more than the most is found; the page says so where none is."""
    least, most = fleet.certain_from(columns(1.9, 1.9, 1.9))
    assert 0 < least <= most
    assert fleet.differences(columns(1.9, 1.9, 1.9 / (1 + 2 * most)))
    assert fleet.certain_from(columns(1.9)) is None
    text = page(1.9, 1.9)
    assert ("to be told apart" in text) == ("Nothing, at the number" in text)


def test_what_all_hosts_share_is_said_once():
    """Their processor, and the target that each of them has."""
    text = page(1.9, 1.9)
    assert '<td class="text" colspan="2">Synthetic 1 <span class="faint">on all</span></td>' in text


@pytest.mark.parametrize(("truth", "low", "high"), [(0.0, 0.0, 0.02), (0.2, 0.08, 0.5)])
def test_the_spread_between_hosts(truth, low, high):
    """It is estimated beyond what launches explain."""
    steps = (-1.0, 0.0, 1.0)
    locations = [Location(truth * step, 0.01, 7, 8) for step in steps]
    assert low <= fleet.between_hosts(locations) <= high


def verdict(claim: str, outcome: Outcome, ground: Ground | None = None) -> Verdict:
    return Verdict(
        claim, "It is so", "3.13", outcome, None, None, "", (), "", "", "", ground=ground
    )


def test_a_claim_that_hosts_decide_differently_comes_first():
    """Each outcome is counted as readers see it: what held in every trial is not proved."""
    verdicts = [
        verdict("A1", Outcome.PROVED, Ground.EVERY_TRIAL),
        verdict("A2", Outcome.PROVED),
        verdict("A3", Outcome.NOT_APPLICABLE),
        verdict("A1", Outcome.PROVED, Ground.EVERY_TRIAL),
        verdict("A2", Outcome.REFUTED),
        verdict("A3", Outcome.NOT_APPLICABLE),
    ]
    rows = fleet.claim_rows(verdicts)
    assert [(row.id, row.tally, row.agrees, row.applies) for row in rows] == [
        ("A2", ((Label.PROVED, 1), (Label.REFUTED, 1)), False, True),
        ("A1", ((Label.HELD, 2),), True, True),
        ("A3", ((Label.NOT_APPLICABLE, 2),), True, False),
    ]


def test_hosts_are_in_the_order_of_their_names():
    """As readers count, not by letters; a name without numbers comes where its letters are."""
    names = ["worker-10", "beta", "worker-9", "alpha", "2", "worker-1b", "worker-1"]
    hosts = [FleetHost(name, "", HostStatus.COMPLETE) for name in names]
    assert [host.name for host in fleet.in_order_of_names(hosts)] == [
        *("2", "alpha", "beta", "worker-1", "worker-1b", "worker-9", "worker-10"),
    ]


def page(*speedups: float, name: str = "host") -> str:
    found = columns(*speedups, name=name)
    hosts = tuple(column.host for column in found)
    made = Fleet("20261128T000000Z-0000", "x", None, (), "0.1.0", "code", hosts=hosts)
    return fleet_page.render(made, found)


def test_the_page_has_every_host_and_claim():
    """What differs for certain, and that hosts of one machine share it."""
    text = page(1.9, 1.5)
    for word in ("host-0", "host-1", CLAIM, "share one machine", "took turns", "1 host complete"):
        assert (word in text) == (word != "1 host complete")
    assert "2 of 2 hosts complete" in text


def test_a_large_fleet_is_counted():
    """Columns of single hosts would be wider than any screen."""
    text = page(*([1.9] * (fleet_page.MOST_COLUMNS + 1)))
    assert "What the hosts are" not in text
    assert 'data-host="host-0"' not in text
    assert f"{fleet_page.MOST_COLUMNS + 1}" in text


def test_what_hosts_are_called_is_escaped():
    """A page is no place for markup from a host."""
    assert "<script>alert" not in page(1.9, 1.9, name="<script>alert(1)</script>")
