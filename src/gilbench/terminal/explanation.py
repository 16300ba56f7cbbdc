"""What a claim says, how it is decided and what follows, in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from gilbench.claims.claim import Claim
from gilbench.claims.margins import ALPHA
from gilbench.summary.sources import addresses_of

READABLE = 90  # columns: longer lines of prose are hard to follow
ADDRESSES = "Read it at"
CERTAINLY = (
    "at the level at which all verdicts of a run, together, are wrong in {percent:g} % of runs at "
    "most; what is neither PROVED nor REFUTED so, or was measured where it is not to be asked, is "
    "INCONCLUSIVE."
)


def print_claim(console: Console, claim: Claim) -> None:
    """Print what a claim says and why, no wider than reads well."""
    width = min(console.width, READABLE)
    title = Text.assemble((claim.id, "bold cyan"), "  ", (claim.statement, "bold"))
    console.print(title, width=width)
    console.print()
    console.print(Text(claim.explanation), width=width)
    console.print()
    facts = (
        ("What is measured", claim.measured),
        ("Rule", claim.rule),
        ("Certainly", CERTAINLY.format(percent=100 * ALPHA) if claim.rule else ""),
        ("Source", claim.source),
        (ADDRESSES, "\n".join(addresses_of(claim.source))),
        ("What it means for your program", claim.meaning),
        ("Why it may surprise", claim.surprise),
        ("Family", claim.family),
        ("Measure it alone", f"gilbench run --claim {claim.id}"),
    )
    for label, text in facts:
        if text:  # a claim of another package may not say all
            fact = Text.assemble((f"{label}: ", "dim"), text)
            # An address is one line, however long, and can be followed from a file or a pipe.
            console.print(fact, width=width, soft_wrap=label == ADDRESSES)
