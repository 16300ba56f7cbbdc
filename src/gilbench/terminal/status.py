"""Shows that something is being done that takes a moment. It imports rich and nothing else, for every verb uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text


def pretty(console: Console) -> bool:
    """Whether there is a terminal that can show a picture in colours."""
    return console.is_terminal and not console.no_color and not console.is_dumb_terminal


@contextmanager
def doing(console: Console, what: str) -> Iterator[None]:
    """Say on a terminal that something is done meanwhile that takes a moment; nothing elsewhere."""
    if not pretty(console):
        yield
        return
    with console.status(Text(f"{what} …"), spinner_style="cyan"):
        yield
