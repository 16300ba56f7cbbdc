"""``gilbench list``: what can be measured and judged here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from gilbench.commands._common import OK, console, print_json, waiting

if TYPE_CHECKING:
    from gilbench.commands._common import Commands

KINDS = ("workloads", "strategies", "channels", "probes", "claims", "targets")


def add(commands: Commands) -> None:
    command = commands.add_parser("list", help="what can be measured and judged here")
    command.add_argument("kind", nargs="?", metavar="KIND", help=f"one of {', '.join(KINDS)}")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench.model import unknown_name

    if arguments.kind not in (None, *KINDS):
        raise unknown_name("kind", arguments.kind, KINDS)
    kinds = [arguments.kind] if arguments.kind else KINDS
    with waiting("asking the interpreters"):
        found = {kind: _found(kind) for kind in kinds}
    if arguments.json:
        print_json(found)
        return OK
    from gilbench.report.terminal import print_catalogue

    for kind, entries in found.items():
        in_words = WORDS.get(kind, _summary)
        print_catalogue(console(), kind, [(_name(name, entry), in_words(entry)) for name, entry in entries.items()])
    return OK


def _found(kind: str) -> dict[str, Any]:
    from gilbench.run import catalogue

    found: dict[str, Any]
    if kind == "claims":
        found = catalogue.claims_catalogue()
    elif kind == "targets":
        found = catalogue.targets_catalogue()
    else:
        found = dict(catalogue.summaries(kind))
    return found


def _name(name: str, entry: Any) -> str:
    return "broken" if isinstance(entry, dict) and "broken" in entry else name


def _summary(entry: str) -> list[str]:
    return [entry]


def _needs(entry: dict[str, Any]) -> list[str]:
    """A claim in two lines: what it says, and what it needs and costs in the standard profile."""
    if reason := entry.get("not_applicable"):
        return [entry["statement"], f"does not apply here: {reason}"]
    return [entry["statement"], f"about {entry['about_s']} s: {', '.join(entry['needs'])}"]


def _target(entry: dict[str, Any]) -> list[str]:
    """A target in three lines: where it is, what it is, and what it cannot run; a broken one in one."""
    if why := entry.get("broken"):
        return [str(why)]
    lines = [entry["executable"], _build(entry), f"starts processes by {', '.join(entry['start_methods'])}"]
    lines += [f"cannot run {name}: {reason}" for name, reason in entry["cannot"].items()]
    return lines


def _build(entry: dict[str, Any]) -> str:
    """PGO and LTO by how the build was configured, which is all that an interpreter knows of them."""
    gil = "free-threaded" if entry["free_threaded_build"] else "with the GIL"
    told = [f"{entry['implementation']} {entry['version']} {gil}"]
    if entry["free_threaded_build"] and entry["gil_enabled"]:
        told.append("the GIL on")
    if entry["debug_build"]:
        told.append("debug build")
    if entry["jit_build"]:
        told.append(f"JIT {'on' if entry['jit_enabled'] else 'off'}")
    asked = [way for way, so in (("PGO", entry["optimised_build"]), ("LTO", entry["lto_build"])) if so]
    told.append(f"configured with {' and '.join(asked) or 'neither PGO nor LTO'}")
    return ", ".join(told)


WORDS = {"claims": _needs, "targets": _target}
