"""Fleets whose hosts have a known speedup in every case."""

from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.model import Comparison
from gilbench.model.fleets import Fleet, FleetHost, HostFacts, HostStatus
from gilbench.report.html import fleet_page
from gilbench.summary import fleet

CLAIM = "A16"


def columns(*speedups: float, name: str = "host"):
    """Hosts on which all that the claim needs has the given speedup over serial code."""
    of_hosts = []
    for number, speedup in enumerate(speedups):
        plan = World(claims=frozenset({CLAIM})).plan()
        labels = [each.item.label for each in plan if isinstance(each.item, Comparison)]
        truth = dict.fromkeys(labels, speedup)
        world = World(launches=8, claims=frozenset({CLAIM}), speedups=truth, seed=number)
        tables = world.tables()
        facts = HostFacts("vm", "machine", "0.1.0", "1", "CPython 3.11.7", "code")
        host = FleetHost(f"{name}-{number}", "", HostStatus.COMPLETE, facts=facts)
        of_hosts += fleet.columns_of(host, tables, judge_claims(tables), with_rows=True)
    return of_hosts


def page(*speedups: float, name: str = "host") -> str:
    """The page of such a fleet."""
    of_hosts = columns(*speedups, name=name)
    hosts = tuple(column.host for column in of_hosts)
    made = Fleet("20261128T000000Z-0000", "x", None, (), "0.1.0", "code", hosts=hosts)
    return fleet_page.render(made, of_hosts)
