"""What is said of a fleet: its claims, the order of its hosts, and its page."""

from tests.summary.fleets import CLAIM, page

from gilbench.model import Ground, Label, Outcome, Verdict
from gilbench.model.fleets import FleetHost, HostStatus
from gilbench.report.html import fleet_page
from gilbench.summary import fleet


def verdict(claim: str, outcome: Outcome, ground: Ground | None = None) -> Verdict:
    return Verdict(
        claim, "It is so", "3.13", outcome, None, None, "", (), "", "", "", ground=ground
    )


def test_what_all_hosts_share_is_said_once():
    """Their processor, and the target that each of them has."""
    text = page(1.9, 1.9)
    assert '<td class="text" colspan="2">Synthetic 1 <span class="faint">on all</span></td>' in text


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
