"""Reports that several verbs write: of runs about claims."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands._printing import console, print_json, waiting

if TYPE_CHECKING:
    from rich.console import Console

    from gilbench.model import Verdict


def must_have_claims(folder: Path) -> None:
    """Refuse a run that is not about claims.

    Raises:
        InputError: It is a run of ``check``, which has findings and no verdicts.
    """
    from gilbench.model import InputError
    from gilbench.plan.call_plan import PROFILE
    from gilbench.plan.profiles import PROFILES
    from gilbench.results import folder as layout

    if layout.read_run(folder).profile not in (*PROFILES, PROFILE):
        findings = folder / layout.CHECK_MARKDOWN
        raise InputError(f"{folder} is a check and has no verdicts; its findings are in {findings}")


def write_report(
    folder: Path,
    as_json: bool,
    progress: Console | None = None,
    *,
    verbose: bool = False,
    has_warned: bool = False,
) -> Sequence[Verdict]:
    """Judge a run, write its report, and print its last screen, the whole board or JSON.

    Args:
        folder: The run's folder.
        as_json: Print the verdicts and the advice as JSON.
        progress: The console to show progress on; None for standard error.
        verbose: Print every verdict.
        has_warned: Whether the host's warnings were shown before.

    Returns:
        The verdicts.
    """
    with waiting("judging the claims and drawing the report", progress):
        from gilbench.report.write import judged_and_written
        from gilbench.results.folder import read_advice
        from gilbench.terminal.boards import print_advice, print_board
        from gilbench.terminal.ending import print_ending

        tables, verdicts = judged_and_written(folder)
        answers = read_advice(folder)
    if as_json:
        print_json([*verdicts, *answers])
        return verdicts
    out = console()
    print_advice(out, answers)
    if not verbose:
        print_ending(out, tables, verdicts, folder, has_warned=has_warned)
        return verdicts
    if verdicts or not answers:
        print_board(out, verdicts)
    out.print(f"report: {folder / 'report.html'}", soft_wrap=True)
    return verdicts


def write_page(folder: Path, progress: Console) -> Sequence[Verdict]:
    """Write the report of a run whose answer was printed before: that is read meanwhile.

    Args:
        folder: The run's folder.
        progress: The console to show progress on.

    Returns:
        The verdicts.
    """
    with waiting("writing the page", progress):
        from gilbench.report.write import write

        return write(folder)
