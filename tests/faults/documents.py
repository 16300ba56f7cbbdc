"""The files that readers are given by others, each in a small copy that can be, and every reader of them."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace
from rich.console import Console

from gilbench.check import calibration, margins, portable
from gilbench.check.stored import judge_stored
from gilbench.check.stored_run import StoredRun
from gilbench.claims.judging import judge_claims
from gilbench.model import CoresSample, InputError
from gilbench.model.fleets import Fleet, FleetHost, Gap, HostFacts, HostStatus, PlanFacts
from gilbench.report import check_md, exports, summary_csv, summary_md
from gilbench.report.exports import _measured
from gilbench.report.html import fleet_page, page
from gilbench.results import folder as layout
from gilbench.results import history, tables
from gilbench.results.fleet_folder import FLEET, measured_hosts, read_fleet, write_fleet
from gilbench.results.journal import Journal
from gilbench.results.tables import Tables
from gilbench.results.verification import verify
from gilbench.run.interrupted_run import open_interrupted
from gilbench.summary import advice, cases, trend
from gilbench.summary.call_verdicts import call_answers, call_verdicts
from gilbench.terminal.boards import print_advice, print_board
from gilbench.terminal.call_advice import print_calls
from gilbench.terminal.check import print_calibration, print_report
from gilbench.terminal.fleet import print_fleet
from gilbench.terminal.trend import print_trend
from gilbench.terminal.verification import print_verification
from tests import synthetic
from tests.synthetic import World

CLAIMS = frozenset({"A9", "A16", "B9"})
WORLD = World(launches=2, claims=CLAIMS)
PYPROJECT = (
    "[tool.gilbench.gate]\nmargin = 0.05\nportable-margin = 0.25\nmargins = { fnv1a = 0.1 }\n"
)
SMALLEST = {"1": 0.05, "2": 0.03, "3": None}
CALIBRATION = {
    "host": "abc",
    "python": "3.13.0",
    "measured_utc": "2026-01-01T00:00+00:00",
    "margin": 0.05,
    "checks": 200,
    "false_alarms": 1,
    "cases": [{"case": "fnv1a-serial-w1", "sd": 0.01, "n": 32, "smallest": SMALLEST}],
    "schema": 1,
}


CALL = Path(__file__).parents[2] / "docs" / "gallery" / "sorted" / "with-gil"  # of advise
HOST = FleetHost(
    "host-0",
    "tcp://127.0.0.1:1",
    HostStatus.COMPLETE,
    facts=HostFacts("here", "0" * 16, "0.1.0", "2026.1.0", "3.13.0", "1" * 12),
    plan=PlanFacts("2" * 12, 7, ("3.13.0 with the GIL",), ("work.py:f 3333",), 2),
    notes=("another kernel",),
    gaps=(Gap(synthetic.STARTED, None, "its worker went away"),),
    attempts=2,
)
FLEET_OF_TWO = Fleet(
    "20260101T000000Z-0000",
    synthetic.STARTED,
    None,
    ("--profile", "quick"),
    "0.1.0",
    "1" * 12,
    hosts=(HOST, replace(HOST, name="host-1", status=HostStatus.LOST, reason="it has gone")),
)
LONGEST_LINE = 3000  # characters of a message, in which a path and a quotation stand


class Reader(Protocol):
    """Gives a file to what reads it; ``thorough`` also to what computes with it and shows it."""

    def __call__(self, path: Path, *, thorough: bool) -> None: ...


@dataclass(frozen=True)
class Document:
    """A kind of file that a reader is given.

    Attributes:
        name: What it is called in findings.
        path: Where it is in the folder of ``write_all``.
        read: Gives it to every reader, which may refuse it with an InputError.
        share: How often it is drawn, compared with others.
        digests: Whether digests show every change of it.
    """

    name: str
    path: str
    read: Reader
    share: int
    digests: bool = False


def write_run(folder: Path, *, chained: bool, id: str = "20260101T000000Z-0000") -> None:
    """A small complete run, as it is written while it is measured."""
    run = synthetic.make_run(WORLD.plan(), targets=WORLD.targets, host=WORLD.host)
    run = replace(run, id=id, chained=chained)
    folder.mkdir(parents=True)
    with Journal(folder) as journal:
        journal.write_run(replace(run, status="running"))
        for record in WORLD.records():
            journal.add(record)
        journal.add_cores(CoresSample(0.05, (0.5, 0.5)))
        journal.add_cores(CoresSample(0.10, (0.5, 1.0)))
        journal.write_run(replace(run, seal=journal.seal()))


def write_without_digests(run: Path, folder: Path) -> None:
    """A copy of a run whose lines have no digests, which every mutation of it would break first."""
    folder.mkdir()
    described = json.loads((run / layout.RUN).read_text())
    described |= {"chained": False, "seal": None}
    (folder / layout.RUN).write_text(json.dumps(described))
    records = [json.loads(line) for line in (run / layout.ROUNDS).read_text().splitlines()]
    for record in records:
        del record["chain"]
    lines = [json.dumps(record) + "\n" for record in records]
    (folder / layout.ROUNDS).write_text("".join(lines))
    (folder / layout.CORES).touch()


def write_all(root: Path) -> None:
    """Every document, once."""
    for name in ("chained", "plain"):
        write_run(root / name, chained=name == "chained")
    loaded = tables.load(root / "plain")
    verdicts = judge_claims(loaded)
    portable.write(root / "baseline.json", portable.extract_portable(loaded, verdicts))
    (root / "calibration.json").write_text(json.dumps(CALIBRATION))
    (root / "pyproject.toml").write_text(PYPROJECT)
    for number in range(2):
        folder = root / "results" / f"20260101T00000{number}Z-0000"
        shutil.copytree(root / "plain", folder)
        described = json.loads((folder / layout.RUN).read_text())
        (folder / layout.RUN).write_text(json.dumps({**described, "id": folder.name}))
        (folder / layout.SUMMARY_CSV).write_text(summary_csv.render(cases.rows(loaded)))
        (folder / layout.VERDICTS).write_bytes(msgspec.json.encode(verdicts))
    for name in (layout.RUN, layout.ROUNDS):
        (root / "call").mkdir(exist_ok=True)
        (root / "call" / name).write_bytes(gzip.decompress((CALL / f"{name}.gz").read_bytes()))
    (root / "call" / layout.CORES).touch()
    write_without_digests(root / "call", root / "plain-call")
    (root / "fleet").mkdir()
    write_fleet(root / "fleet", FLEET_OF_TWO)
    (root / "plain" / layout.ADVICE).write_bytes(msgspec.json.encode(verdicts[:1]))


def console() -> Console:
    """A console whose text nobody sees."""
    return Console(file=StringIO(), width=80)


def read_loaded(loaded: Tables) -> None:
    """Give a run to what computes, prints and exports it."""
    verdicts = judge_claims(loaded)
    print_board(console(), verdicts)
    advice.advise(loaded)
    summary_csv.render(cases.rows(loaded))
    summary_md.render(loaded, verdicts)
    for known in exports.formats().values():
        known.render(loaded, _measured.exported(loaded, None))
    stored = StoredRun.of(loaded, verdicts)
    report = judge_stored(stored, stored, margins.Margins())
    check_md.markdown(report)
    list(check_md.for_github(report))


def read_run(folder: Path, *, thorough: bool) -> None:
    """Give a run's folder to the door, and to every reader behind it if ``thorough``."""
    if thorough:
        print_verification(console(), verify(folder))
        try:
            open_interrupted(folder).journal.close()
        except InputError as error:
            check_one_line(error)  # a complete run is refused, and a damaged one in its own words
    loaded = tables.load(folder)
    if thorough:
        read_loaded(loaded)


def check_one_line(error: InputError) -> None:
    """Fail where a message is not one line of a readable length."""
    message = str(error)
    if not message.isprintable() or len(message) > LONGEST_LINE:
        raise AssertionError(f"not one line: {message[:200]!r}") from error


def read_baseline(path: Path, *, thorough: bool) -> None:
    """Give a baseline to the check, with the run that it was kept of as the head."""
    kept = portable.read(path)
    if not thorough:
        return
    loaded = tables.load(path.parent / "plain")
    head = StoredRun.of(loaded, judge_claims(loaded))
    report = judge_stored(StoredRun(kept), head, margins.Margins())
    print_report(console(), report)
    check_md.markdown(report)


def read_calibration(path: Path, *, thorough: bool) -> None:
    """Give a calibration to what uses and prints it."""
    kept = calibration.read(path)
    if kept is not None and thorough:
        print_calibration(console(), kept)
        for resolution in kept.cases:
            kept.scale(resolution.case, 0.05)
            kept.smallest(resolution.case)


def read_history(path: Path, *, thorough: bool) -> None:
    """Give a folder of runs to the trend."""
    found = history.read(path.parents[1])
    over_time = trend.find_trend(found)
    if thorough:
        print_trend(console(), over_time)
    for problem in found.unread:
        raise InputError(problem)


def read_a_run_file(path: Path, *, thorough: bool) -> None:
    """Give the run to which a file belongs to every reader."""
    read_run(path.parent, thorough=thorough)


def read_margins(path: Path, *, thorough: bool) -> None:
    """Give a pyproject.toml to the check."""
    margins.read(path)


def read_advice(path: Path, *, thorough: bool) -> None:
    """Give the advice of a run to what prints it."""
    print_advice(console(), layout.read_advice(path.parent))


def read_call(path: Path, *, thorough: bool) -> None:
    """Give a run of ``gilbench advise``, as the gallery keeps them, to what answers, prints and draws a page of it."""
    loaded = tables.load(path.parent)
    answers = call_answers(loaded)
    if thorough:
        print_calls(console(), answers)
        page.render(loaded, call_verdicts(loaded), [], {})


def read_page(path: Path, *, thorough: bool) -> None:
    """Give a run to its page."""
    loaded = tables.load(path.parent)
    if thorough:
        page.render(loaded, judge_claims(loaded), [], {})


def read_a_fleet(path: Path, *, thorough: bool) -> None:
    """Give a fleet to what prints it and draws a page of it."""
    fleet = read_fleet(path.parent)
    measured_hosts(path.parent, fleet)
    if thorough:
        print_fleet(console(), path, fleet, {})
        fleet_page.render(fleet, [])


HISTORY = "results/20260101T000000Z-0000"
DOCUMENTS = (
    Document("run.json", "plain/run.json", read_a_run_file, 5),
    Document("rounds.jsonl", "plain/rounds.jsonl", read_a_run_file, 6),
    Document("run.json with digests", "chained/run.json", read_a_run_file, 2, digests=True),
    Document("rounds.jsonl with digests", "chained/rounds.jsonl", read_a_run_file, 2, digests=True),
    Document("cores.jsonl", "plain/cores.jsonl", read_a_run_file, 1),
    Document("baseline", "baseline.json", read_baseline, 4),
    Document("calibration", "calibration.json", read_calibration, 3),
    Document("pyproject.toml", "pyproject.toml", read_margins, 2),
    Document("verdicts.json", f"{HISTORY}/verdicts.json", read_history, 2),
    Document("summary.csv", f"{HISTORY}/summary.csv", read_history, 3),
    Document("run.json of a trend", f"{HISTORY}/run.json", read_history, 2),
    Document("run.json of a call", "call/run.json", read_call, 1),
    Document("rounds.jsonl of a call", "call/rounds.jsonl", read_call, 1),
    Document("run.json of a call without digests", "plain-call/run.json", read_call, 3),
    Document("rounds.jsonl of a call without digests", "plain-call/rounds.jsonl", read_call, 3),
    Document("run.json on its page", "plain/run.json", read_page, 1),
    Document("rounds.jsonl on its page", "plain/rounds.jsonl", read_page, 1),
    Document("fleet.json", f"fleet/{FLEET}", read_a_fleet, 3),
    Document("advice.json", "plain/advice.json", read_advice, 1),
)
