"""Some hundred runs and baselines that cannot be, each wrong in one value: none is read."""

import json
from pathlib import Path

import pytest

from gilbench.check import calibration, portable
from gilbench.model import InputError
from gilbench.results import tables
from tests.faults.documents import CALIBRATION, write_all
from tests.faults.impossible import impossible_values, with_value


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("impossible")
    write_all(folder)
    return folder


def accepted(path: Path, document, read, encode) -> tuple[list[str], int]:
    """The impossible values that a reader accepts, and how many there were."""
    original = path.read_bytes()
    passed, count = [], 0
    for wrong in impossible_values(document):
        path.write_text(encode(with_value(document, wrong)), encoding="utf-8")
        count += 1
        try:
            read()
        except InputError as error:
            assert str(error).isprintable()
        else:
            passed.append(str(wrong))
    path.write_bytes(original)
    read()
    return passed, count


def test_no_run_is_read_that_cannot_be(root):
    """In no value of run.json."""
    folder = root / "plain"
    path = folder / "run.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    passed, count = accepted(path, document, lambda: tables.load(folder), json.dumps)
    assert count >= 300 and not passed


def test_no_journal_is_read_that_cannot_be(root):
    """In no value of the first record of each kind."""
    folder = root / "plain"
    path = folder / "rounds.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    kinds = {}
    for number, line in enumerate(lines):
        record = json.loads(line)
        if not record.get("warmup"):
            kinds.setdefault(record["type"], (number, record))
    total = 0
    for number, record in kinds.values():

        def encode(changed, number=number):
            return "\n".join([*lines[:number], json.dumps(changed), *lines[number + 1 :]]) + "\n"

        passed, count = accepted(path, record, lambda: tables.load(folder), encode)
        total += count
        assert not passed
    assert total >= 150


def test_no_baseline_is_read_that_cannot_be(root):
    """In no value."""
    path = root / "baseline.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    passed, count = accepted(path, document, lambda: portable.read(path), json.dumps)
    assert count >= 60 and not passed


def test_no_calibration_is_read_that_cannot_be(root):
    """In no value."""
    path = root / "calibration.json"
    passed, count = accepted(path, CALIBRATION, lambda: calibration.read(path), json.dumps)
    assert count >= 40 and not passed
