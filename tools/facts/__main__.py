"""``python -m tools.facts``: keep the journals of runs, or write the pages from those that are kept."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec
from tools import faq_numbers
from tools.facts import figure, journals, notes, page, table

from gilbench.model import InputError

PAGE = journals.ROOT / "docs" / "facts.md"
FIGURES = journals.ROOT / "docs" / "images" / "facts"
LARGEST_BYTES = 3 << 20  # of all kept journals together


def write_pages() -> None:
    """Write the page, its figures and data, the table of the measurements, and the numbers of the FAQ."""
    facts, said = journals.read(), notes.read()
    PAGE.write_text("\n".join(page.page(facts, said)) + "\n", encoding="utf-8")
    table.put(facts, said)
    FIGURES.mkdir(parents=True, exist_ok=True)
    shown = page.claims_shown(facts)
    for earlier in FIGURES.glob("*.svg"):
        earlier.unlink()
    rows = []
    for claim in shown:
        of_claim = facts.of(claim.id)
        if page.applies(of_claim):
            drawn = figure.draw(of_claim, page.label(claim, of_claim))
            (FIGURES / f"{claim.id}.svg").write_text(drawn, encoding="utf-8")
        for fact in of_claim:
            verdict = fact.verdict
            rows.append(
                {
                    "claim": claim.id,
                    "python": fact.python,
                    "verdict": verdict.label,
                    "as_expected": verdict.as_expected,
                    "estimate": verdict.estimate,
                    "run": fact.run.id,
                }
            )
    # One row a line, so that a change of one verdict is one line of a diff
    lines = ",\n".join(msgspec.json.encode(row).decode() for row in rows)
    faq_numbers.FACTS.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    for problem in (*faq_numbers.fill(), *notes.unexplained(facts, said)):
        print(problem, file=sys.stderr)
    print(f"{PAGE}: {len(shown)} claims on {', '.join(facts.pythons)}")


def main() -> int:
    """Do what the command line asks for; exit code 2 where a run cannot be used."""
    arguments = argparse.ArgumentParser(prog="python -m tools.facts", description=__doc__)
    commands = arguments.add_subparsers(dest="command", required=True)
    keep = commands.add_parser("keep", help="pack the journals of runs into docs/facts/runs")
    keep.add_argument("run", nargs="+", type=Path)
    commands.add_parser("pages", help="write the pages from the kept journals")
    given = arguments.parse_args()
    if given.command == "keep":
        try:
            for run in given.run:
                print(journals.keep(run))
        except InputError as error:
            print(error, file=sys.stderr)
            return 2
        kept = sum(path.stat().st_size for path in journals.RUNS.rglob("*") if path.is_file())
        print(f"{kept / 1e6:.1f} MB in all")
        if kept > LARGEST_BYTES:
            print(f"the journals are to take {LARGEST_BYTES >> 20} MiB at most", file=sys.stderr)
            return 2
    write_pages()
    return 0


if __name__ == "__main__":
    sys.exit(main())
