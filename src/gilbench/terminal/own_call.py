"""The answer about a user's call, printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gilbench.summary.own_call import CallAdvice

BAR_COLUMNS = 24


def print_calls(console: Console, answers: Sequence[CallAdvice]) -> None:
    """Print the answer for every target."""
    for answer in answers:
        console.print(Text(f"{answer.call} on {answer.target}", style="bold"), soft_wrap=True)
        for line in lines_of(answer):
            console.print(Text(line), soft_wrap=True)
        console.print(_table(answer))
        console.print(
            Text(answer.answer, style="bold green" if answer.outcome == "use" else "bold"),
            soft_wrap=True,
        )
        for reason in answer.why_not_more:
            console.print(Text(f"  why not more: {reason}"), soft_wrap=True)
        console.print()


def lines_of(answer: CallAdvice) -> list[str]:
    """What is said of the call before the ways to run it, as lines."""
    lines = [
        f"  {answer.bound}: a call takes {duration(answer.call_s)}, "
        f"and waits for {answer.waits:.0%} of it"
    ]
    if answer.holds_gil is not None:
        held = answer.holds_gil
        line = f"  holds the GIL for {held.center:.0%} [{held.lo:.0%}, {held.hi:.0%}] of its time"
        if answer.holds_gil_by_scaling is not None:
            lo, hi = answer.holds_gil_by_scaling
            bears_out = (
                "which agrees with"
                if answer.agree
                else "but the speed of two threads says otherwise:"
            )
            line += f", {bears_out} {lo:.0%} to {hi:.0%}" + (
                " by the speed of two threads" if answer.agree else ""
            )
        lines.append(line)
    if answer.longest_stall_ms is not None:
        lines.append(
            "  other threads, and an event loop, stand still for up to "
            f"{answer.longest_stall_ms:.1f} ms"
        )
    if answer.pickle_args_ms is not None and answer.pickle_result_ms is not None:
        pickled_s = (answer.pickle_args_ms + answer.pickle_result_ms) / 1e3
        lines.append(
            f"  handing a call to a process and its result back costs {duration(pickled_s)} "
            f"of pickling ({answer.result_bytes} bytes back)"
        )
    return lines + [f"  {finding}" for finding in answer.findings]


def duration(seconds: float) -> str:
    """``1.2 ms``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def _table(answer: CallAdvice) -> Table:
    most = max([1.0, *(row.gain.center for row in answer.ways if row.gain is not None)])
    table = Table(box=None, padding=(0, 1), show_header=False)
    for row in answer.ways:
        if row.gain is None:
            table.add_row(row.name, "not possible", Text(row.failed))
            continue
        bar = "█" * max(1, round(BAR_COLUMNS * row.gain.center / most))
        gain = f"{row.gain.center:.2f}×" if row.gain.n < 2 else str(row.gain)
        table.add_row(row.name, gain, Text(bar, style="green" if row == answer.best else "dim"))
    return table
