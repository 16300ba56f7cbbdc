"""``gilbench explain``."""

import json

from gilbench.claims.registry import all_claims


def test_explain_prints_statement_reason_and_source(gilbench):
    """Ids are taken in either case."""
    claim = next(claim for claim in all_claims() if claim.id == "A16")
    told = json.loads(gilbench("explain", "a16", "--json").stdout)
    assert told["statement"] == claim.statement
    assert (told["explanation"], told["surprise"]) == (claim.explanation, claim.surprise)
    assert told["source"] == claim.source
