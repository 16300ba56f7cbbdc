"""``gilbench check``: whether a head is slower than its baseline.

The two are measured interleaved, or both are stored runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands import _interleaved
from gilbench.commands._arguments import DEFAULT_OUT, add_run, number
from gilbench.commands._exit_codes import INTERRUPTED, OK, gravest_of
from gilbench.commands._printing import console, print_json
from gilbench.commands._streams import say

if TYPE_CHECKING:
    from gilbench.check.findings import Report
    from gilbench.check.stored_run import StoredRun
    from gilbench.commands._arguments import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser(
        "check", help="whether anything became slower: exit 1 if so, 3 if undecided"
    )
    against = command.add_mutually_exclusive_group()
    against.add_argument(
        "--baseline", type=Path, metavar="RUN", help="a stored run, or a file that --save wrote"
    )
    against.add_argument(
        "--against", metavar="TARGET", help="measure head and this baseline now, interleaved"
    )
    against.add_argument(
        "--save", type=Path, metavar="FILE", help="keep what of RUN is portable, for --baseline"
    )
    add_run(command)
    across = "let --baseline compare interpreters of different releases, by their portable ratios"
    command.add_argument("--across-versions", action="store_true", help=across)
    command.add_argument(
        "--python", metavar="TARGET", help="the head of --against (default: this interpreter)"
    )
    _interleaved.add_filters(command)
    launches = "multiply the launches of --against (default: what calibrate found, or 1)"
    command.add_argument("--launches", type=_factor, metavar="FACTOR", help=launches)
    command.add_argument(
        "--seed", type=int, default=0, help="seed of every random order (default: 0)"
    )
    command.add_argument(
        "--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept"
    )
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument(
        "--markdown", type=Path, metavar="FILE", help="append the table to a file; - prints it"
    )
    command.add_argument("--html", type=Path, metavar="FILE", help="write the result as a page too")
    command.add_argument(
        "--figure", type=Path, metavar="FILE", help="draw the ratios into a PNG file"
    )
    command.add_argument(
        "--annotate", action="store_true", help="annotations for GitHub (default: where it runs)"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def _factor(text: str) -> float:
    """An argument that multiplies launches: fewer than 2 say nothing, over 240 are a mistake."""
    return number(text, 0.3, 10, "factor; give 0.3 to 10, such as 2")


def run(arguments: argparse.Namespace) -> int:
    from gilbench.check.findings import exit_code
    from gilbench.model import InputError
    from gilbench.results.fleet_folder import is_fleet

    if arguments.save is not None:
        return _save(arguments)
    if arguments.baseline is None and arguments.against is None:
        raise InputError("nothing to check against; give --against TARGET, or --baseline RUN")
    if arguments.across_versions and arguments.baseline is None:
        raise InputError(
            "--across-versions is for stored runs; leave it out, or give --baseline RUN"
        )
    if arguments.baseline is not None and is_fleet(arguments.run):
        return _check_hosts(arguments)
    if arguments.html is not None:
        _require_folder(arguments.html)
    if arguments.baseline is not None:
        report = _stored(
            arguments.baseline, arguments.run, across_versions=arguments.across_versions
        )
        _show(report, arguments)
        return exit_code(report)
    measured = _measured_interleaved(arguments)
    if measured is None:
        return INTERRUPTED
    report, page = measured
    _show(report, arguments)
    if page is not None and not arguments.json and arguments.markdown != Path("-"):
        console().print(f"report: {page}", soft_wrap=True)
    return exit_code(report)


def _require_folder(page: Path) -> None:
    """Refuse a page that cannot be written before anything is measured for it."""
    from gilbench.model import InputError

    if not page.parent.is_dir():
        raise InputError(
            f"cannot write {page}: there is no folder {page.parent}; make it, or choose another "
            "file with --html"
        )


def _check_hosts(arguments: argparse.Namespace) -> int:
    """Check every host of a fleet against the baseline, or the same host of one that is a fleet.

    Returns:
        The gravest exit code.
    """
    from gilbench.check.findings import exit_code
    from gilbench.commands._fleets import hosts_of
    from gilbench.model import InputError
    from gilbench.results.fleet_folder import is_fleet

    now = hosts_of(arguments.run)
    before = dict.fromkeys(now, arguments.baseline)
    if is_fleet(arguments.baseline):
        before = hosts_of(arguments.baseline)
    shared = [name for name in now if name in before]
    if not shared:
        raise InputError(
            f"{arguments.run} and {arguments.baseline} have no host in common; "
            "name the workers of both alike: gilbench fleet worker --name"
        )
    reports = {}
    for name, run_folder in now.items():
        if name not in before:
            say(f"gilbench: {name} is not in {arguments.baseline}, and is left out")
            continue
        across_versions = arguments.across_versions
        reports[name] = _stored(before[name], run_folder, across_versions=across_versions)
        if not arguments.json and arguments.markdown != Path("-"):
            console().print(f"{name}:")
        _show(reports[name], arguments, host=name)
    if arguments.json:
        print_json(reports)
    return gravest_of(map(exit_code, reports.values()))


def _save(arguments: argparse.Namespace) -> int:
    """Keep the portable part of a run as a baseline."""
    from gilbench.check import portable

    kept = _load(arguments.run).portable
    portable.write(arguments.save, kept)
    count = len(kept.quantities) + len(kept.rulings)
    console().print(
        f"{count} portable ratios and verdicts of {kept.run} kept in {arguments.save}",
        soft_wrap=True,
    )
    return OK


def _stored(baseline_path: Path, run: Path, *, across_versions: bool) -> Report:
    """Compare two stored runs, or a run with a kept baseline."""
    from gilbench.check import margins, portable
    from gilbench.check.stored import judge_stored
    from gilbench.check.stored_run import StoredRun
    from gilbench.results import folder

    settings = margins.read()
    if baseline_path.is_file() and baseline_path.name != folder.LATEST:
        baseline = StoredRun(portable.read(baseline_path))
    else:
        baseline = _load(baseline_path)
    return judge_stored(baseline, _load(run), settings, across_versions=across_versions)


def _load(path: Path) -> StoredRun:
    from gilbench.check.stored_run import StoredRun
    from gilbench.claims.judging import judge_claims
    from gilbench.results import folder, tables

    loaded = tables.load(folder.resolve(path))
    return StoredRun.of(loaded, judge_claims(loaded))


def _measured_interleaved(arguments: argparse.Namespace) -> tuple[Report, Path | None] | None:
    """Measure head and baseline interleaved and judge them.

    Returns:
        What was found, and its page where a folder is kept; None where it was interrupted.
    """
    from gilbench.check import calibration, margins
    from gilbench.check.interleaved import judge_interleaved
    from gilbench.check.interleaved_run import InterleavedRun
    from gilbench.measure.host import inspect
    from gilbench.run.interleaved import InterleavedCheck

    host = inspect()
    calibrated = calibration.read(calibration.path_of(arguments.out, host))
    check = InterleavedCheck(
        host,
        arguments.against,
        arguments.python,
        _interleaved.filters(arguments),
        margins.read(),
        arguments.launches,
        calibrated,
    )
    measured = _interleaved.measure(check, arguments, warns=False)
    if measured is None:
        return None
    report = judge_interleaved(InterleavedRun(measured.tables(), check.margins, calibrated))
    return report, _keep(measured.folder, report) if measured.folder is not None else None


def _keep(folder: Path, report: Report) -> Path:
    """Write the report into the folder of the run, and return its page."""
    from gilbench.report import check_md, check_png
    from gilbench.report.html import check_page
    from gilbench.results import folder as layout
    from gilbench.results.files import encode_json, make_folder, write_file

    write_file(folder / layout.CHECK, encode_json(report))
    write_file(folder / layout.CHECK_MARKDOWN, check_md.markdown(report).encode("utf-8"))
    write_file(folder / layout.CHECK_PAGE, check_page.render(report).encode("utf-8"))
    make_folder(folder / layout.FIGURES)
    check_png.write(folder / layout.FIGURES / "ratios.png", report)
    return folder / layout.CHECK_PAGE


def _show(report: Report, arguments: argparse.Namespace, host: str = "") -> None:
    """Print the report in the formats that were asked for.

    Of a ``host`` of a fleet the files have its name, and JSON is printed of all hosts at once.
    """
    from gilbench.commands._fleets import file_of_host
    from gilbench.report import check_md, check_png
    from gilbench.terminal.check import print_report

    figure, page = arguments.figure, arguments.html
    if figure is not None:
        check_png.write(file_of_host(figure, host) if host else figure, report)
    if page is not None:
        _write_page(file_of_host(page, host) if host else page, report)
    if arguments.json:
        if not host:
            print_json(report)
    elif arguments.markdown != Path("-"):
        print_report(console(), report)
    markdown = check_md.markdown(report)
    if host:
        markdown = f"## {host}\n\n{markdown}"
    if arguments.markdown == Path("-"):
        print(markdown)
    elif arguments.markdown is not None:
        _append(arguments.markdown, markdown)
    if arguments.annotate or os.environ.get("GITHUB_ACTIONS") == "true":
        for line in check_md.for_github(report):
            print(line, file=sys.stderr)


def _write_page(path: Path, report: Report) -> None:
    from gilbench.report.html import check_page
    from gilbench.results.files import write_named_file, writing

    with writing(path, "choose another file with --html"):
        write_named_file(path, check_page.render(report).encode("utf-8"))


def _append(path: Path, text: str) -> None:
    from gilbench.results.files import append_to_named_file, writing

    with writing(path, "choose another file with --markdown"):
        append_to_named_file(path, text.encode("utf-8"))
