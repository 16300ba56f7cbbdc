"""How many of the claims that apply are decided in standard runs, counted from the folders of runs.

Runs at different hours cannot be part of one measurement: ``--runs FOLDER...`` counts those that were made, once each.
What the host was like is counted from the runs too: its load, and how often a core was slow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from tools.selfbench import arithmetic
from tools.selfbench.bench import ROOT, Bench
from tools.selfbench.model import OURS, Result, Row, Standing, Trial
from tools.slow_windows import slow_share

from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import HEADLINE
from gilbench.model import Outcome
from gilbench.results import folder as layout
from gilbench.results import tables

NAME = "standard_runs"
# A small journal of runs whose folders are long gone
KEPT = Path(__file__).parents[1] / "standard_runs.jsonl"
GOAL, FEWEST = 0.9, 10


def count(folder: Path) -> Trial | None:
    """What a run decides by the present code; None where it is not a complete standard run."""
    run = layout.read_run(folder)
    if run.profile != "standard" or run.status != "complete":
        return None
    verdicts = judge_claims(tables.load(folder))
    target = run.targets[0].id
    applying = [
        verdict
        for verdict in verdicts
        if verdict.target == target and verdict.verdict != Outcome.NOT_APPLICABLE
    ]
    decided = [verdict for verdict in applying if verdict.verdict.is_decided]
    wrong = [
        verdict
        for verdict in decided
        if verdict.expected is not None and verdict.verdict != verdict.expected
    ]
    headline = {verdict.id for verdict in decided} & set(HEADLINE)
    began, ended = (datetime.fromisoformat(at or "") for at in (run.started_utc, run.ended_utc))
    values = {
        "applying": len(applying),
        "decided": len(decided),
        "wrong": len(wrong),
        "headline": len(headline),
        "headline_applying": len({verdict.id for verdict in applying} & set(HEADLINE)),
        "took_s": (ended - began).total_seconds(),
        "load": run.host.load_1min or 0.0,
        "slow": slow_share(layout.read_records(folder)),
    }
    return Trial(
        row=NAME,
        series="standard",
        tool=OURS,
        values={name: float(value) for name, value in values.items()},
        note=run.id,
    )


def turns(bench: Bench) -> Iterator[list[Trial]]:
    folders = bench.runs or sorted(path.parent for path in (ROOT / "results").glob("*/run.json"))
    made = [count(folder.resolve()) for folder in folders]
    yield [trial for trial in made if trial is not None]


def kept() -> list[Trial]:
    """The runs of the small journal."""
    lines = KEPT.read_text(encoding="utf-8").splitlines() if KEPT.is_file() else []
    made = []
    for line in lines:
        entry = json.loads(line)
        note = entry.pop("run")
        made.append(Trial(row=NAME, series="standard", tool=OURS, values=entry, note=note))
    return made


def results(trials: Sequence[Trial]) -> list[Result]:
    by_run = {trial.note: trial.values for trial in (*kept(), *trials)}
    runs = list(by_run.values())
    whole = sum(run["decided"] == run["applying"] for run in runs)
    headline = sum(run["headline"] == run["headline_applying"] for run in runs)
    wrong = sum(run["wrong"] > 0 for run in runs)
    decided = sum(run["decided"] for run in runs)
    applying = sum(run["applying"] for run in runs)
    of_claims = arithmetic.share(round(decided), round(applying))
    all_decided, first = arithmetic.share(whole, len(runs)), arithmetic.share(headline, len(runs))
    false = arithmetic.share(wrong, len(runs))
    note = "; ".join(_run(name, values) for name, values in sorted(by_run.items()))
    return [
        Result(
            quantity="standard runs that decide every claim that applies",
            ours=all_decided,
            goal="9 of 10",
            standing=arithmetic.at_least(all_decided, GOAL, FEWEST),
            note=note if runs else "",
        ),
        Result(quantity="claims that apply and are decided, all runs together", ours=of_claims),
        Result(quantity="standard runs that decide all that the headline asks", ours=first),
        Result(
            quantity="standard runs with a verdict against expectation",
            ours=false,
            goal="none",
            standing=None if false is None else Standing.MISSED if wrong else Standing.MET,
        ),
    ]


def _run(name: str, values: dict[str, float]) -> str:
    """One run: when it began, what it decided, and what its host was like."""
    began = datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%SZ")
    return (
        f"{began:%d %B %H:%M} UTC {values['decided']:.0f} of {values['applying']:.0f} in {values['took_s']:.0f} s "
        f"(load before {values['load']:.1f}, {values['slow']:.0%} of windows slow)"
    )


ROW = Row(
    name=NAME,
    title="Claims decided in standard runs at different hours",
    method="Counted from the folders of complete standard runs, given by `--runs` or found in results; each counts once. "
    "Those of 28 and 29 November were made on two cores of a virtual machine, an AMD EPYC. "
    "They measured alike, before decision 31, by which the launches of that of 28 November, 21:17, would have another "
    "order, and are judged by the present code; B29 as it was then had one verdict against expectation (see the "
    "measurements of the ledger's repairs). A window in which the ceiling control keeps a single core busy is slow "
    "where it does less than 0.8 of the most of its run.",
    minutes=0.1,
    turns=turns,
    results=results,
)
