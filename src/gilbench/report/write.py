"""The entry to the report: judge a run and write everything that is derived from it.

Importing this is cheap; pandas and matplotlib are imported when a report is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.model import Verdict
from gilbench.results.collection import collection_paused
from gilbench.results.files import write_file, writing

if TYPE_CHECKING:
    from gilbench.report.fleet_files import FleetReport
    from gilbench.results.tables import Tables


def write(folder: Path) -> list[Verdict]:
    """As ``judged_and_written``, for callers that need the verdicts alone."""
    return judged_and_written(folder)[1]


def judged_and_written(folder: Path) -> tuple[Tables, list[Verdict]]:
    """Judge a run and write its report into its folder.

    Runs that were interrupted, or narrowed to a part, give a report of what they have.

    Args:
        folder: The run's folder.

    Returns:
        What was measured, and the verdicts in the order of ``verdicts.json``.

    Raises:
        InputError: The journal cannot be read, or the folder cannot be written.
    """
    with collection_paused():
        from gilbench.report import run_files

        with writing(f"the report to {folder}", "make room there, or copy the run elsewhere"):
            return run_files.write(folder)


def write_side_by_side(folders: Sequence[Path]) -> Path:
    """Write a page with several runs side by side, next to the folder of the first of them.

    Returns:
        The path of the page.

    Raises:
        InputError: A journal cannot be read, or the page cannot be written.
    """
    with collection_paused():
        from gilbench.claims.judging import judge_claims
        from gilbench.report.html import side_by_side
        from gilbench.results import tables as frames

        runs = []
        for folder in folders:
            tables = frames.load(folder)
            runs.append((tables, judge_claims(tables)))
        endings = "-".join(folder.name[-4:] for folder in folders)
        path = folders[0].parent / f"side-by-side-{endings}.html"
        with writing(path, "make room there, or copy the runs elsewhere"):
            write_file(path, side_by_side.render(runs).encode("utf-8"))
    return path


def write_fleet_pages(folder: Path) -> FleetReport:
    """Write the page of a fleet, and the report of each of its hosts that has measured something.

    Raises:
        InputError: The fleet, or the run of every host, cannot be read, or a page cannot be
            written.
    """
    with collection_paused():
        from gilbench.report import fleet_files

        return fleet_files.write(folder)
