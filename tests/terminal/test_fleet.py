"""A fleet in the terminal: what became of every host, and every claim over all of them."""

import io
from pathlib import Path

from rich.console import Console

from gilbench.model import Outcome, Verdict
from gilbench.model.fleets import Fleet, FleetHost, HostStatus
from gilbench.terminal.fleet import print_fleet


def verdict(claim: str, outcome: Outcome) -> Verdict:
    return Verdict(claim, f"{claim} is so", "3.13", outcome, None, None, "", (), "", "", "")


def test_every_claim_is_counted_over_all_hosts():
    """Those that hosts decide differently come first, and those that apply nowhere are left out."""
    hosts = tuple(FleetHost(name, "", HostStatus.COMPLETE) for name in ("alpha", "beta"))
    fleet = Fleet("f", "x", None, (), "0.1.0", "code", hosts=hosts)
    by_host = {
        "alpha": [
            verdict("A1", Outcome.PROVED),
            verdict("A2", Outcome.PROVED),
            verdict("A3", Outcome.NOT_APPLICABLE),
        ],
        "beta": [verdict("A1", Outcome.PROVED), verdict("A2", Outcome.REFUTED)],
    }
    console = Console(file=io.StringIO(), width=80)
    print_fleet(console, Path("page.html"), fleet, by_host)
    lines = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    assert lines[-4:] == [
        "Id Claim Verdicts",
        "A2 A2 is so PROVED 1, REFUTED 1",
        "A1 A1 is so PROVED 2",
        "report: page.html",
    ]
