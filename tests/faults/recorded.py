"""Recorded runs, to be changed, written again and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gilbench.model import InputError
from gilbench.results import tables
from tests import journals


def unpack(name: str, folder: Path):
    """``run.json`` and the lines of the journal of a recorded run."""
    kept = journals.unpack(name, folder)
    lines = (kept / "rounds.jsonl").read_text(encoding="utf-8").splitlines()
    run = json.loads((kept / "run.json").read_text(encoding="utf-8"))
    return run, [json.loads(line) for line in lines]


def write(path: Path, run, lines) -> Path:
    path.mkdir(exist_ok=True, parents=True)
    (path / "run.json").write_text(json.dumps(run), encoding="utf-8")
    (path / "rounds.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
    )
    (path / "cores.jsonl").write_text("", encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    """The one line in which a run is refused."""
    with pytest.raises(InputError) as caught:
        tables.load(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    return str(caught.value)


def first(lines, kind):
    return next(line for line in lines if line["type"] == kind)
