"""All claims: collects them from the files of ``gilbench.claims.ledger``, and finds them by id.

Those of other packages come in by the entry points ``gilbench.claims``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gilbench.claims import ledger
from gilbench.claims.claim import Claim, NotApplicable
from gilbench.model import unknown_name

# Plugins are imported where they are looked for: a claim of the ledger is found without them
if TYPE_CHECKING:
    from gilbench.plugins.entry_points import Plugin

# What readers ask first, in the order in which it is measured and shown: threads of pure Python,
# processes, waiting, C code that releases the GIL, C code that does not, a crawler.
HEADLINE = ("A16", "A17", "A18", "B2", "B3", "A20")

CLAIM_ID = re.compile(r"[A-Z][0-9]{1,6}")


class LedgerError(Exception):
    """A file of the ledger has no claims, or two claims have the same id."""


@cache
def all_claims() -> tuple[Claim, ...]:
    """Every claim of the ledger, ordered by id: A2 before A16 before B1.

    Raises:
        LedgerError: A file of the ledger has no ``CLAIMS``, or two claims have the same id.
    """
    from gilbench.plugins.entry_points import find_plugins

    by_id = _claims_of_ledger()
    for plugin in find_plugins("claims"):
        by_id |= _claims_of(plugin, by_id)
    return tuple(sorted(by_id.values(), key=lambda claim: (claim.id[0], int(claim.id[1:]))))


def _claims_of_ledger(ids: Collection[str] | None = None) -> dict[str, Claim]:
    """Gilbench's own claims by id; raises as ``all_claims``.

    Args:
        ids: Import only files in which one of these ids is written; None for every file.
    """
    by_id: dict[str, Claim] = {}
    for info in pkgutil.iter_modules(ledger.__path__):
        if ids is not None and not _mentions(info.name, ids):
            continue
        module = importlib.import_module(f"{ledger.__name__}.{info.name}")
        if not hasattr(module, "CLAIMS"):
            raise LedgerError(f"{module.__name__} has no CLAIMS")
        for claim in module.CLAIMS:
            if claim.id in by_id:
                raise LedgerError(f"duplicate claim id {claim.id} in {module.__name__}")
            by_id[claim.id] = claim
    return by_id


def _mentions(file: str, ids: Iterable[str]) -> bool:
    """Whether one of these ids is written in a file of the ledger."""
    source = pkgutil.get_data(ledger.__name__, f"{file}.py") or b""
    return any(f'"{claim_id}"'.encode() in source for claim_id in ids)


def _claims_of(plugin: Plugin, known: dict[str, Claim]) -> dict[str, Claim]:
    """The claims of a plugin by id; none where it is broken, or has an id that is taken."""
    from gilbench.plugins.entry_points import guarded, leave_out, load_object

    claims = load_object(plugin)
    if isinstance(claims, Claim):
        claims = (claims,)
    if claims is None:
        return {}
    if not isinstance(claims, tuple) or not all(isinstance(claim, Claim) for claim in claims):
        leave_out(plugin, "it is no tuple of Claim; point it at one, such as module:CLAIMS")
        return {}
    by_id: dict[str, Claim] = {}
    for claim in claims:
        if not CLAIM_ID.fullmatch(claim.id):
            leave_out(plugin, f"{claim.id!r} is no claim id; give it a letter and a number")
            return {}
        if claim.id in known or claim.id in by_id:
            leave_out(plugin, f"there is a claim {claim.id} already; give it another id")
            return {}
        failed = NotApplicable(f"{plugin} failed: see `gilbench list plugins`")
        by_id[claim.id] = replace(
            claim,
            question=guarded(plugin, claim.question, failed),
            expected=guarded(plugin, claim.expected, None),
        )
    return by_id


def find_claims(ids: Iterable[str]) -> tuple[Claim, ...]:
    """The claims with these ids, in the order given; upper or lower case.

    Only the files of the ledger that name them are imported, and plugins, which cannot take an id
    of the ledger, only where it lacks one of the ids.

    Raises:
        InputError: There is no claim with one of the ids.
    """
    wanted = tuple(ids)
    in_capitals = {claim_id.upper() for claim_id in wanted}
    known = _claims_of_ledger(in_capitals)
    if not in_capitals <= known.keys():
        known = {claim.id: claim for claim in all_claims()}
    claims = []
    for claim_id in wanted:
        if claim_id.upper() not in known:
            raise unknown_name("claim", claim_id, known)
        claims.append(known[claim_id.upper()])
    return tuple(claims)
