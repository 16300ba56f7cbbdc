"""The verdict board in a terminal, 80 columns wide; plain text where the output is not a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilbench.model import UNFINISHED, Host, Outcome, Verdict
from gilbench.summary import formatting

if TYPE_CHECKING:
    from gilbench.claims.claim import Claim
    from gilbench.summary.target_pairs import PairedCase

STYLES = {
    Outcome.PROVED: "bold green",
    Outcome.REFUTED: "bold red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.VOID: "bold magenta",
}
INTERVAL = re.compile(r" \[[^\[\]]*\d, [^\[\]]*\d\]")
READABLE = 90  # columns: longer lines of prose are hard to follow
WIDE = 110  # columns from which on an effect and its interval stand in one line
DECIDED = (Outcome.PROVED, Outcome.REFUTED)


def print_board(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print one table per target, and a line that counts the outcomes."""
    if not verdicts:
        console.print(
            "No claim is covered by this run: it was narrowed to items that none asks for."
        )
        return
    for target, group in groupby(verdicts, key=lambda verdict: verdict.target):
        of_target = list(group)
        shown = [verdict for verdict in of_target if not _unmeasured(verdict)]
        if shown:
            console.print(_table(target, shown, wide=console.width >= WIDE))
        _print_unmeasured(console, [verdict.id for verdict in of_target if _unmeasured(verdict)])
        console.print(Text(tally(of_target), "bold"))


def _unmeasured(verdict: Verdict) -> bool:
    """Whether the run ended before anything was measured for a claim."""
    return (
        verdict.verdict == Outcome.INCONCLUSIVE
        and not verdict.evidence
        and verdict.reason.endswith(UNFINISHED)
    )


def _print_unmeasured(console: Console, ids: Sequence[str]) -> None:
    if ids:
        console.print(
            Text.assemble(("not measured yet: ", "yellow"), ", ".join(ids), f"; {UNFINISHED}")
        )


def _table(target: str, verdicts: Sequence[Verdict], *, wide: bool) -> Table:
    """What turned out as expected says that it did; everything else says why, or what would help."""
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), title=Text(target), title_justify="left"
    )
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Id", no_wrap=True)
    table.add_column("Claim, and why", ratio=1, overflow="fold")
    table.add_column("Effect [95 %]", justify="right", no_wrap=True)
    for verdict in verdicts:
        effect = formatting.effect(verdict.estimate)
        table.add_row(
            Text(verdict.verdict.value, style=STYLES[verdict.verdict]),
            Text(verdict.id),
            Text.assemble(
                verdict.statement,
                *([("\n" + short_reason(verdict), "dim")] if _tells(verdict) else []),
            ),
            Text(effect if wide else _stacked(effect)),
        )
    return table


def _tells(verdict: Verdict) -> bool:
    return verdict.verdict != Outcome.PROVED or verdict.as_expected is False


def print_advice(console: Console, answers: Sequence[Verdict]) -> None:
    """Print what was found about each user workload: two answers, each with what it rests on."""
    for answer in answers:
        head = Text.assemble(
            (answer.verdict.value, STYLES[answer.verdict]),
            f"  {answer.statement}",
            (f"  ({answer.target})", "dim"),
        )
        console.print(head)
        console.print(Padding(Text(answer.reason), (0, 0, 0, 2)))
    if answers:
        console.print()


def print_claim(console: Console, claim: Claim) -> None:
    """Print what a claim says and why, no wider than reads well."""
    width = min(console.width, READABLE)
    console.print(
        Text.assemble((claim.id, "bold cyan"), "  ", (claim.statement, "bold")), width=width
    )
    console.print()
    console.print(Text(claim.explanation), width=width)
    console.print()
    facts = (
        ("Why it may surprise", claim.surprise),
        ("Family", claim.family),
        ("Source", claim.source),
    )
    for label, told in facts:
        console.print(Text.assemble((f"{label}: ", "dim"), told), width=width)
    console.print(
        Text.assemble(("Measure it alone: ", "dim"), f"gilbench run --claim {claim.id}"),
        width=width,
    )


def print_catalogue(
    console: Console, kind: str, entries: Sequence[tuple[str, Sequence[str]]]
) -> None:
    """Print what there is of a kind: names, and lines on each, the first of which says what it is. For a reader that is
    a program a line stays a line."""
    if not console.is_terminal:
        console.print(f"{kind}:", markup=False)
        for name, (first, *more) in entries:
            lines = [f"  {name:<18} {first}", *(f"{'':<21}{line}" for line in more)]
            console.print("\n".join(lines), markup=False, soft_wrap=True)
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, (first, *more) in entries:
        table.add_row(Text(name), Text.assemble(first, *(("\n" + line, "dim") for line in more)))
    console.print(Text(kind, "bold"))
    console.print(table)


def print_host(console: Console, host: Host, facts: Sequence[tuple[str, str]]) -> None:
    """Print the host as a table, then what disturbs it, each with its remedy."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, told in facts:
        table.add_row(name, Text(told))
    console.print(table)
    console.print()
    if not host.warnings:
        console.print(Text("✓ nothing here disturbs a measurement that gilbench knows of", "green"))
    for warning in host.warnings:
        console.print(Text.assemble(("! ", "bold yellow"), (warning.message, "yellow")))
        console.print(Padding(Text.assemble(("remedy: ", "bold"), warning.remedy), (0, 0, 0, 2)))


def print_comparison(console: Console, one: str, other: str, rows: Sequence[PairedCase]) -> None:
    """Print how one target does against another: speeds that were measured interleaved, then gains over serial code."""
    if not rows:
        console.print(f"No case was measured on both {one} and {other}.", markup=False)
    for interleaved, heading in (
        (True, "speed, interleaved rounds"),
        (False, "speedup over its own serial code"),
    ):
        found = [row for row in rows if row.interleaved == interleaved]
        if found:
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
            table.title = Text(f"{one} over {other}: {heading}")
            table.add_column("Case", no_wrap=True)
            table.add_column("Ratio [95 %]", justify="right", no_wrap=True)
            for row in found:
                table.add_row(Text(row.case), Text(str(row.ratio)))
            console.print(table)


def _stacked(effect: str) -> str:
    """The interval below its estimate, which leaves the statement room where the terminal is narrow."""
    return effect.replace(" [", "\n[")


def short_reason(verdict: Verdict) -> str:
    """What carries a decision, in one clause; where nothing is decided all of it, since it names the remedy. Intervals
    are left to the page."""
    reason = INTERVAL.sub("", verdict.reason)
    if verdict.as_expected is False:
        return f"not as expected ({verdict.expected}): {reason}"
    return reason.split("; ")[0] if verdict.verdict in DECIDED else reason


def tally(verdicts: Sequence[Verdict]) -> str:
    """``10 claims: 6 proved, 1 refuted, 3 inconclusive; 1 not as expected``."""
    parts = [
        f"{number} {outcome.value.lower()}"
        for outcome in Outcome
        if (number := sum(verdict.verdict == outcome for verdict in verdicts))
    ]
    surprises = sum(verdict.as_expected is False for verdict in verdicts)
    ending = f"; {surprises} not as expected" if surprises else ""
    return f"{formatting.plural(len(verdicts), 'claim')}: {', '.join(parts)}{ending}"
