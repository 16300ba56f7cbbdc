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


def test_a_large_fleet_fits_the_screen_of_a_terminal():
    """Hosts that are not complete and claims that hosts decide differently come first; a pipe has all."""
    hosts = [FleetHost(f"host-{place:02}", "", HostStatus.COMPLETE) for place in range(40)]
    hosts[30] = FleetHost("host-30", "", HostStatus.LOST, reason="it went away, " * 20)
    fleet = Fleet("f", "x", None, (), "0.1.0", "code", hosts=tuple(hosts))
    by_host = {}
    for host in hosts:
        outcome = Outcome.REFUTED if host.name == "host-07" else Outcome.PROVED
        by_host[host.name] = [verdict(f"A{place}", Outcome.PROVED) for place in range(1, 60)]
        by_host[host.name].append(verdict("B7", outcome))
    console = Console(
        file=io.StringIO(), width=80, height=24, force_terminal=True, color_system=None
    )
    print_fleet(console, Path("page.html"), fleet, by_host)
    lines = console.file.getvalue().splitlines()
    assert len(lines) <= 22  # one for how to resume it, one for the prompt
    assert next(line.split()[0] for line in lines if line.startswith("host-")) == "host-30"
    assert next(line.split()[0] for line in lines if " is so" in line) == "B7"
    assert "more hosts" in console.file.getvalue() and "more claims" in console.file.getvalue()
    pipe = Console(file=io.StringIO(), width=80)
    print_fleet(pipe, Path("page.html"), fleet, by_host)
    assert pipe.file.getvalue().count("host-") == 40
    assert pipe.file.getvalue().count(" is so") == 60
