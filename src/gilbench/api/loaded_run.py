"""A run's folder, read into frames."""

from __future__ import annotations

import html
import os
from functools import cached_property
from pathlib import Path

import pandas as pd

from gilbench.claims.judging import judge_claims
from gilbench.model import Run, Verdict
from gilbench.plan import call_plan
from gilbench.plan.profiles import PROFILES
from gilbench.results import folder as layout
from gilbench.results import tables as frames
from gilbench.summary import cases, columns, formatting
from gilbench.summary.call_verdicts import call_verdicts

VERDICT_COLUMNS = (
    "id",
    "target",
    "statement",
    "verdict",
    "expected",
    "estimate",
    "estimate_lo",
    "estimate_hi",
    "unit",
    "n",
    "reason",
    "ground",
)


def load(run: str | os.PathLike[str]) -> LoadedRun:
    """Read a run's folder.

    Args:
        run: The folder, such as ``results/latest``.

    Returns:
        Its cases, rounds and verdicts as frames, which Jupyter shows as a table.

    Raises:
        gilbench.InputError: There is no run there, or its files cannot be read.
    """
    folder = layout.resolve(Path(run))
    return LoadedRun(folder, frames.load(folder))


class LoadedRun:
    """A run and its journal, as frames that are made when they are first used.

    Attributes:
        folder: Where the run is.
        cases: A row per case, with the columns of ``summary.csv``.
        rounds: A row per round, warm-up included.
        verdicts: A row per claim and target, judged from the journal.
    """

    def __init__(self, folder: Path, tables: frames.Tables) -> None:
        self.folder = folder
        self._tables = tables

    @property
    def run(self) -> Run:
        """What was planned, on which host and targets: ``run.json``."""
        return self._tables.run

    @property
    def rounds(self) -> pd.DataFrame:
        """A row per round, warm-up included; times in nanoseconds."""
        return self._tables.rounds

    @cached_property
    def cases(self) -> pd.DataFrame:
        """A row per case, with the columns of ``summary.csv``."""
        records: list[list[str | int | float | None]] = []
        for row in cases.rows(self._tables):
            record: list[str | int | float | None] = []
            for column in columns.COLUMNS:
                record.extend(column.csv_values(row))
            records.append(record)
        return pd.DataFrame(records, columns=list(columns.csv_header()))

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """A row per claim and target; of ``advise`` a row per answer, of ``check`` none."""
        verdicts: list[Verdict] = []
        if self.run.profile in PROFILES:
            verdicts = judge_claims(self._tables)
        elif self.run.profile == call_plan.PROFILE:
            verdicts = call_verdicts(self._tables)
        return pd.DataFrame(
            [_record(verdict) for verdict in verdicts], columns=list(VERDICT_COLUMNS)
        )

    def __repr__(self) -> str:
        counts = (
            f"{len(self.cases)} cases, {len(self.rounds)} rounds, {len(self.verdicts)} verdicts"
        )
        return f"<run {self.folder.name}: {counts}>"

    def _repr_html_(self) -> str:
        """What Jupyter shows: the speedups of the cases, and the verdicts."""
        shown = pd.DataFrame(
            {
                "workload": self.cases["workload"],
                "strategy": self.cases["strategy"],
                "workers": self.cases["workers"],
                "target": self.cases["target"],
                "speedup [95 %]": self._speedups(),
            }
        )
        verdicts = self.verdicts[["id", "target", "verdict", "statement"]]
        parts = [f"<p>{html.escape(repr(self))}</p>", shown.to_html(index=False)]
        if len(verdicts):
            parts.append(verdicts.to_html(index=False))
        return "\n".join(parts)

    def _speedups(self) -> list[str]:
        texts = []
        for center, lo, hi in zip(
            self.cases["speedup"], self.cases["speedup_lo"], self.cases["speedup_hi"], strict=True
        ):
            if pd.isna(center):
                texts.append("–")
            elif pd.isna(lo):
                texts.append(formatting.interval(float(center), None, None, "×"))
            else:
                texts.append(formatting.interval(float(center), float(lo), float(hi), "×"))
        return texts


def _record(verdict: Verdict) -> tuple[str | int | float | None, ...]:
    estimate = verdict.estimate
    numbers: tuple[str | int | float | None, ...] = (None,) * 5
    if estimate is not None:
        numbers = (estimate.center, estimate.lo, estimate.hi, estimate.unit, estimate.n)
    expected = None if verdict.expected is None else verdict.expected.value
    ground = None if verdict.ground is None else verdict.ground.value
    return (
        verdict.id,
        verdict.target,
        verdict.statement,
        verdict.verdict.value,
        expected,
        *numbers,
        verdict.reason,
        ground,
    )
