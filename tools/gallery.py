"""The gallery of the documentation: does a well-known call release the GIL, and how does it scale?

``python tools/gallery.py measure --python PYTHON --python PYTHON_WITHOUT_THE_GIL`` measures every call of
``gallery_calls.py`` that has no journal yet with ``gilbench advise`` and keeps the journals in ``docs/gallery``; ``--again``
measures all anew, ``--only NAME`` a few, ``--minutes 3`` a piece. ``... page`` writes ``docs/gallery.md`` and its figure from
the journals alone.
"""

from __future__ import annotations

import argparse
import gzip
import math
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gallery_calls import CALLS, Call
from matplotlib.figure import Figure

from gilbench.report.drawing import style
from gilbench.results import fingerprint, tables
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.own_call import CallAdvice

ROOT = Path(__file__).parents[1]
JOURNALS = ROOT / "docs" / "gallery"
PAGE = ROOT / "docs" / "gallery.md"
FIGURE = ROOT / "docs" / "images" / "gallery.png"
FILES = ("run.json", "rounds.jsonl")
BUDGET_S = 9.0  # for two interpreters
THREADS = ("thread", "thread-pool")


@dataclass(frozen=True)
class Entry:
    """A call with what was found of it: one answer for each interpreter that could run it."""

    call: Call
    date: str
    host: str
    with_gil: CallAdvice | None
    without_gil: CallAdvice | None


def measure(calls: Sequence[Call], pythons: Sequence[str], limit_s: float) -> None:
    """Measure calls and keep their journals, until the time is over."""
    began_s = time.monotonic()
    modules = {python: _importable(python, calls) for python in pythons}
    for call in calls:
        if time.monotonic() - began_s + BUDGET_S > limit_s:
            print(f"no time left for {call.name} and what follows")
            return
        # An interpreter that lacks the package must not keep the others from it
        usable = [python for python in pythons if call.modules <= modules[python]]
        if not usable:
            print(f"{call.name}: no interpreter has {call.modules}")
            continue
        with tempfile.TemporaryDirectory() as out:
            done = subprocess.run(
                [*_command(call, usable), "--out", out],
                capture_output=True,
                text=True,
                check=False,
                cwd=out,
            )
            folders = [path.parent for path in Path(out).glob("*/run.json")]
            if done.returncode not in (0, 3) or not folders:
                print(f"{call.name}: {done.stderr.strip().splitlines()[-1:]}")
                continue
            keep(folders[0], JOURNALS / call.name)
        print(f"{call.name}: measured", flush=True)


def _importable(python: str, calls: Sequence[Call]) -> set[str]:
    """The top-level modules of the set-ups that an interpreter has; nothing is imported."""
    names = sorted({name for call in calls for name in call.modules})
    code = (
        "import importlib.util, sys\n"
        "print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name)])"
    )
    executable = python.partition(",")[0]
    done = subprocess.run(
        [executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def _command(call: Call, pythons: Sequence[str]) -> list[str]:
    options = [f"--python={python}" for python in pythons]
    budget = BUDGET_S * len(pythons) / 2
    words = ["advise", f"--budget={budget:g}", *options, "-s", call.setup, call.statement]
    return [sys.executable, "-m", "gilbench", *words]


def keep(run: Path, journal: Path) -> None:
    """Pack what a report is made from; without a time of packing, equal runs are equal files."""
    journal.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        packed = gzip.compress((run / name).read_bytes(), mtime=0)
        (journal / f"{name}.gz").write_bytes(packed)


def read(call: Call) -> Entry | None:
    """What the journal of a call says; None where there is none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in FILES:
            packed = JOURNALS / call.name / f"{file}.gz"
            if not packed.exists():
                return None
            (folder / file).write_bytes(gzip.decompress(packed.read_bytes()))
        (folder / "cores.jsonl").touch()
        loaded = tables.load(folder)
        answers = {answer.target: answer for answer in call_answers(loaded)}
    with_gil = without_gil = None
    for target in loaded.run.targets:
        if target.description.free_threaded_build:
            without_gil = answers.get(target.id)
        else:
            with_gil = answers.get(target.id)
    host = fingerprint.in_words(loaded.run.host)
    return Entry(call, loaded.run.started_utc[:10], host, with_gil, without_gil)


def row_of(entry: Entry) -> str:
    """A row of the page's table."""
    with_gil, without_gil = entry.with_gil, entry.without_gil
    cells = [
        entry.call.title,
        "–" if with_gil is None else duration(with_gil.call_s),
        "not installable" if with_gil is None else held(with_gil),
        "–" if with_gil is None else gain(with_gil, THREADS),
        "–" if with_gil is None else best(with_gil),
        "not installable" if without_gil is None else gain(without_gil, THREADS),
    ]
    return f"| {' | '.join(cells)} |"


def duration(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms"


def held(answer: CallAdvice) -> str:
    """The share of its time that a call holds the GIL, with its interval."""
    share = answer.holds_gil
    if share is None:
        return "not measured"
    return f"{share.center:.0%} [{share.lo:.0%}, {share.hi:.0%}]"


def gain(answer: CallAdvice, strategies: Sequence[str]) -> str:
    """What two workers of the best of some strategies gain."""
    estimates = [
        way.gain
        for way in answer.ways
        if way.strategy in strategies and way.workers == 2 and way.gain is not None
    ]
    if not estimates:
        return "not measured"
    estimate = max(estimates, key=lambda each: each.center)
    return f"{estimate.center:.2f}× [{estimate.lo:.2f}, {estimate.hi:.2f}]"


def best(answer: CallAdvice) -> str:
    """The way that is advised."""
    if answer.best is None:
        return "serial" if answer.outcome == "serial" else answer.outcome
    return f"{answer.best.strategy}, {answer.best.workers} workers"


def page(entries: Sequence[Entry], missing: Sequence[Call]) -> Iterator[str]:
    """The lines of the page."""
    dates = sorted({entry.date for entry in entries})
    targets = sorted(
        {
            answer.target.partition(",")[0]
            for entry in entries
            for answer in (entry.with_gil, entry.without_gil)
            if answer is not None
        }
    )
    yield "# Does it release the GIL, and how does it scale?"
    yield ""
    yield f"{len(entries)} well-known calls, measured by `gilbench advise` on {' and '.join(targets)}"
    yield f"({entries[0].host}, a virtual machine, {' to '.join(dict.fromkeys((dates[0], dates[-1])))})."
    yield "Made from the journals in `docs/gallery` by `tools/gallery.py page`; no number is typed by hand."
    yield ""
    yield "![Share of its time that each call holds the GIL, and what two threads gain](images/gallery.png)"
    yield ""
    yield "- **holds the GIL**: the share of its time for which no other thread could run Python code, from a thread that"
    yield "  ticks alongside; 95 % intervals over launches."
    yield "- **two threads**: how many times as fast as serial calls; 2× is all that two workers can give."
    yield "- **free-threaded**: the same on the build without the GIL. An import that switches the GIL on there shows as 1×."
    yield "- **advised** is the way that `advise` recommends there, with what processes hand over and back included."
    yield ""
    yield "| call | takes | holds the GIL | two threads | advised | free-threaded, two threads |"
    yield "|---|---:|---:|---:|---|---:|"
    for entry in entries:
        yield row_of(entry)
    yield ""
    if missing:
        names = ", ".join(call.title for call in missing)
        yield f"Not measured, since the package could not be installed or the call failed: {names}."
        yield ""
    yield "## Repeat a row"
    yield ""
    yield "Each line answers on your machine, with the packages that your Python has. The journal of a row is a run:"
    yield "`gunzip` its files from `docs/gallery` into a folder, and `gilbench report` makes its page."
    yield ""
    yield "```sh"
    for entry in entries:
        call = entry.call
        yield f"gilbench advise -s {shlex.quote(call.setup)} {shlex.quote(call.statement)}"
    yield "```"


def draw(entries: Sequence[Entry]) -> Figure:
    """Two panels with a row for each call: the share held, and the gain of two threads."""
    shown = sorted(
        (entry for entry in entries if entry.with_gil is not None and entry.with_gil.holds_gil),
        key=lambda entry: entry.with_gil.holds_gil.center,  # type: ignore[union-attr]
    )
    figure = Figure(figsize=(9, 0.24 * len(shown) + 1.1), layout="constrained")
    shares, gains = figure.subplots(1, 2, sharey=True)
    for place, entry in enumerate(shown):
        assert entry.with_gil is not None
        share = entry.with_gil.holds_gil
        assert share is not None
        shares.plot([100 * share.lo, 100 * share.hi], [place, place], color=style.BLUE, linewidth=2)
        shares.plot(100 * share.center, place, "o", color=style.BLUE, markersize=4)
        for answer, colour, marker in (
            (entry.with_gil, style.BLUE, "o"),
            (entry.without_gil, style.VERMILION, "D"),
        ):
            estimates = []
            if answer is not None:
                estimates = [
                    way.gain
                    for way in answer.ways
                    if way.strategy in THREADS and way.workers == 2 and way.gain is not None
                ]
            if estimates:
                estimate = max(estimates, key=lambda each: each.center)
                gains.plot(
                    [estimate.lo, estimate.hi],
                    [place, place],
                    color=colour,
                    linewidth=1.2,
                    alpha=0.6,
                )
                gains.plot(estimate.center, place, marker, color=colour, markersize=4)
    titles = [entry.call.title.replace("`", "") for entry in shown]
    shares.set_yticks(range(len(shown)), titles, fontsize=style.TINY)
    shares.set_xlabel("holds the GIL, % of its time", fontsize=style.SMALL)
    gains.set_xlabel(
        "speedup of two threads: with the GIL ●, free-threaded ◆", fontsize=style.SMALL
    )
    shares.set_xlim(-3, 103)
    gains.set_xlim(0, 2.3)
    gains.axvline(1, color=style.QUIET, linewidth=0.7)
    gains.axvline(2, color=style.FAINT, linewidth=0.7)
    for axes in (shares, gains):
        axes.grid(axis="y", color=style.FAINT, linewidth=0.5)
        axes.tick_params(labelsize=style.TINY, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.set_ylim(-0.7, len(shown) - 0.3)
    return figure


def main() -> None:
    """Measure calls, or write the page."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=["measure", "page"])
    arguments.add_argument("--python", action="append", default=[], metavar="TARGET")
    arguments.add_argument("--only", action="append", default=[], metavar="NAME")
    arguments.add_argument("--again", action="store_true", help="measure what has a journal too")
    arguments.add_argument("--minutes", type=float, default=math.inf)
    given = arguments.parse_args()
    if given.what == "measure":
        calls = [call for call in CALLS if not given.only or call.name in given.only]
        if not given.again:
            calls = [call for call in calls if not (JOURNALS / call.name).exists()]
        measure(calls, given.python, 60 * given.minutes)
        return
    entries = [entry for call in CALLS if (entry := read(call)) is not None]
    missing = [call for call in CALLS if not (JOURNALS / call.name).exists()]
    PAGE.write_text("\n".join(page(entries, missing)) + "\n", encoding="utf-8")
    draw(entries).savefig(FIGURE, dpi=style.DPI)


if __name__ == "__main__":
    main()
