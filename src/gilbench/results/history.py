"""The results of all runs of a folder, read from the files that their reports wrote.

Reading their journals instead would make every report slower than the one before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.model import InputError, Name, Outcome, Run, from_csv
from gilbench.results import folder as layout
from gilbench.results.files import DAMAGED, damage, read_file

SMALLEST, LARGEST = 1e-12, 1e12  # of a ratio, and of a time in seconds


class _Ruling(msgspec.Struct):
    """The part of a verdict that is compared between runs; ``verdicts.json`` may have more."""

    id: Name
    target: Name
    verdict: Outcome


@dataclass(frozen=True)
class PastCase:
    """A row of ``summary.csv`` that has a speedup.

    Attributes:
        speedup: The speedup.
        lo: The lower end of its interval; None where it has none.
        hi: The upper end, likewise.
        wall_s: How long a round took.
    """

    speedup: float
    lo: float | None
    hi: float | None
    wall_s: float


@dataclass(frozen=True)
class Past:
    """A complete run.

    Attributes:
        run: What ``run.json`` says.
        cases: The cases that have a speedup, by item.
        verdicts: (target, claim) → outcome.
    """

    run: Run
    cases: dict[str, PastCase]
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
    return _read_all(sorted(path.parent for path in out.glob(f"*/{layout.RUN}")), until)


def read_host(out: Path, host: str) -> History:
    """The complete runs of a host in the fleets of a folder, as ``read`` has those of a folder."""
    return _read_all(sorted(path.parent for path in out.glob(f"*/hosts/{host}/{layout.RUN}")))


def _read_all(folders: Iterable[Path], until: Run | None = None) -> History:
    runs: list[Past] = []
    unread: list[str] = []
    kept: dict[tuple[str, str], Path] = {}  # where each run is, by its id and when it began
    for folder in folders:
        if folder.is_symlink():
            continue
        try:
            past = _read(folder)
        except InputError as error:
            unread.append(str(error))
            continue
        if past is None or (until is not None and past.run.started_utc > until.started_utc):
            continue
        first = kept.setdefault((past.run.id, past.run.started_utc), folder)
        if first == folder:
            runs.append(past)
        else:
            unread.append(f"{folder} is a copy of {first}; a run counts once")
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
        cases = {}
        for row in csv.DictReader(io.StringIO(text, newline="")):
            if row["speedup"]:
                cases[from_csv(row["item"] or "")] = _case(row)
    except (KeyError, ValueError, csv.Error, *DAMAGED) as error:
        raise InputError(
            f"the report in {folder} cannot be read ({damage(error)}); make it again: "
            "gilbench report"
        ) from error
    return Past(run, cases, {(ruling.target, ruling.id): ruling.verdict for ruling in rulings})


def _case(row: dict[str, str]) -> PastCase:
    """A row of ``summary.csv``.

    Raises:
        ValueError: A number is none, or cannot be.
        KeyError: A column is missing.
    """
    case = PastCase(
        _positive(row["speedup"]),
        _positive(row["speedup_lo"]) if row["speedup_lo"] else None,
        _positive(row["speedup_hi"]) if row["speedup_hi"] else None,
        _positive(row["wall_s"]),
    )
    lo, hi = case.lo or case.speedup, case.hi or case.speedup
    if not lo <= case.speedup <= hi:
        raise ValueError(f"the speedup {case.speedup:g} is not in its interval")
    return case


def _positive(text: str | None) -> float:
    value = float(text or "nan")
    if not SMALLEST < value < LARGEST:
        raise ValueError(f"{text!r} is no ratio and no time")
    return value
