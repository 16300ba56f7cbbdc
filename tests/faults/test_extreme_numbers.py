"""Numbers of a call's run that are next to nothing or vast: they are refused in a line, or read to the end."""

import json

import pytest

from gilbench.model import InputError
from tests.faults.documents import read_call, write_all
from tests.faults.impossible import Impossible, with_value

EXTREMES = (1e-320, 1e300, 2**62)


def numbers(value, place=()):
    """Places of the numbers in a document, three of a list at most."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from numbers(part, (*place, name))
    elif isinstance(value, list):
        for index, part in enumerate(value[:3]):
            yield from numbers(part, (*place, index))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield place


def of_each_kind(lines):
    """The first record of each item in a journal, with its number."""
    first = {}
    for number, line in enumerate(lines):
        record = json.loads(line)
        first.setdefault((record["type"], record.get("item")), (number, record))
    return first.values()


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """The journal of a run of a call, whose digests are taken away."""
    root = tmp_path_factory.mktemp("extreme")
    write_all(root)
    return root / "plain-call" / "rounds.jsonl"


@pytest.mark.parametrize("extreme", EXTREMES)
def test_every_number_may_be_extreme(journal, extreme):
    """A time of 1e-320 ns had no logarithm, and ended in a traceback."""
    original = journal.read_text(encoding="utf-8")
    lines = original.splitlines()
    refused = 0
    for number, record in of_each_kind(lines):
        for place in numbers(record):
            changed = json.dumps(with_value(record, Impossible(place, extreme)))
            mutated = [*lines[:number], changed, *lines[number + 1 :]]
            journal.write_text("\n".join(mutated) + "\n", encoding="utf-8")
            try:
                read_call(journal, thorough=False)
            except InputError as error:
                assert str(error).isprintable()
                refused += 1
    journal.write_text(original, encoding="utf-8")
    assert refused > 0
