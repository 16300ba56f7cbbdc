"""What of a run is whole, in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from gilbench.results.verification import Integrity, Verification

STYLES = {
    Integrity.WHOLE: "bold green",
    Integrity.DAMAGED: "bold red",
    Integrity.UNKNOWN: "bold yellow",
}


def print_verification(console: Console, found: Verification) -> None:
    """Print the outcome, then a line for each problem, with its file and line."""
    outcome = Text(found.outcome.value, STYLES[found.outcome])
    console.print(Text.assemble(f"{found.run}: ", outcome), soft_wrap=True)
    if found.status:
        lines = f"{found.rounds:,} lines in rounds.jsonl, {found.cores:,} in cores.jsonl"
        console.print(Text(f"  {found.status}; {lines}"), soft_wrap=True)
    for problem in found.problems:
        console.print(Text(f"  {problem}"), soft_wrap=True)
    if found.more_problems:
        console.print(Text(f"  and {found.more_problems:,} more"), soft_wrap=True)
    for note in found.notes:
        console.print(Text(f"  {note}"), soft_wrap=True)
