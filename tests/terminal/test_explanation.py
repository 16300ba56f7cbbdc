"""What ``explain`` prints of a claim."""

import io

from rich.console import Console

from gilbench.claims.registry import all_claims, find_claims
from gilbench.summary.sources import addresses_of
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


def test_an_address_is_never_broken(subtests):
    """In a pipe, which is 80 columns wide, and in a narrow terminal, each stands on one line."""
    for claim in all_claims():
        out = io.StringIO()
        print_claim(Console(file=out, width=40), claim)
        words = out.getvalue().split()
        with subtests.test(claim=claim.id):
            assert [address for address in addresses_of(claim.source) if address not in words] == []
