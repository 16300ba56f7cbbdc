"""Mutated files through every reader, in short; ``make torture`` gives them 200,000."""

import csv
import io
import random
from pathlib import Path

import pytest

from gilbench.results import history
from tests.faults.documents import DOCUMENTS, LONGEST_LINE
from tests.faults.mutations import MUTATIONS, mutate
from tests.faults.torture import Tally, Torture, torture

FIRST, COUNT = 900_000, 400  # numbers that the long run does not have


@pytest.fixture(scope="module")
def readers(tmp_path_factory) -> Torture:
    """Every document in a folder."""
    return Torture(tmp_path_factory.mktemp("documents"))


def read(readers: Torture, number: int, *, thorough: bool | None = None) -> None:
    """Fail where a file of this number is answered with anything but one line."""
    _, refusal = readers.read(number, thorough=thorough)
    if refusal is not None:
        assert refusal.isprintable() and len(refusal) <= LONGEST_LINE


def test_mutated_files_are_read_or_refused_in_one_line(readers):
    """No traceback, and nothing accepted that a digest should have shown."""
    for number in range(FIRST, FIRST + COUNT):
        read(readers, number)


@pytest.mark.slow
def test_many_mutated_files_are_read_or_refused_in_one_line():
    """A minute of them, with a limit on time and memory."""
    tally = torture(Tally(next=FIRST), until=FIRST + 100_000, seconds=60)
    assert not tally.findings and tally.most_mib <= 512


def test_every_document_can_be_read_before_it_is_mutated(readers):
    """Else every mutation would be refused for what was wrong before."""
    for document in DOCUMENTS:
        document.read(readers.root / document.path, thorough=True)


def test_a_number_is_a_file():
    """The same mutation whenever it is asked for; and each kind changes something."""
    data = b'{"a": [1, 2, {"b": "c"}]}\n{"a": 3}\n' * 3
    for number in range(50):
        assert mutate(data, random.Random(number)) == mutate(data, random.Random(number))
    for mutation in MUTATIONS:
        assert any(mutation(data, random.Random(number)) != data for number in range(20))


SUMMARY = "results/20260101T000000Z-0000/summary.csv"
# What the long runs found in the reader of the trend
FOUND = {
    "no column of intervals": lambda text: text.replace(",speedup_lo,", ",speed,", 1),
    "no column of speedups": lambda text: text.replace(",speedup,", ",speed,", 1),
    "no column of items": lambda text: text.replace("item,", "x,", 1),
    "a word": lambda text: with_speedup(text, "banana"),
    "a control character": lambda text: with_speedup(text, "1.00\x122"),
    "no speed at all": lambda text: with_speedup(text, "0"),
    "backwards": lambda text: with_speedup(text, "-1.5"),
    "no end": lambda text: with_speedup(text, "inf"),
    "outside of its interval": lambda text: with_speedup(text, "1000"),
}


def with_speedup(text: str, cell: str) -> str:
    """A summary whose first row with a speedup has another one."""
    header, *rows = csv.reader(io.StringIO(text))
    place = header.index("speedup")
    row = next(row for row in rows if row[place])
    row[place] = cell
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


@pytest.mark.parametrize("name", FOUND)
def test_a_summary_that_cannot_be_is_reported(readers, name):
    """The trend names the run and shows the others."""
    path: Path = readers.root / SUMMARY
    text = path.read_text(encoding="utf-8")
    path.write_text(FOUND[name](text), encoding="utf-8")
    try:
        found = history.read(readers.root / "results")
    finally:
        path.write_text(text, encoding="utf-8")
    assert len(found.runs) == 1 and len(found.unread) == 1
    assert "gilbench report" in found.unread[0] and found.unread[0].isprintable()
