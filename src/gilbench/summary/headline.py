"""The run in a paragraph of plain words: what was seen on this host, what follows from it, and what stays open."""

from __future__ import annotations

from collections.abc import Sequence

from gilbench.model import Case, Outcome, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary import advice, cases, formatting
from gilbench.summary.cases import CaseRow

# What a headline tells: strategy, workload, workers a core, and the work in words. What was not measured is left out.
FACTS = (
    ("thread", "fnv1a", 1, "ran pure-Python hashing"),
    ("process", "fnv1a", 1, "ran pure-Python hashing"),
    ("thread", "sha256-large", 1, "ran hashlib over 1 MiB buffers"),
    ("thread", "http", 2, "fetched pages over HTTP"),
)
KINDS = {"thread": "threads", "process": "processes"}
# What follows from a claim that is decided, and what is open while it is not.
CONCLUSIONS = {
    "A16": (
        {
            Outcome.PROVED: "threads gain nothing for pure-Python computing",
            Outcome.REFUTED: "threads do speed up pure-Python computing",
        },
        "whether threads gain anything for pure-Python computing",
    ),
    "A17": (
        {
            Outcome.PROVED: "processes scale with the cores",
            Outcome.REFUTED: "processes fall well short of the cores",
        },
        "how nearly processes scale with the cores",
    ),
    "B2": (
        {
            Outcome.PROVED: "compiled code that lets go of the GIL scales in threads",
            Outcome.REFUTED: "not even compiled code that lets go of the GIL scales in threads",
        },
        "whether compiled code that lets go of the GIL scales in threads",
    ),
    "A20": (
        {
            Outcome.PROVED: "threads pay where a program waits for others",
            Outcome.REFUTED: "threads do not pay even where a program waits for others",
        },
        "whether threads pay where a program waits for others",
    ),
}


def paragraphs(tables: Tables, verdicts: Sequence[Verdict]) -> list[str]:
    """A paragraph a target, in the order of the run, then the answers about the user's own workloads."""
    return [*by_target(tables, verdicts).values(), *answers(tables)]


def answers(tables: Tables) -> list[str]:
    """A sentence for every answer about a workload of the user's own."""
    return [_advice(one) for one in advice.advise(tables)]


def by_target(tables: Tables, verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Target → what is to be said of it; targets of which nothing is are left out."""
    case_rows = cases.rows(tables)
    told = {
        target.id: _sentences(tables, target, case_rows, [one for one in verdicts if one.target == target.id])
        for target in tables.run.targets
    }
    return {target: " ".join(sentences) for target, sentences in told.items() if sentences}


def _advice(answer: Verdict) -> str:
    """An answer about a workload of the user's own, as a paragraph."""
    outcome = {
        Outcome.PROVED: "yes",
        Outcome.REFUTED: "no",
        Outcome.INCONCLUSIVE: "undecided",
        Outcome.NOT_APPLICABLE: "not asked here",
    }[answer.verdict]
    return f"{answer.statement} ({answer.target}): {outcome}. {answer.reason[0].upper()}{answer.reason[1:]}."


def name(target: Target) -> str:
    """``CPython 3.14.0 without the GIL``."""
    version = f"{target.description.implementation} {target.description.version}"
    return f"{version} {'with' if target.gil_enabled else 'without'} the GIL"


def _sentences(tables: Tables, target: Target, case_rows: Sequence[CaseRow], verdicts: list[Verdict]) -> list[str]:
    usable = tables.run.host.usable_cores
    alike = [one for one in tables.run.targets if name(one) == name(target)]
    called = f"{name(target)} ({target.id})" if len(alike) > 1 else name(target)
    start = f"On this {usable}-core host, under {called},"
    told = _facts(target, case_rows, max(2, usable))
    if not told and advice.own_workloads(target):
        return []
    if not told:
        return [f"{start} none of the comparisons that make a headline was measured."]
    return [f"{start} {formatting.listed(told)}.", *_conclusions(verdicts)]


def _facts(target: Target, case_rows: Sequence[CaseRow], cores: int) -> list[str]:
    told: list[str] = []
    before = ""
    for strategy, workload, per_core, work in FACTS:
        workers = per_core * cores
        row = cases.find(case_rows, Case(target.id, workload, strategy, workers))
        if row is not None and row.speedup is not None:
            kind = KINDS[strategy]
            as_fast = "" if told else " as fast as serial code"
            told.append(
                f"{formatting.count(workers)} {kind} {'ran it' if work == before else work} {row.speedup}{as_fast}"
            )
            before = work
    return told


def _conclusions(verdicts: list[Verdict]) -> list[str]:
    found = {one.id: one.verdict for one in verdicts}
    settled, unsettled = [], []
    for claim, (meanings, question) in CONCLUSIONS.items():
        if (outcome := found.get(claim)) in meanings:
            settled.append(meanings[outcome])
        elif outcome in (Outcome.INCONCLUSIVE, Outcome.VOID):
            unsettled.append(question)
    told = [f"So here {formatting.listed(settled)}."] if settled else []
    if unsettled:
        told.append(f"This run leaves open {formatting.listed(unsettled)}.")
    surprises = [one.id for one in verdicts if one.as_expected is False]
    if surprises:
        told.append(f"Not as expected: {formatting.listed(surprises)}.")
    return told
