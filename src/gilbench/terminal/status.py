"""Shows that work is in progress. It imports rich and nothing else, since every command uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


def pretty(console: Console) -> bool:
    """Whether the output is a terminal that can show a picture in colours."""
    return console.is_terminal and not console.no_color and not console.is_dumb_terminal


@contextmanager
def doing(console: Console, what: str) -> Iterator[None]:
    """Show on a terminal, while the body runs, what is in progress; elsewhere print nothing."""
    if not pretty(console):
        yield
        return
    with console.status(Text(f"{what} …"), spinner_style="cyan"):
        yield
