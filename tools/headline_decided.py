"""Fails if claims of a run are undecided for another reason than a host that lacked cores or was uneven.

python -m tools.headline_decided RUN CLAIM...
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tools.slow_windows import slow_share

from gilbench.claims.margins import BUSY_HOST
from gilbench.results import folder as layout

UNCERTAIN_HOST = (
    "too uncertain to rely on"  # ends the reason where a guard of the host is not certain
)
# Of the windows in which the ceiling control keeps one core busy. Idle hosts have up to 0.08 that are slow
# (docs/selfbench.md); beyond twice as many, other work takes so much of a core that intervals stay wide.
UNEVEN = 0.16


def main() -> int:
    """Print a line for each claim that should have been decided; 1 if there is any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("claims", nargs="+")
    arguments = parser.parse_args()
    verdicts = json.loads((arguments.run / "verdicts.json").read_text(encoding="utf-8"))
    undecided = [verdict for verdict in verdicts if is_undecided(verdict, arguments.claims)]
    for verdict in undecided:
        print(f"{verdict['id']} on {verdict['target']} is undecided: {verdict['reason']}")
    slow = slow_share(layout.read_records(arguments.run))
    if undecided and slow > UNEVEN:
        print(f"the host was uneven: {slow:.0%} of the windows of one process were slow")
        return 0
    return 1 if undecided else 0


def is_undecided(verdict: dict[str, Any], claims: list[str]) -> bool:
    """Whether a verdict is one of the claims' and leaves it open on a host that had the cores."""
    if verdict["id"] not in claims or verdict["verdict"] != "INCONCLUSIVE":
        return False
    return not any(words in verdict["reason"] for words in (BUSY_HOST, UNCERTAIN_HOST))


if __name__ == "__main__":
    sys.exit(main())
