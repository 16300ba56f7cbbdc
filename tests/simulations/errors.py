"""How many ledgers hold a false verdict, with true effects at the bounds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tests.simulated_ledgers import LedgerSimulation
from tests.simulations.hosts import share
from tests.simulations.study import Piece, Results, Study

LEDGERS = 10  # of a piece
SEED = 2026


@cache
def _simulation() -> LedgerSimulation:
    return LedgerSimulation(SEED)


def _pieces(runs: int) -> Iterator[Piece]:
    for number in range(-(-runs // LEDGERS)):
        yield (number,)


def _simulate(number: int) -> list[list[int]]:
    """Of each ledger: false claims when first decided, false ones at the end, and decided ones."""
    simulation = _simulation()
    simulation.seed(SEED, number)
    judged = []
    for ledger in simulation.ledgers(LEDGERS):
        judged.append([ledger.false_when_decided, ledger.false_at_the_end, ledger.decided])
    return judged


def _table(results: Results) -> Iterator[str]:
    ledgers = [ledger for piece in results.values() for ledger in piece]
    if not ledgers:
        return
    when_decided = sum(ledger[0] > 0 for ledger in ledgers)
    at_the_end = sum(ledger[1] > 0 for ledger in ledgers)
    claims = len(_simulation().questions)
    decided = sum(ledger[2] for ledger in ledgers) / len(ledgers)
    yield f"| ledgers of {claims} claims with a false verdict | |"
    yield "|---|---|"
    yield f"| when a claim was first decided | {share(when_decided, len(ledgers))} |"
    yield f"| in a report on all launches | {share(at_the_end, len(ledgers))} |"
    yield f"| claims decided in the mean | {decided:.1f} |"


ERRORS = Study(_pieces, _simulate, _table)
