"""The run in plain words: what was seen on this host, what follows from it, and what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Case, Outcome, Target, Verdict
from gilbench.plan.call_plan import id_without_site
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.advice import advise, own_workloads
from gilbench.summary.call_verdicts import call_answers
from gilbench.summary.candidates import named
from gilbench.summary.cases import CaseRow
from gilbench.summary.recommendation import Recommendation, is_io_bound, recommendations

# What a headline reports: strategy, workload, workers per core, and the work in words.
CASES = (
    ("thread", "fnv1a", 1, "ran pure-Python hashing"),
    ("process", "fnv1a", 1, "ran pure-Python hashing"),
    ("thread", "sha256-large", 1, "ran hashlib over 1 MiB buffers"),
    ("thread", "http", 2, "fetched pages over HTTP"),
)
WORKERS = {"thread": "threads", "process": "processes"}
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
            Outcome.PROVED: "compiled code that releases the GIL scales in threads",
            Outcome.REFUTED: "not even compiled code that releases the GIL scales in threads",
        },
        "whether compiled code that releases the GIL scales in threads",
    ),
    "A20": (
        {
            Outcome.PROVED: "threads pay where a program waits for others",
            Outcome.REFUTED: "threads do not pay even where a program waits for others",
        },
        "whether threads pay where a program waits for others",
    ),
}


ANSWERS = {
    Outcome.PROVED: "yes",
    Outcome.REFUTED: "no",
    Outcome.INCONCLUSIVE: "undecided",
    Outcome.NOT_APPLICABLE: "does not apply here",
}


@dataclass(frozen=True)
class HeadlineFact:
    """One strategy on one workload, on every target of the run.

    Attributes:
        work: What was done, with its verb: ``ran pure-Python hashing``.
        rows: A case for each target, in the order of the run; None where it was not measured.
    """

    workers: int
    strategy: str
    work: str
    rows: tuple[CaseRow | None, ...]

    @property
    def workers_in_words(self) -> str:
        """``two threads``."""
        return f"{formatting.count(self.workers)} {WORKERS[self.strategy]}"

    @property
    def subject(self) -> str:
        """What was worked on: ``pure-Python hashing``."""
        return self.work.partition(" ")[2]


@dataclass(frozen=True)
class Headline:
    """Every target at a glance: one row per target, one column per fact.

    The first fact is in a sentence too.
    """

    targets: tuple[Target, ...]
    facts: tuple[HeadlineFact, ...]
    opening: str


def headline(tables: Tables) -> Headline | None:
    """The headline of a run; None where none of its facts was measured."""
    facts = headline_facts(tables)
    if not facts:
        return None
    return Headline(tables.run.targets, facts, _opening(tables, facts[0]))


def headline_facts(tables: Tables) -> tuple[HeadlineFact, ...]:
    """The facts that were measured on some target, at one worker or more per usable core."""
    cores = max(2, tables.run.host.usable_cores)
    facts = []
    for strategy, workload, workers_per_core, work in CASES:
        workers = workers_per_core * cores
        rows = []
        for target in tables.run.targets:
            row = cases.find(cases.rows(tables), Case(target.id, workload, strategy, workers))
            rows.append(row if row is not None and row.speedup is not None else None)
        if any(rows):
            facts.append(HeadlineFact(workers, strategy, work, tuple(rows)))
    return tuple(facts)


def _opening(tables: Tables, fact: HeadlineFact) -> str:
    """The first fact, of every target that has it."""
    speeds: list[str] = []
    for target, row in zip(tables.run.targets, fact.rows, strict=True):
        if row is not None:
            as_fast = "" if speeds else " as fast as serial code"
            speeds.append(f"{row.speedup}{as_fast} on {target.id}")
    host = f"On this {tables.run.host.usable_cores}-core host"
    return f"{host}, {fact.workers_in_words} {fact.work} {formatting.listed(speeds)}."


def paragraphs(tables: Tables, verdicts: Sequence[Verdict]) -> list[str]:
    """One paragraph per target in the order of the run, then one per user workload."""
    return [*by_target(tables, verdicts).values(), *answers(tables)]


def answers(tables: Tables) -> list[str]:
    """One sentence per answer about a user workload."""
    sentences = []
    for answer in advise(tables):
        question = f"{answer.statement} ({id_without_site(answer.target)})"
        reason = answer.reason[0].upper() + answer.reason[1:]
        sentences.append(f"{question}: {ANSWERS[answer.verdict]}. {reason}.")
    return sentences


def by_target(tables: Tables, verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Target → its paragraph; targets without a fact that have user workloads are left out."""
    paragraphs = {}
    for place, target in enumerate(tables.run.targets):
        of_target = [verdict for verdict in verdicts if verdict.target == target.id]
        facts = _facts_in_words(tables, place)
        start = (
            f"On this {tables.run.host.usable_cores}-core host, under {_full_name(tables, target)},"
        )
        if facts:
            sentences = [f"{start} {formatting.listed(facts)}.", *_conclusions(of_target)]
            paragraphs[target.id] = " ".join(sentences)
        elif not own_workloads(target) and not call_answers(tables):
            nothing = "none of the comparisons that make a headline was measured."
            paragraphs[target.id] = f"{start} {nothing}"
    return paragraphs


def target_name(target: Target) -> str:
    """``CPython 3.14.0 without the GIL``."""
    version = f"{target.description.implementation} {target.description.version}"
    return f"{version} {'with' if target.gil_enabled else 'without'} the GIL"


def _full_name(tables: Tables, target: Target) -> str:
    """The target's name, with its id where several targets of the run have that name."""
    name = target_name(target)
    alike = [other for other in tables.run.targets if target_name(other) == name]
    return f"{name} ({target.id})" if len(alike) > 1 else name


def _facts_in_words(tables: Tables, place: int) -> list[str]:
    """The facts of the target at a place in the run's order."""
    facts: list[str] = []
    previous_work = ""
    for fact in headline_facts(tables):
        row = fact.rows[place]
        if row is not None:
            work = "ran it" if fact.work == previous_work else fact.work
            as_fast = "" if facts else " as fast as serial code"
            facts.append(f"{fact.workers_in_words} {work} {row.speedup}{as_fast}")
            previous_work = fact.work
    return facts


def _conclusions(verdicts: Sequence[Verdict]) -> list[str]:
    outcomes = {verdict.id: verdict.verdict for verdict in verdicts}
    settled, open_questions = [], []
    for claim, (meanings, question) in CONCLUSIONS.items():
        outcome = outcomes.get(claim)
        if outcome in meanings:
            settled.append(meanings[outcome])
        elif outcome is not None and outcome.is_open:
            open_questions.append(question)
    sentences = []
    if settled:
        sentences.append(f"So here {formatting.listed(settled)}.")
    if open_questions:
        sentences.append(f"This run leaves open {formatting.listed(open_questions)}.")
    surprises = [verdict.id for verdict in verdicts if verdict.as_expected is False]
    if surprises:
        sentences.append(f"Not as expected: {formatting.listed(surprises)}.")
    return sentences


def recommended(tables: Tables, target: Target) -> str:
    """The recommendations for a target, a sentence for each kind of work; empty without any."""
    here = [each for each in recommendations(tables) if each.target == target.id]
    sentences = []
    for io_bound, work in ((False, "CPU-bound"), (True, "I/O-bound")):
        choices = []
        for each in here:
            if each.choice is not None and is_io_bound(target, each.workload) == io_bound:
                choices.append(f"{named(each.choice.case)} for {each.workload}{_pays_off(each)}")
        if choices:
            sentences.append(f"Recommended for {work} work: {formatting.listed(choices)}.")
    serial = [each.workload for each in here if each.outcome == Outcome.REFUTED]
    if serial:
        sentences.append(f"Serial code for {formatting.listed(serial)}: nothing measured pays off.")
    undecided = [each.workload for each in here if each.outcome == Outcome.INCONCLUSIVE]
    if undecided:
        sentences.append(f"Undecided for {formatting.listed(undecided)}.")
    return " ".join(sentences)


def _pays_off(recommendation: Recommendation) -> str:
    if recommendation.pays_from is None:
        return ""
    threshold = formatting.milliseconds(recommendation.pays_from.center)
    return f" (pays off above {threshold} of serial work)"
