"""``gilbench check``: whether a head is slower than its baseline, measured in turns or from stored runs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gilbench.commands import _interleaved
from gilbench.commands._common import DEFAULT_OUT, INTERRUPTED, OK, add_run, console, print_json

if TYPE_CHECKING:
    from gilbench.check.findings import Report
    from gilbench.check.stored import StoredRun
    from gilbench.commands._common import Commands


def add(commands: Commands) -> None:
    command = commands.add_parser("check", help="whether anything became slower: exit 1 if so, 3 if undecided")
    against = command.add_mutually_exclusive_group()
    against.add_argument("--baseline", type=Path, metavar="RUN", help="a stored run, or a file of portable quantities")
    against.add_argument("--against", metavar="TARGET", help="measure head and this baseline now, in turns")
    against.add_argument("--save", type=Path, metavar="FILE", help="write what of RUN is portable, for --baseline FILE")
    add_run(command)
    across = "let --baseline compare interpreters of different releases, by their portable ratios"
    command.add_argument("--across-versions", action="store_true", help=across)
    command.add_argument("--python", metavar="TARGET", help="the head of --against (default: this interpreter)")
    _interleaved.add_filters(command)
    launches = "multiply the launches of --against (default: what calibrate found, or 1)"
    command.add_argument("--launches", type=_factor, metavar="FACTOR", help=launches)
    command.add_argument("--seed", type=int, default=0, help="seed of every random order (default: 0)")
    command.add_argument("--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept")
    command.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    command.add_argument("--markdown", type=Path, metavar="FILE", help="append the table to a file; - prints it")
    command.add_argument("--figure", type=Path, metavar="FILE", help="draw the ratios into a PNG file")
    command.add_argument("--annotate", action="store_true", help="annotations for GitHub (default: where it runs)")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(command=run)


def _factor(text: str) -> float:
    """An argument that multiplies launches."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.3 <= value <= 10:  # fewer than 2 launches say nothing; more than 240 are a mistake
        raise argparse.ArgumentTypeError(f"{text!r} is no factor; give 0.3 to 10, such as 2")
    return value


def run(arguments: argparse.Namespace) -> int:
    from gilbench.check.findings import exit_code
    from gilbench.model import InputError

    if arguments.save is not None:
        return _save(arguments)
    if arguments.baseline is None and arguments.against is None:
        raise InputError("nothing to check against; give --against TARGET, or --baseline RUN")
    if arguments.across_versions and arguments.baseline is None:
        raise InputError("--across-versions is for stored runs; leave it out, or give --baseline RUN")
    found = _stored(arguments) if arguments.baseline else _measured_interleaved(arguments)
    if found is None:
        return INTERRUPTED
    _show(found, arguments)
    return exit_code(found)


def _save(arguments: argparse.Namespace) -> int:
    """Write a portable baseline: only of a run that was measured to its end."""
    from gilbench.check import portable

    kept = _load(arguments.run).portable
    portable.write(arguments.save, kept)
    count = len(kept.quantities) + len(kept.rulings)
    console().print(f"{count} portable quantities and verdicts of {kept.run} kept in {arguments.save}", soft_wrap=True)
    return OK


def _stored(arguments: argparse.Namespace) -> Report:
    from gilbench.check import margins, portable, stored

    settings = margins.read()
    path: Path = arguments.baseline
    is_portable = path.is_file() and path.suffix == ".json"
    baseline = stored.StoredRun(portable.read(path)) if is_portable else _load(path)
    head = _load(arguments.run)
    return stored.judge_stored(baseline, head, settings, across_versions=arguments.across_versions)


def _load(path: Path) -> StoredRun:
    from gilbench.check import stored
    from gilbench.claims.judging import judge_claims
    from gilbench.results import folder, tables

    loaded = tables.load(folder.resolve(path))
    return stored.StoredRun.of(loaded, judge_claims(loaded))


def _measured_interleaved(arguments: argparse.Namespace) -> Report | None:
    """Measure and judge; None where it was interrupted, with what was measured so far kept."""
    from gilbench.check import calibration, interleaved, margins
    from gilbench.measure.host import inspect
    from gilbench.run.interleaved import InterleavedCheck

    host = inspect()
    known = calibration.read(calibration.path_of(arguments.out, host))
    narrow, settings = _interleaved.filters(arguments), margins.read()
    gate = InterleavedCheck(host, arguments.against, arguments.python, narrow, settings, arguments.launches, known)
    measuring = _interleaved.measure(gate, arguments)
    if measuring is None:
        return None
    found = interleaved.judge_interleaved(interleaved.InterleavedRun(measuring.tables(), gate.margins, known))
    if measuring.folder is not None:
        _keep(measuring.folder, found)
    return found


def _keep(folder: Path, found: Report) -> None:
    """Write what follows from a check beside what was measured."""
    import msgspec

    from gilbench.report import check_md, check_png
    from gilbench.results import folder as layout

    (folder / layout.CHECK).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    (folder / layout.CHECK_MARKDOWN).write_text(check_md.markdown(found), encoding="utf-8")
    check_png.write(folder / layout.FIGURES / "ratios.png", found)


def _show(found: Report, arguments: argparse.Namespace) -> None:
    from gilbench.report import check_md, check_png
    from gilbench.terminal.check import print_report

    if arguments.figure is not None:
        check_png.write(arguments.figure, found)
    if arguments.json:
        print_json(found)
    elif arguments.markdown != Path("-"):
        print_report(console(), found)
    if arguments.markdown == Path("-"):
        print(check_md.markdown(found))
    elif arguments.markdown is not None:
        with arguments.markdown.open("a", encoding="utf-8") as file:
            file.write(check_md.markdown(found))
    if arguments.annotate or os.environ.get("GITHUB_ACTIONS") == "true":
        for line in check_md.for_github(found):
            print(line, file=sys.stderr)
