"""``gilbench list``: prints what can be measured and judged here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from gilbench.commands._exit_codes import OK
from gilbench.commands._printing import console, print_json, waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gilbench.commands._arguments import Commands

KINDS = ("workloads", "strategies", "channels", "probes", "claims", "targets")
# Listed where they are asked for: the figures import pandas and matplotlib
MORE_KINDS = ("figures", "exports", "plugins")


def add(commands: Commands) -> None:
    command = commands.add_parser("list", help="list what can be measured and judged here")
    kinds = f"one of {', '.join((*KINDS, *MORE_KINDS))}; without it, all of this Python"
    command.add_argument("kind", nargs="?", metavar="KIND", help=kinds)
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.model import unknown_name

    if arguments.kind not in (None, *KINDS, *MORE_KINDS):
        raise unknown_name("kind", arguments.kind, (*KINDS, *MORE_KINDS))
    with waiting("asking the interpreters"):
        listed = _listed([arguments.kind] if arguments.kind else _kinds())
    if arguments.json:
        print_json(listed)
        return OK
    from gilbench.terminal.boards import print_catalogue

    out = console()
    for kind, entries in listed.items():
        in_words = WORDS.get(kind, _summary)
        lines = [(_name(name, entry), in_words(entry)) for name, entry in entries.items()]
        print_catalogue(out, kind, lines)
    if arguments.kind is None:
        out.print("The other interpreters of this machine: gilbench list targets", soft_wrap=True)
    return OK


def _kinds() -> tuple[str, ...]:
    """What is listed where no kind is named; plugins where there are any."""
    from gilbench.plugins.entry_points import GROUPS, find_plugins

    has_plugins = any(find_plugins(kind) for kind in GROUPS)
    return (*KINDS, "plugins") if has_plugins else KINDS


def _listed(kinds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Kind → name → what is said of it, in the order of the kinds."""
    from gilbench.run.catalogue import catalogue

    # Plugins offer workloads, which are tried where a target describes itself.
    measured = [kind for kind in kinds if kind in KINDS] or ["workloads"]
    in_catalogue = catalogue(measured)
    listed: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        if kind == "plugins":
            listed[kind] = _plugins()
        else:
            listed[kind] = OFFERED[kind]() if kind in OFFERED else in_catalogue[kind]
    return listed


def _formats() -> dict[str, str]:
    from gilbench.report.exports import formats

    return {export_format.name: export_format.summary for export_format in formats().values()}


def _figures() -> dict[str, str]:
    from gilbench.report.figures import all_charts

    return {chart.stem: chart.title for chart in all_charts()}


def _plugins() -> dict[str, dict[str, str]]:
    """What other packages add: where it is, and why it was left out, if it was.

    All of it is loaded to find that out.
    """
    from gilbench.claims.registry import all_claims
    from gilbench.plugins.entry_points import GROUPS, Plugin, find_plugins, plugins_left_out

    all_claims()
    for kind, offered in OFFERED.items():
        if find_plugins(kind):
            offered()
    left_out = plugins_left_out()
    plugins: list[Plugin] = []
    for kind in GROUPS:
        plugins += find_plugins(kind)
    entries = {}
    for plugin in dict.fromkeys([*plugins, *left_out]):
        entry = {"place": plugin.place}
        if plugin in left_out:
            entry["left_out"] = left_out[plugin]
        entries[f"gilbench.{plugin.kind} {plugin.name} of {plugin.package}"] = entry
    return entries


def _name(name: str, entry: Any) -> str:
    return "broken" if isinstance(entry, dict) and "broken" in entry else name


def _summary(entry: str) -> list[str]:
    return [entry]


def _needs(entry: dict[str, Any]) -> list[str]:
    """A claim in two lines: its statement, then what it needs and how long that takes.

    The time is that of the standard profile.
    """
    if reason := entry.get("not_applicable"):
        return [entry["statement"], f"does not apply here: {reason}"]
    return [entry["statement"], f"about {entry['about_s']} s: {', '.join(entry['needs'])}"]


def _target(entry: dict[str, Any]) -> list[str]:
    """A target: executable, build, start methods, then one line per thing that it cannot run.

    A target that cannot be measured has one line, with the reason.
    """
    if reason := entry.get("broken"):
        return [str(reason)]
    lines = [
        entry["executable"],
        _build(entry),
        f"starts processes by {', '.join(entry['start_methods'])}",
    ]
    lines += [f"cannot run {name}: {reason}" for name, reason in entry["cannot"].items()]
    return lines


def _build(entry: dict[str, Any]) -> str:
    """An interpreter's build in words.

    PGO and LTO are as configured, which is all that it knows of them.
    """
    gil = "free-threaded" if entry["free_threaded_build"] else "with the GIL"
    parts = [f"{entry['implementation']} {entry['version']} {gil}"]
    if entry["free_threaded_build"] and entry["gil_enabled"]:
        parts.append("the GIL on")
    if entry["debug_build"]:
        parts.append("debug build")
    if entry["jit_build"]:
        parts.append(f"JIT {'on' if entry['jit_enabled'] else 'off'}")
    ways = {"PGO": entry["optimised_build"], "LTO": entry["lto_build"]}
    configured = " and ".join(way for way, chosen in ways.items() if chosen)
    parts.append(f"configured with {configured or 'neither PGO nor LTO'}")
    return ", ".join(parts)


def _plugin(entry: dict[str, str]) -> list[str]:
    """A plugin: where it stands in its package, and why it was left out where it was."""
    lines = [entry["place"]]
    if reason := entry.get("left_out"):
        lines.append(f"left out: {reason}")
    return lines


WORDS = {"plugins": _plugin, "claims": _needs, "targets": _target}
OFFERED = {"exports": _formats, "figures": _figures}  # by what makes reports
