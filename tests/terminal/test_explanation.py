"""What ``explain`` prints of a claim."""

import io

from rich.console import Console

from gilbench.claims.registry import find_claims
from gilbench.terminal.explanation import print_claim


def test_a_claim_reads_well():
    """Statement, explanation, surprise, source and how to measure it alone; no line longer than reads well."""
    (claim,) = find_claims(["A16"])
    out = io.StringIO()
    print_claim(Console(file=out, width=200), claim)
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= 90
    for told in (
        claim.statement,
        claim.explanation,
        f"Why it may surprise: {claim.surprise}",
        claim.source,
        "gilbench run --claim A16",
    ):
        assert " ".join(told.split()) in " ".join(text.split())
