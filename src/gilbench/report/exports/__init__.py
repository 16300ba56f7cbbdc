"""A run's measurements for other tools, one format per file: every module of this package that has ``FORMAT`` is one.

Drop a file in, and ``gilbench export`` offers it. A format says what was measured and judges nothing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gilbench.report.exports._measured import Exported
    from gilbench.results.tables import Tables


class FormatError(Exception):
    """A format's file is broken, or two formats have the same name."""


@dataclass(frozen=True)
class Format:
    """One way of writing a run down. ``render(tables, exported)`` gives the text, ending in a newline, of what of the
    run is exported."""

    name: str
    summary: str
    render: Callable[[Tables, Sequence[Exported]], str]


def names() -> tuple[str, ...]:
    """The names of the formats, which are those of their files: nothing is imported for them."""
    found = [
        info.name.replace("_", "-")
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    ]
    return tuple(sorted(found))


@cache
def formats() -> dict[str, Format]:
    """Every format by name; FormatError where a file has none or has another name than the file."""
    found = {}
    for name in names():
        module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
        made = getattr(module, "FORMAT", None)
        if not isinstance(made, Format) or made.name != name:
            raise FormatError(
                f"{module.__name__} has no FORMAT called {name!r}; give it one, or start it with _"
            )
        found[name] = made
    return found
