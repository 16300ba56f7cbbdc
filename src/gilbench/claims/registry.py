"""All claims: collects them from the files of ``gilbench.claims.ledger``, and finds them by id."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

from gilbench.claims import ledger
from gilbench.claims.claim import Claim
from gilbench.model import unknown_name

# What readers ask first, in the order in which it is measured and shown: threads of pure Python,
# processes, waiting, C code that releases the GIL, C code that does not, a crawler.
HEADLINE = ("A16", "A17", "A18", "B2", "B3", "A20")


class LedgerError(Exception):
    """A file of the ledger has no claims, or two claims have the same id."""


@cache
def all_claims() -> tuple[Claim, ...]:
    """Every claim of the ledger, ordered by id: A2 before A16 before B1.

    Raises:
        LedgerError: A file of the ledger has no ``CLAIMS``, or two claims have the same id.
    """
    by_id: dict[str, Claim] = {}
    for info in pkgutil.iter_modules(ledger.__path__):
        module = importlib.import_module(f"{ledger.__name__}.{info.name}")
        if not hasattr(module, "CLAIMS"):
            raise LedgerError(f"{module.__name__} has no CLAIMS")
        for claim in module.CLAIMS:
            if claim.id in by_id:
                raise LedgerError(f"duplicate claim id {claim.id} in {module.__name__}")
            by_id[claim.id] = claim
    return tuple(sorted(by_id.values(), key=lambda claim: (claim.id[0], int(claim.id[1:]))))


def find_claims(ids: Iterable[str]) -> tuple[Claim, ...]:
    """The claims with these ids, in the order given; upper or lower case.

    Raises:
        InputError: There is no claim with one of the ids.
    """
    known = {claim.id: claim for claim in all_claims()}
    found = []
    for claim_id in ids:
        if claim_id.upper() not in known:
            raise unknown_name("claim", claim_id, known)
        found.append(known[claim_id.upper()])
    return tuple(found)
