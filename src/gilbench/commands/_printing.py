"""How verbs print: consoles, JSON, what is being done, and a page in the browser."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is, whatever is in it."""
    from gilbench.terminal.console import PlainConsole

    return PlainConsole(stderr=stderr)


def print_json(value: Any) -> None:
    """Print a value of plain data or of our types as JSON."""
    import json

    import msgspec

    print(json.dumps(msgspec.to_builtins(value), indent=2))


def waiting(what: str, progress: Console | None = None) -> AbstractContextManager[None]:
    """Show on a terminal what is being done.

    Elsewhere nothing is shown, and rich is not imported.
    """
    if progress is None and not sys.stderr.isatty():
        return nullcontext()
    from gilbench.terminal.status import doing

    return doing(progress or console(stderr=True), what)


def open_page(page: Path) -> None:
    """Open a page in the user's browser, or say that there is none."""
    import webbrowser

    if not webbrowser.open(page.as_uri()):
        console().print(f"no browser was found; open {page}", soft_wrap=True)
