"""The command line: reads arguments, calls what does the work, turns its outcome into lines and an exit code.

Nothing heavy is imported before a command runs that needs it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gilbench import __version__

if TYPE_CHECKING:
    from rich.console import Console

    from gilbench.model import Verdict

OK, DOES_NOT_HOLD, UNUSABLE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
DEFAULT_OUT = "results"
KINDS = ("workloads", "strategies", "channels", "probes", "claims", "targets")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line that names the remedy."""

    def error(self, message: str) -> NoReturn:
        """Exit with the contract's code for unusable input."""
        self.exit(UNUSABLE, f"gilbench: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code of the contract."""
    arguments = parser().parse_args(argv)
    from gilbench.model import InputError

    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    try:
        code: int = arguments.command(arguments)
        sys.stdout.flush()
    except InputError as error:
        print(f"gilbench: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:  # the reader of our output has gone, as in `gilbench list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        print("gilbench: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(prog="gilbench", description="Settles, on this machine and with evidence, what the GIL costs.")
    top.add_argument("--version", action="version", version=f"gilbench {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)

    run = commands.add_parser("run", help="measure, judge and write the report")
    run.add_argument("--profile", default="standard", help="quick, standard (default) or full")
    run.add_argument("--python", action="append", default=[], metavar="TARGET", help="interpreter to measure")
    run.add_argument("--workload", action="append", default=[], metavar="W", help="only this workload")
    run.add_argument("--strategy", action="append", default=[], metavar="S", help="only this strategy")
    run.add_argument("--workers", action="append", default=[], type=_positive, metavar="N", help="only this many")
    run.add_argument("--claim", action="append", default=[], metavar="ID", help="only what this claim needs")
    run.add_argument("--out", type=Path, default=Path(DEFAULT_OUT), metavar="DIR", help="where runs are kept")
    run.add_argument("--seed", type=int, default=0, help="seed of every random order (default: 0)")
    run.add_argument("--strict", action="store_true", help="exit 1 if a claim turns out otherwise than expected, 3 if "
                     "one stays undecided")  # fmt: skip
    run.add_argument("--quiet", action="store_true", help="no progress, only the outcome")
    run.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    run.set_defaults(command=_run)

    report = commands.add_parser("report", help="make a run's verdicts, tables, figures and page again")
    report.add_argument("run", nargs="?", type=Path, default=Path(DEFAULT_OUT, "latest"), metavar="RUN")
    report.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    report.set_defaults(command=_report)

    compare = commands.add_parser("compare", help="two targets of a run: ratio and interval of every case")
    compare.add_argument("one", metavar="A", help="a target, or the beginning of its name")
    compare.add_argument("other", metavar="B")
    compare.add_argument("run", nargs="?", type=Path, default=Path(DEFAULT_OUT, "latest"), metavar="RUN")
    compare.add_argument("--json", action="store_true", help="print JSON")
    compare.set_defaults(command=_compare)

    listing = commands.add_parser("list", help="what can be measured and judged here")
    listing.add_argument("kind", nargs="?", choices=KINDS, help="one kind only")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(command=_list)

    explain = commands.add_parser("explain", help="what a claim says, why, and from where")
    explain.add_argument("claim", metavar="CLAIM")
    explain.add_argument("--json", action="store_true", help="print JSON")
    explain.set_defaults(command=_explain)

    doctor = commands.add_parser("doctor", help="what this host is, what disturbs it, and the remedy")
    doctor.add_argument("--json", action="store_true", help="print the host record as JSON")
    doctor.set_defaults(command=_doctor)
    return top


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers; give 1 or more")
    return int(text)


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def _run(arguments: argparse.Namespace) -> int:
    from gilbench import compose, plan, suite
    from gilbench.model import Failure
    from gilbench.report.live import LiveView

    progress = _console(stderr=True)
    progress.quiet = arguments.quiet
    progress.print("looking at the host and its interpreters …")
    request = compose.Request(
        profile=arguments.profile,
        pythons=tuple(arguments.python),
        filters=plan.Filters(
            tuple(arguments.workload), tuple(arguments.strategy), tuple(arguments.workers), tuple(arguments.claim)
        ),
        seed=arguments.seed,
    )
    run = suite.SuiteRun(request, arguments.out, ["gilbench", *sys.argv[1:]])
    for problem in run.composed.problems:
        print(f"gilbench: {problem}; the other targets are measured", file=sys.stderr)
    with LiveView(progress, run.remaining_s) as view:
        run.watchers.append(view)
        interrupted = suite.measure(run)
    if run.folder is None:
        return INTERRUPTED
    if interrupted:
        progress.print(f"interrupted; what was measured so far is kept in {run.folder}")
    verdicts = _write_report(run.folder, arguments.json)
    failures = [record for record in run.records if isinstance(record, Failure)]
    for failure in failures:
        print(f"gilbench: {failure.item} could not be measured: {failure.message}", file=sys.stderr)
    if interrupted:
        return INTERRUPTED
    if failures or run.composed.problems:
        return UNUSABLE
    return _strict(verdicts) if arguments.strict else OK


def _strict(verdicts: Sequence[Verdict]) -> int:
    from gilbench.model import Outcome

    if any(verdict.as_expected is False for verdict in verdicts):
        return DOES_NOT_HOLD
    if any(verdict.verdict in (Outcome.INCONCLUSIVE, Outcome.VOID) for verdict in verdicts):
        return UNDECIDED
    return OK


def _report(arguments: argparse.Namespace) -> int:
    from gilbench.results import folder

    _write_report(folder.resolve(arguments.run), arguments.json)
    return OK


def _compare(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from gilbench.report import between
    from gilbench.report.terminal import print_comparison
    from gilbench.results import folder, tables

    run = tables.load(folder.resolve(arguments.run))
    one, other = (between.find(run, name) for name in (arguments.one, arguments.other))
    rows = between.rows(run, one, other)
    if arguments.json:
        _print_json([asdict(row) for row in rows])
    else:
        print_comparison(_console(), one, other, rows)
    return OK


def _write_report(folder: Path, as_json: bool) -> Sequence[Verdict]:
    from gilbench.report import build
    from gilbench.report.terminal import print_board

    verdicts = build.write(folder)
    if as_json:
        _print_json(verdicts)
    else:
        console = _console()
        print_board(console, verdicts)
        console.print(f"report: {folder / 'report.html'}", soft_wrap=True)
    return verdicts


def _list(arguments: argparse.Namespace) -> int:
    from gilbench import compose

    kinds = [arguments.kind] if arguments.kind else KINDS
    found = {kind: compose.claims_catalogue() if kind == "claims" else compose.catalogue(kind) for kind in kinds}
    if arguments.json:
        _print_json(found)
        return OK
    for kind, entries in found.items():
        print(f"{kind}:")
        for name, entry in entries.items():
            print(f"  {name:<18} {entry if isinstance(entry, str) else _needs(entry)}")
    return OK


def _needs(entry: dict[str, Any]) -> str:
    """A claim in two lines: what it says, and what it needs and costs in the standard profile."""
    indent = "\n" + " " * 21
    if reason := entry.get("not_applicable"):
        return f"{entry['statement']}{indent}does not apply here: {reason}"
    return f"{entry['statement']}{indent}about {entry['about_s']} s: {', '.join(entry['needs'])}"


def _explain(arguments: argparse.Namespace) -> int:
    from gilbench.claims import ledger

    (claim,) = ledger.find([arguments.claim])
    if arguments.json:
        fields = ("id", "statement", "family", "explanation", "source")
        _print_json({field: getattr(claim, field) for field in fields})
    else:
        _console().print(f"{claim.id}: {claim.statement}\n\n{claim.explanation}\n\nSource: {claim.source}")
    return OK


def _doctor(arguments: argparse.Namespace) -> int:
    from gilbench.measure.host import in_words, inspect

    host = inspect()
    if arguments.json:
        _print_json(host)
        return OK
    for line in in_words(host):
        print(line)
    return OK


def _print_json(value: Any) -> None:
    import msgspec

    print(json.dumps(msgspec.to_builtins(value), indent=2))


if __name__ == "__main__":
    sys.exit(main())
