"""A run's measurements for other tools, one file per format.

Every module of this package that has ``FORMAT`` is one.

A new file is a new format, and ``gilbench export`` offers it, as it does those that come in from
other packages by the entry points ``gilbench.exports``. A format contains what was measured,
without verdicts.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gilbench.report.exports._measured import ExportedCase
    from gilbench.results.tables import Tables


class FormatError(Exception):
    """A format's file is broken."""


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: As in ``gilbench export --format``.
        summary: What it is, in a few words.
        render: Takes the run and the comparisons to export; returns the text, which ends in a
            newline.
    """

    name: str
    summary: str
    render: Callable[[Tables, Sequence[ExportedCase]], str]


def names() -> tuple[str, ...]:
    """The names of the formats, which are those of their files; nothing is imported."""
    modules = [info.name for info in pkgutil.iter_modules(__path__)]
    public = [name.replace("_", "-") for name in modules if not name.startswith("_")]
    return tuple(sorted(public))


@cache
def formats() -> dict[str, Format]:
    """Every format by name.

    Raises:
        FormatError: A file has none, or one with another name than the file.
    """
    by_name = {}
    for name in names():
        module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
        export_format = getattr(module, "FORMAT", None)
        if not isinstance(export_format, Format) or export_format.name != name:
            raise FormatError(
                f"{module.__name__} has no FORMAT called {name!r}; give it one, or start it with _"
            )
        by_name[name] = export_format
    from gilbench.report.exports._of_plugins import plugin_formats

    return by_name | plugin_formats(by_name)
