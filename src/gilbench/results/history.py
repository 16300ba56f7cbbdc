"""The results of all runs of a folder, read from the files that their reports wrote.

Reading their journals instead would make every report slower than the one before.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.model import InputError, Outcome, Run
from gilbench.results import folder as layout
from gilbench.results.files import DAMAGED, damage, read_file


class _Ruling(msgspec.Struct):
    """The part of a verdict that is compared between runs; ``verdicts.json`` may have more."""

    id: str
    target: str
    verdict: Outcome


@dataclass(frozen=True)
class Past:
    """A complete run.

    Attributes:
        run: What ``run.json`` says.
        cases: The rows of ``summary.csv`` by item: column → text.
        verdicts: (target, claim) → outcome.
    """

    run: Run
    cases: dict[str, dict[str, str]]
    verdicts: dict[tuple[str, str], Outcome]


@dataclass(frozen=True)
class History:
    """The complete runs of a folder, oldest first, and a line for each that could not be read."""

    runs: tuple[Past, ...]
    unread: tuple[str, ...]


def read(out: Path, until: Run | None = None) -> History:
    """The complete runs of a folder.

    Args:
        out: Where runs are kept.
        until: Leaves out the runs that began after this one.

    Raises:
        InputError: There is no such folder.
    """
    if not out.is_dir():
        raise InputError(f"there is no folder {out}; name the one where runs are kept with --out")
    runs: list[Past] = []
    unread: list[str] = []
    for path in sorted(out.glob(f"*/{layout.RUN}")):
        folder = path.parent
        if folder.is_symlink():
            continue
        try:
            past = _read(folder)
        except InputError as error:
            unread.append(str(error))
            continue
        if past is not None and (until is None or past.run.started_utc <= until.started_utc):
            runs.append(past)
    runs.sort(key=lambda past: (past.run.started_utc, past.run.id))
    return History(tuple(runs), tuple(unread))


def _read(folder: Path) -> Past | None:
    """A run of the folder; None if it is not complete or has no report."""
    run = layout.read_run(folder)
    summary, verdicts = folder / layout.SUMMARY_CSV, folder / layout.VERDICTS
    if run.status != "complete" or not (summary.is_file() and verdicts.is_file()):
        return None
    try:
        rulings = msgspec.json.decode(read_file(verdicts), type=list[_Ruling])
        text = read_file(summary).decode("utf-8")
        cases = {row["item"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    except (OSError, KeyError, csv.Error, *DAMAGED) as error:
        raise InputError(
            f"the report in {folder} cannot be read ({damage(error)}); make it again: "
            "gilbench report"
        ) from error
    return Past(run, cases, {(ruling.target, ruling.id): ruling.verdict for ruling in rulings})
