"""The gallery of the documentation: does a well-known call release the GIL, and how does it scale?

``python tools/gallery.py measure --python PYTHON,site=1`` measures every call of ``gallery_calls.py`` that has no journal
of that build yet with ``gilbench advise`` and keeps it in ``docs/gallery``; ``--again`` measures all of them once more, the
oldest first, ``--only NAME`` a few, ``--minutes 3`` a piece, which a later call continues. What a call needs and the
interpreter lacks is kept too, and its row says so. ``... page`` writes ``docs/gallery.md`` and its figure from
the journals alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from gallery_calls import CALLS, Call, Entry
from gallery_figure import THREADS, draw, threads_gain

from gilbench.report.drawing import style
from gilbench.results import tables
from gilbench.summary.call_advice import CallAdvice
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.formatting import share_interval

ROOT = Path(__file__).parents[1]
JOURNALS = ROOT / "docs" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"
FIGURE = ROOT / "docs" / "images" / "gallery.png"
FILES = ("run.json", "rounds.jsonl")
LACKING = "lacking.txt"  # what the interpreter had not, in place of a journal
BUDGET_S = 6.0  # from the command to the page
BUSY = 0.1  # of the CPU time, in use by others as the run began
BUILDS = ("with-gil", "free-threaded")
ONE_LAUNCH = "(one launch)"


def measure(
    calls: Sequence[Call], python: str, limit_s: float, budget_s: float, *, again: bool
) -> None:
    """Measure calls on one interpreter and keep their journals, until the time is over."""
    began_s = time.monotonic()
    modules, build = _inspect(python, calls)
    for call in sorted(calls, key=lambda call: measured_at(JOURNALS / call.name / build)):
        journal = JOURNALS / call.name / build
        if measured_at(journal) and not again:
            continue
        if not call.modules <= modules:
            lacking = ", ".join(sorted(call.modules - modules))
            print(f"{call.name}: {python} lacks {lacking}")
            if not measured_at(journal):
                journal.mkdir(parents=True, exist_ok=True)
                (journal / LACKING).write_text(f"{lacking}\n", encoding="utf-8")
            continue
        if time.monotonic() - began_s + budget_s > limit_s:
            print(f"no time left for {call.name} and what follows")
            return
        with tempfile.TemporaryDirectory() as out:
            done = subprocess.run(
                [*_command(call, python, budget_s), "--out", out],
                capture_output=True,
                text=True,
                check=False,
                cwd=out,
            )
            folders = [path.parent for path in Path(out).glob("*/run.json")]
            if done.returncode not in (0, 3) or not folders:
                print(f"{call.name}: {done.stderr.strip().splitlines()[-1:]}")
                continue
            keep(folders[0], journal)
        print(f"{call.name}: measured", flush=True)


def _inspect(python: str, calls: Sequence[Call]) -> tuple[set[str], str]:
    """The modules of the set-ups that an interpreter has, and its build; nothing is imported."""
    names = sorted({name for call in calls for name in call.modules})
    code = (
        "import importlib.util, sys, sysconfig\n"
        "print(sysconfig.get_config_var('Py_GIL_DISABLED') or 0)\n"
        "print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    )
    executable = python.partition(",")[0]
    done = subprocess.run(
        [executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    without_gil, available = done.stdout.splitlines()
    return set(available.split()), BUILDS[int(without_gil)]


def _command(call: Call, python: str, budget_s: float) -> list[str]:
    words = ["advise", f"--budget={budget_s:g}", f"--python={python}"]
    return [sys.executable, "-m", "gilbench", *words, "-s", call.setup, call.statement]


def measured_at(journal: Path) -> str:
    """When a journal's run began; "" where there is none."""
    packed = journal / "run.json.gz"
    if not packed.exists():
        return ""
    run: dict[str, str] = json.loads(gzip.decompress(packed.read_bytes()))
    return run["started_utc"]


def keep(run: Path, journal: Path) -> None:
    """Pack what a report is made from; without a time of packing, equal runs are equal files."""
    journal.mkdir(parents=True, exist_ok=True)
    (journal / LACKING).unlink(missing_ok=True)
    for name in FILES:
        packed = gzip.compress((run / name).read_bytes(), mtime=0)
        (journal / f"{name}.gz").write_bytes(packed)


def read(call: Call) -> Entry | None:
    """What the journals of a call say; None where it has none."""
    read_runs = {build: _read_journal(JOURNALS / call.name / build) for build in BUILDS}
    runs = [loaded for loaded in read_runs.values() if loaded is not None]
    if not runs:
        return None
    answers = {}
    for build, loaded in read_runs.items():
        answers[build] = None if loaded is None else call_answers(loaded)[0]
    host = runs[0].run.host
    words = f"{host.model}, {host.usable_cores} usable cores"
    is_busy = any((loaded.run.host.busy_share or 0) > BUSY for loaded in runs)
    return Entry(call, runs[0].run.started_utc[:10], words, is_busy, *answers.values())


def _read_journal(journal: Path) -> tables.Tables | None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in FILES:
            packed = journal / f"{file}.gz"
            if not packed.exists():
                return None
            (folder / file).write_bytes(gzip.decompress(packed.read_bytes()))
        (folder / "cores.jsonl").touch()
        return tables.load(folder)


def command_of(call: Call) -> str:
    """The command that repeats a row."""
    return f"gilbench advise -s {_quoted(call.setup)} {_quoted(call.statement)}"


def _quoted(code: str) -> str:
    """Code as a word of a shell, with the other quotes of Python where that is easier to read."""
    return shlex.quote(code if '"' in code else code.replace("'", '"'))


def row_of(entry: Entry) -> str:
    """A row of the page's table."""
    with_gil, without_gil = entry.with_gil, entry.without_gil
    cells = [
        entry.call.title,
        "–" if with_gil is None else duration(with_gil.call_s),
        "not measured" if with_gil is None else held(with_gil),
        gain(with_gil),
        "–" if with_gil is None else best(with_gil),
        gain(without_gil) if without_gil is not None else not_measured(entry.call, BUILDS[1]),
    ]
    return f"| {' | '.join(cells)} |"


def not_measured(call: Call, build: str) -> str:
    """That a call was not measured on a build, and what was not there, if that was the reason."""
    lacking = JOURNALS / call.name / build / LACKING
    if not lacking.exists():
        return "not measured"
    return f"not measured: no {lacking.read_text(encoding='utf-8').strip()} for it here"


def duration(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms"


def held(answer: CallAdvice) -> str:
    """The share of its time that a call holds the GIL, with its interval."""
    share = answer.holds_gil
    return "not measured" if share is None else share_interval(share)


def gain(answer: CallAdvice | None) -> str:
    """What two threads gain, in words."""
    if answer is None:
        return "not measured"
    estimate = threads_gain(answer)
    if estimate is None:
        speeds = [way.speed for way in answer.ways if way.strategy in THREADS and way.workers == 2]
        known = [speed for speed in speeds if speed is not None]
        return f"{max(known):.2f}× {ONE_LAUNCH}" if known else "undecided"
    return f"{estimate.center:.2f}× [{estimate.lo:.2f}, {estimate.hi:.2f}]"


def has_one_launch(entry: Entry) -> bool:
    """Whether a build's threads were measured in one launch only."""
    return any(gain(answer).endswith(ONE_LAUNCH) for answer in (entry.with_gil, entry.without_gil))


def best(answer: CallAdvice) -> str:
    """The way that is advised."""
    if answer.best is None:
        return "serial" if answer.outcome == "serial" else answer.outcome
    return f"{answer.best.strategy}, {answer.best.workers} workers"


def page(entries: Sequence[Entry], missing: Sequence[Call]) -> Iterator[str]:
    """The lines of the page."""
    yield "# Does it release the GIL, and how does it scale?"
    yield ""
    yield from _introduction(entries)
    yield from _legend(entries)
    yield "| call | takes | holds the GIL | two threads | advised | free-threaded, two threads |"
    yield "|---|---:|---:|---:|---|---:|"
    for entry in entries:
        yield row_of(entry)
    yield ""
    if missing:
        names = "; ".join(call.title for call in missing)
        yield f"Not measured yet, or not installable where this was made: {names}."
        yield ""
    yield "## Repeat a measurement"
    yield ""
    yield "A line answers on your machine, with the packages that your Python has. The journal of a row is a run:"
    yield "`gunzip` its files from `docs/gallery` into a folder, and `gilbench report` makes its page."
    yield ""
    yield "```sh"
    for entry in entries:
        yield command_of(entry.call)
    yield "```"


def _introduction(entries: Sequence[Entry]) -> Iterator[str]:
    """What was measured where, and the figure."""
    dates = sorted({entry.date for entry in entries})
    targets = set()
    for entry in entries:
        for answer in (entry.with_gil, entry.without_gil):
            if answer is not None:
                targets.add(answer.target.partition(",")[0])
    yield f"{len(entries)} well-known calls, measured by `gilbench advise` on {' and '.join(sorted(targets))}"
    yield f"({entries[0].host}; {' to '.join(dict.fromkeys((dates[0], dates[-1])))})."
    yield "Made from the journals in `docs/gallery` by `tools/gallery.py page`; no number is typed by hand."
    yield ""
    yield "![Share of its time that each call holds the GIL, and what two threads gain](images/gallery.png)"
    yield ""
    busy = sum(entry.is_busy for entry in entries)
    if busy:
        yield f"Other work was on the host while {busy} of the {len(entries)} rows were measured. The share of the GIL leaves out"
        yield "the time for which no core was free; what threads gain needs free cores and is undecided there, and times are longer."
        yield ""


def _legend(entries: Sequence[Entry]) -> Iterator[str]:
    """What the columns of the table mean, and what needs an explanation in it."""
    yield "- **holds the GIL**: the share of its time for which no other thread could run Python code, from a thread that"
    yield "  ticks alongside; 95 % intervals over launches."
    yield "- **two threads**: how many times as fast as serial calls; 2× is all that two workers can give."
    yield "- **free-threaded**: the same on the build without the GIL. An import that switches the GIL on there shows as 1×."
    yield "- **advised** is the way that `advise` recommends there, with what processes hand over and back included."
    once = [entry.call.title for entry in entries if has_one_launch(entry)]
    if once:
        yield "- **(one launch)**: there was time for one launch of threads only, so that the number has no interval and decides"
        yield f"  nothing, in {len(once)} rows: {'; '.join(once)}."
    yield ""
    yield "`sqlite3` gains nothing from threads on either build, although it releases the GIL: this query allocates memory for each"
    yield "row, and all connections of a process share SQLite's lock for that ([measured](measurements/sqlite-in-threads.md))."
    yield ""


def main() -> None:
    """Measure calls, or write the page."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=["measure", "page"])
    arguments.add_argument("--python", default=sys.executable, metavar="TARGET")
    arguments.add_argument("--only", action="append", default=[], metavar="NAME")
    arguments.add_argument("--again", action="store_true", help="measure what has a journal too")
    arguments.add_argument("--budget", type=float, default=BUDGET_S, help="seconds for a call")
    arguments.add_argument("--minutes", type=float, default=math.inf)
    given = arguments.parse_args()
    if given.what == "measure":
        calls = [call for call in CALLS if not given.only or call.name in given.only]
        # Every second one first, so that a piece has some of every kind
        shuffled = [*calls[::2], *calls[1::2]]
        measure(shuffled, given.python, 60 * given.minutes, given.budget, again=given.again)
        return
    entries = [entry for call in CALLS if (entry := read(call)) is not None]
    missing = [call for call in CALLS if read(call) is None]
    PAGE.write_text("\n".join(page(entries, missing)) + "\n", encoding="utf-8")
    draw(entries).savefig(FIGURE, dpi=style.DPI)


if __name__ == "__main__":
    main()
