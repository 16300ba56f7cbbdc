"""Fails if claims of a run are undecided for another reason than a host that lacked cores.

python tools/headline_decided.py RUN CLAIM...
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gilbench.claims.margins import BUSY_HOST

UNCERTAIN_HOST = (
    "too uncertain to rely on"  # ends the reason where a guard of the host is not certain
)


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
    return 1 if undecided else 0


def is_undecided(verdict: dict[str, Any], claims: list[str]) -> bool:
    """Whether a verdict is one of the claims' and leaves it open on a host that had the cores."""
    if verdict["id"] not in claims or verdict["verdict"] != "INCONCLUSIVE":
        return False
    return not any(words in verdict["reason"] for words in (BUSY_HOST, UNCERTAIN_HOST))


if __name__ == "__main__":
    sys.exit(main())
