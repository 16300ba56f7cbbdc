"""The verdict board in a terminal, 80 columns wide; plain text where the output is no terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilbench.model import UNFINISHED, Host, Label, Outcome, Verdict
from gilbench.plan.call_plan import id_without_site
from gilbench.summary import formatting

if TYPE_CHECKING:
    from gilbench.summary.target_pairs import PairedCase

STYLES: dict[str, str] = {
    Outcome.PROVED: "bold green",
    Label.HELD: "green",
    Outcome.REFUTED: "bold red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.VOID: "bold magenta",
}
INTERVAL = re.compile(r" \[[^\[\]]*\d, [^\[\]]*\d\]")
WIDE = 110  # columns from which on an effect and its interval stand in one line
PLAIN: dict[str, Any] = {"box": None, "pad_edge": False, "padding": (0, 2, 0, 0)}
SCREEN_LINES = 24  # of the smallest terminal that people use
LINES_OF_HEAD = 2  # of a table with a title
LINES_BELOW = 2  # what is left out, and the prompt


def print_board(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print one table per target, and a line that counts the outcomes."""
    if not verdicts:
        console.print(
            "No claim is covered by this run: it was narrowed to items that none asks for."
        )
        return
    for target, group in groupby(verdicts, key=lambda verdict: verdict.target):
        of_target = list(group)
        shown = [verdict for verdict in of_target if not verdict.is_unmeasured]
        if shown:
            console.print(_table(target, shown, wide=console.width >= WIDE))
        _print_unmeasured(console, [each.id for each in of_target if each.is_unmeasured])
        console.print(Text(tally(of_target), "bold"))


def _print_unmeasured(console: Console, ids: Sequence[str]) -> None:
    if ids:
        console.print(
            Text.assemble(("not measured yet: ", "yellow"), ", ".join(ids), f"; {UNFINISHED}")
        )


def _table(target: str, verdicts: Sequence[Verdict], *, wide: bool) -> Table:
    """A row for each verdict, with the reason below every claim but those proved as expected."""
    table = Table(title=Text(target), title_justify="left", **PLAIN)
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Id", no_wrap=True)
    table.add_column("Claim, and why", ratio=1, overflow="fold")
    table.add_column("Effect [95 %]", justify="right", no_wrap=True)
    for verdict in verdicts:
        effect = formatting.effect(verdict.estimate)
        claim = Text(verdict.statement)
        if _needs_reason(verdict):
            claim.append(f"\n{short_reason(verdict)}", "dim")
        table.add_row(
            Text(verdict.label.value, style=STYLES[verdict.label]),
            Text(verdict.id),
            claim,
            Text(effect if wide else _stacked(effect)),
        )
    return table


def _needs_reason(verdict: Verdict) -> bool:
    return verdict.verdict != Outcome.PROVED or verdict.as_expected is False


def print_advice(console: Console, answers: Sequence[Verdict]) -> None:
    """Print the answers about each user workload, each with the numbers that decide it."""
    for answer in answers:
        outcome = (answer.verdict.value, STYLES[answer.verdict])
        target = (f"  ({id_without_site(answer.target)})", "dim")
        console.print(Text.assemble(outcome, f"  {answer.statement}", target))
        console.print(Padding(Text(answer.reason), (0, 0, 0, 2)))
    if answers:
        console.print()


def print_catalogue(
    console: Console, kind: str, entries: Sequence[tuple[str, Sequence[str]]]
) -> None:
    """Print what there is of a kind.

    Args:
        console: Where a terminal wraps lines; for a program that reads them they stay whole.
        kind: The heading.
        entries: Names, each with lines of which the first says what it is.
    """
    if not console.is_terminal:
        console.print(f"{kind}:", markup=False)
        for name, (first, *more) in entries:
            lines = [f"  {name:<18} {first}"]
            lines += [f"{'':<21}{line}" for line in more]
            console.print("\n".join(lines), markup=False, soft_wrap=True)
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, (first, *more) in entries:
        description = Text(first)
        for line in more:
            description.append(f"\n{line}", "dim")
        table.add_row(Text(name), description)
    console.print(Text(kind, "bold"))
    console.print(table)


def print_host(console: Console, host: Host, facts: Sequence[tuple[str, str]]) -> None:
    """Print the host as a table, then what disturbs measurements on it, each with its remedy."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(name, Text(value))
    console.print(table)
    console.print()
    if not host.warnings:
        console.print(Text("✓ nothing here disturbs a measurement that gilbench knows of", "green"))
    for warning in host.warnings:
        console.print(Text.assemble(("! ", "bold yellow"), (warning.message, "yellow")))
        console.print(Padding(Text.assemble(("remedy: ", "bold"), warning.remedy), (0, 0, 0, 2)))
    if host.warnings:
        console.print(Text(formatting.EFFECT_OF_WARNINGS, "dim"))
    for line in host.not_done:
        console.print(Text(f"· {line}", "dim"))


def print_comparison(
    console: Console,
    target: str,
    other: str,
    cases: Sequence[PairedCase],
    *,
    verbose: bool = False,
) -> None:
    """Print how a target compares with another: interleaved speeds, then gains over serial code.

    Args:
        console: A terminal gets the largest differences that fit its screen.
        target: The one.
        other: The one that it is compared with.
        cases: Those of both, the largest difference first.
        verbose: Print all of them on a terminal too.
    """
    if not cases:
        console.print(f"No case was measured on both {target} and {other}.", markup=False)
    headings = {True: "speed, interleaved rounds", False: "speedup over its own serial code"}
    shown = cases[: rows_on_screen(console, len(headings) * LINES_OF_HEAD, verbose=verbose)]
    for interleaved, heading in headings.items():
        of_kind = [case for case in shown if case.interleaved == interleaved]
        if of_kind:
            print_title(console, f"{target} over {other}: {heading}")
            table = Table(**PLAIN)
            table.add_column("Case", no_wrap=True)
            table.add_column("Ratio [95 %]", justify="right", no_wrap=True)
            for case in of_kind:
                table.add_row(Text(case.case), Text(str(case.ratio)))
            console.print(table)
    print_hidden(console, len(cases) - len(shown))


def rows_on_screen(console: Console, lines_around: int, *, verbose: bool) -> int | None:
    """How many rows a terminal shows at once, next to other lines; None for all of them."""
    if verbose or not console.is_terminal:
        return None
    return max(1, min(console.height, SCREEN_LINES) - lines_around - LINES_BELOW)


def print_title(console: Console, title: str) -> None:
    """Print the title of a table, in one line however narrow the table is."""
    text = Text(title, "italic", no_wrap=True, overflow="ellipsis")
    console.print(text, soft_wrap=not console.is_terminal)


def print_hidden(console: Console, hidden: int) -> None:
    """Say how many rows of a comparison are left out, which are those with smaller differences."""
    if hidden:
        cases = formatting.plural(hidden, "case")
        console.print(Text(f"{cases} with smaller differences: --verbose prints them", "dim"))


def _stacked(effect: str) -> str:
    """The interval below its estimate, which leaves a narrow terminal room for the statement."""
    return effect.replace(" [", "\n[")


def short_reason(verdict: Verdict) -> str:
    """Why a verdict is as it is, without intervals, which are on the page.

    Returns:
        The first clause of a decision that was expected; otherwise the whole reason, which names
        the remedy.
    """
    reason = INTERVAL.sub("", verdict.reason)
    if verdict.as_expected is False:
        return f"not as expected ({verdict.expected}): {reason}"
    if verdict.verdict.is_decided:
        return reason.split("; ")[0]
    return reason


def tally(verdicts: Sequence[Verdict]) -> str:
    """``10 claims: 4 proved, 2 held, 1 refuted, 3 inconclusive; 1 not as expected``."""
    counts = Counter(verdict.label for verdict in verdicts)
    parts = [f"{counts[label]} {label.value.lower()}" for label in Label if counts[label]]
    surprises = sum(verdict.as_expected is False for verdict in verdicts)
    ending = f"; {surprises} not as expected" if surprises else ""
    return f"{formatting.plural(len(verdicts), 'claim')}: {', '.join(parts)}{ending}"
