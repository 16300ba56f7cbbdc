"""Formats that other packages add by entry points."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from functools import partial

from gilbench.model import InputError
from gilbench.plugins.entry_points import (
    Plugin,
    describe_error,
    find_plugins,
    leave_out,
    load_object,
)
from gilbench.report.exports import Format
from gilbench.report.exports._measured import ExportedCase
from gilbench.results.tables import Tables


def plugin_formats(taken: Container[str]) -> dict[str, Format]:
    """The formats of other packages by name; those whose name is taken are left out."""
    by_name: dict[str, Format] = {}
    for plugin in find_plugins("exports"):
        plugin_format = _format_of(plugin)
        if plugin_format is None:
            continue
        if plugin_format.name in taken or plugin_format.name in by_name:
            leave_out(plugin, f"there is a format {plugin_format.name!r} already; rename it")
        else:
            by_name[plugin_format.name] = plugin_format
    return by_name


def _format_of(plugin: Plugin) -> Format | None:
    export_format = load_object(plugin)
    if export_format is None:
        return None
    if not isinstance(export_format, Format):
        leave_out(plugin, "it is no Format; point it at one, such as module:FORMAT")
        return None
    return replace(export_format, render=partial(_render, plugin, export_format.render))


def _render(
    plugin: Plugin,
    render: Callable[[Tables, Sequence[ExportedCase]], str],
    tables: Tables,
    cases: Sequence[ExportedCase],
) -> str:
    """Render by a plugin; InputError in one line where that fails."""
    try:
        text = render(tables, cases)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise InputError(f"{plugin} failed: {describe_error(error)}; tell its authors") from error
    if not isinstance(text, str):
        raise InputError(f"{plugin} returned no text; tell its authors")
    return text
