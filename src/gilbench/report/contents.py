"""The files of a run's folder that follow from its journal, in turn: verdicts, tables, figures and the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from gilbench.claims import advice, ledger
from gilbench.model import Verdict
from gilbench.report import cases, markdown, page, sheet, trend_section
from gilbench.report.figures import _style, charts
from gilbench.report.page import Drawn
from gilbench.results import folder as layout
from gilbench.results import tables as frames
from gilbench.results.tables import Tables


def write(folder: Path) -> list[Verdict]:
    """Load, judge, write; OSError where the folder cannot be written."""
    tables = frames.load(folder)
    verdicts = ledger.judge(tables)
    _write(folder, tables, verdicts)
    return verdicts


def _write(folder: Path, tables: Tables, verdicts: Sequence[Verdict]) -> None:
    _json(folder / layout.VERDICTS, verdicts)
    if answers := advice.advise(tables):
        _json(folder / layout.ADVICE, answers)
    _text(folder / layout.SUMMARY_CSV, sheet.render(cases.rows(tables)))
    _text(folder / layout.SUMMARY_MD, markdown.render(tables, verdicts))
    benchmark = folder / layout.BENCHMARK
    if not benchmark.is_file() or benchmark.stat().st_size == 0:
        # Imported here since most runs have the file, and finding out about the machine takes a fifth of a second.
        from gilbench.report import benchmark_json

        _text(benchmark, benchmark_json.render(tables))
    drawn = _figures(folder / layout.FIGURES, tables, verdicts)
    _text(folder / layout.REPORT, page.render(tables, verdicts, drawn, trend_section.make(folder, tables.run)))


def _figures(folder: Path, tables: Tables, verdicts: Sequence[Verdict]) -> list[Drawn]:
    """Every chart that has something to show, written as a PNG; one that no longer has is removed."""
    folder.mkdir(exist_ok=True)
    drawn = []
    for chart in charts():
        path = folder / f"{chart.stem}.png"
        figure = chart.draw(tables, verdicts)
        if figure is None:
            path.unlink(missing_ok=True)
            continue
        png = _style.png(figure)
        path.write_bytes(png)
        drawn.append(Drawn(chart, png, chart.alt(tables, verdicts)))
    return drawn


def _json(path: Path, verdicts: Sequence[Verdict]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(verdicts), indent=2) + b"\n")


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
