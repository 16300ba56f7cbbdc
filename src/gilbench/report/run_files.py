"""The files of a run's folder that are derived from its journal: tables, figures, the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gilbench.claims.judging import judge_claims
from gilbench.model import Verdict
from gilbench.report import summary_csv, summary_md
from gilbench.report.draw_all import draw_all
from gilbench.report.html import page, trend_section
from gilbench.results import folder as layout
from gilbench.results import tables as frames
from gilbench.results.files import encode_json, remove_drafts, write_file
from gilbench.results.tables import Tables
from gilbench.summary import advice, cases


def write(folder: Path) -> tuple[Tables, list[Verdict]]:
    """Load a run, judge it and write every file of its report.

    Args:
        folder: The run's folder.

    Raises:
        OSError: The folder cannot be written.
    """
    tables = frames.load(folder)
    verdicts = judge_claims(tables)
    for place in (folder, folder / layout.FIGURES):
        remove_drafts(place)
    _write(folder, tables, verdicts)
    return tables, verdicts


def write_tables(folder: Path) -> tuple[Tables, list[Verdict]]:
    """As ``write``, but verdicts and ``summary.csv`` only: a thousand reports take hours."""
    tables = frames.load(folder)
    verdicts = judge_claims(tables)
    _write_text(folder / layout.VERDICTS, _json(verdicts))
    _write_text(folder / layout.SUMMARY_CSV, summary_csv.render(cases.rows(tables)))
    return tables, verdicts


def _write(folder: Path, tables: Tables, verdicts: Sequence[Verdict]) -> None:
    files = {
        layout.VERDICTS: _json(verdicts),
        layout.SUMMARY_CSV: summary_csv.render(cases.rows(tables)),
    }
    answers = advice.advise(tables)
    if answers:
        files[layout.ADVICE] = _json(answers)
    for name, text in files.items():
        _write_text(folder / name, text)
    # What a run does not have, its page does not offer.
    has_numbers = {layout.VERDICTS: bool(verdicts), layout.SUMMARY_CSV: bool(tables.comparisons)}
    embedded = {name: text for name, text in files.items() if has_numbers.get(name, True)}
    _write_text(folder / layout.SUMMARY_MD, summary_md.render(tables, verdicts))
    benchmark = folder / layout.BENCHMARK
    if not benchmark.is_file() or benchmark.stat().st_size == 0:
        # Imported here since most runs have the file, and reading what the machine is takes 0.2 s.
        from gilbench.report import benchmark_json

        _write_text(benchmark, benchmark_json.render(tables))
    charts = draw_all(folder / layout.FIGURES, tables, verdicts)
    trend = trend_section.find_trend_section(folder, tables.run)
    report = page.render(tables, verdicts, charts, embedded, trend)
    _write_text(folder / layout.REPORT, report)


def _json(value: object) -> str:
    return encode_json(value).decode("utf-8")


def _write_text(path: Path, text: str) -> None:
    write_file(path, text.encode("utf-8"))
