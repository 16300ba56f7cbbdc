"""Fills the numbers of the FAQ from what is committed: the facts, the example report and the gallery.

A number stands between two comments: ``<!-- fact A16 3.14t -->0.98×<!-- / -->`` is the estimate of a claim on an
interpreter, ``example A16`` that of the example report, ``gallery hashlib.sha256, 1 MiB: takes`` a cell of the gallery.
``python tools/faq_numbers.py`` writes all of them again; readme_figures.py and ``make facts`` do it too.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from gilbench.model import Estimate, Outcome
from gilbench.summary import formatting

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS / "faq.md",)
FACTS = DOCS / "facts" / "facts.json"
EXAMPLE = DOCS / "example" / "report.html"
GALLERY = DOCS / "gallery.md"
MARK = re.compile(r"<!-- (fact|example|gallery) (.+?) -->(.*?)<!-- / -->", re.DOTALL)
EMBEDDED = re.compile(r'base64,([^"]+)" download="verdicts\.json\.gz"')


class Unknown(Exception):
    """A mark names something that is not committed."""


def filled(text: str) -> tuple[str, list[str]]:
    """A page with its numbers as they are now, and what names something that is not committed, which is left as it is."""
    problems = []

    def replaced(match: re.Match[str]) -> str:
        source, words, earlier = match.groups()
        try:
            number = SOURCES[source](words)
        except Unknown as error:
            problems.append(str(error))
            number = earlier
        return f"<!-- {source} {words} -->{number}<!-- / -->"

    return MARK.sub(replaced, text), problems


def fill() -> list[str]:
    """Write all pages again.

    Returns:
        What could not be filled, one line each.
    """
    problems = []
    for page in PAGES:
        text, of_page = filled(page.read_text(encoding="utf-8"))
        page.write_text(text, encoding="utf-8")
        problems += [f"{page.name}: {problem}" for problem in of_page]
    return problems


def from_facts(words: str) -> str:
    """``A16 3.14t``: the estimate of a claim on an interpreter."""
    claim, python = words.split()
    name = f"{python.removesuffix('t')} free-threaded" if python.endswith("t") else python
    for row in facts():
        if (row["claim"], row["python"]) == (claim, name):
            return _written(row["estimate"])
    raise Unknown(f"no fact of {claim} on {name}")


def from_example(words: str) -> str:
    """``A16``: the estimate of a claim in the example report; ``B11 | QUANTITY``: another number of its evidence.

    ``undecided`` counts the claims that the example leaves open, of those that apply there.
    """
    if words == "undecided":
        return _undecided()
    claim, _, quantity = words.partition(" | ")
    for row in example():
        if row["id"] != claim:
            continue
        if not quantity:
            return _written(row["estimate"])
        for evidence in row["evidence"]:
            if evidence["quantity"] == quantity:
                return _written(evidence["estimate"])
    raise Unknown(f"the example report has no {words}")


def _undecided() -> str:
    """``2 of 66``: the claims of the example report that are open, of those that apply."""
    outcomes = [Outcome(row["verdict"]) for row in example()]
    applying = [outcome for outcome in outcomes if outcome != Outcome.NOT_APPLICABLE]
    return f"{sum(outcome.is_open for outcome in applying)} of {len(applying)}"


def from_gallery(words: str) -> str:
    """``TITLE: COLUMN``, a cell of the gallery's table; backquotes of the title are left out."""
    title, _, column = words.rpartition(": ")
    lines = [
        line.strip("| ").split(" | ")
        for line in GALLERY.read_text("utf-8").splitlines()
        if line.startswith("| ")
    ]
    heading = lines[0]
    for cells in lines[1:]:
        if cells[0].replace("`", "") == title and column in heading:
            return cells[heading.index(column)]
    raise Unknown(f"the gallery has no {words}")


SOURCES: dict[str, Callable[[str], str]] = {
    "fact": from_facts,
    "example": from_example,
    "gallery": from_gallery,
}


def _written(estimate: dict[str, Any] | None) -> str:
    """An estimate without its interval, which the page of its source shows."""
    if estimate is None:
        raise Unknown("a claim without an estimate")
    known = Estimate(**estimate)
    if known.sample == "trial":
        return formatting.effect(known).partition(" [")[0]
    return formatting.interval(known.center, None, None, known.unit)


@cache
def facts() -> list[dict[str, Any]]:
    """The rows of the facts that are committed."""
    return list(json.loads(FACTS.read_bytes()))


@cache
def example() -> list[dict[str, Any]]:
    """The verdicts that the example report carries."""
    match = EMBEDDED.search(EXAMPLE.read_text(encoding="utf-8"))
    if match is None:
        raise Unknown("the example report carries no verdicts")
    return list(json.loads(gzip.decompress(base64.b64decode(match[1]))))


def main() -> int:
    """Fill all pages; exit code 1 where something could not be filled."""
    problems = fill()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
