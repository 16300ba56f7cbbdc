"""``gilbench list``: what can be measured and judged here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from gilbench.commands._common import OK, print_json

if TYPE_CHECKING:
    from gilbench.commands._common import Commands

KINDS = ("workloads", "strategies", "channels", "probes", "claims", "targets")


def add(commands: Commands) -> None:
    command = commands.add_parser("list", help="what can be measured and judged here")
    command.add_argument("kind", nargs="?", choices=KINDS, help="one kind only")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    from gilbench import compose

    kinds = [arguments.kind] if arguments.kind else KINDS
    found = {kind: compose.claims_catalogue() if kind == "claims" else compose.catalogue(kind) for kind in kinds}
    if arguments.json:
        print_json(found)
        return OK
    for kind, entries in found.items():
        print(f"{kind}:")
        for name, entry in entries.items():
            print(f"  {name:<18} {entry if isinstance(entry, str) else _needs(entry)}")
    return OK


def _needs(entry: dict[str, Any]) -> str:
    """A claim in two lines: what it says, and what it needs and costs in the standard profile."""
    indent = "\n" + " " * 21
    if reason := entry.get("not_applicable"):
        return f"{entry['statement']}{indent}does not apply here: {reason}"
    return f"{entry['statement']}{indent}about {entry['about_s']} s: {', '.join(entry['needs'])}"
