"""What a reader wants to know first: one sentence, and a number with a verdict for each question.

A run that was narrowed answers what it can, so that its page has a first screen too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gilbench.model import Case, Label, Outcome, Target, Verdict
from gilbench.plan.call_plan import id_without_site
from gilbench.results.folder import ADVICE, VERDICTS
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.advice import advise, own_workloads
from gilbench.summary.call_verdicts import call_answers, call_verdicts
from gilbench.summary.candidates import named
from gilbench.summary.cases import CaseRow
from gilbench.summary.headline import ANSWERS, CONCLUSIONS
from gilbench.summary.recommendation import Recommendation, recommendations

MOST_ANSWERS = 4  # as many numbers as are taken in at a glance
MOST_NAMED = 5  # of more targets a sentence gives the number
IN_WORDS = {
    Outcome.INCONCLUSIVE: "not decided",
    Outcome.NOT_APPLICABLE: "does not apply here",
    Outcome.VOID: "void: a control failed",
}


@dataclass(frozen=True)
class Subject:
    """Something that readers ask about, and where its answer comes from.

    Attributes:
        claim: The claim that decides it.
        strategy, workload, workers_per_core: The case whose speedup is its number.
        proved, refuted: What the outcome says of it, in a few words.
    """

    claim: str
    strategy: str
    workload: str
    workers_per_core: int
    proved: str
    refuted: str


# Each question, of so many workers, with the claims that answer it, the first that was measured.
QUESTIONS: dict[str, tuple[Subject, ...]] = {
    "Pure Python in {} threads": (Subject("A16", "thread", "fnv1a", 1, "no gain", "a gain"),),
    "Pure Python in {} processes": (
        Subject("A17", "process", "fnv1a", 1, "scales", "falls short"),
    ),
    "C code that releases the GIL, in {} threads": (
        Subject("B2", "thread", "sha256-large", 1, "scales", "falls short"),
    ),
    "Waiting, in {} threads": (
        Subject("A20", "thread", "http", 2, "a gain", "no gain"),
        Subject("A18", "thread", "socket", 2, "waits overlap", "waits do not overlap"),
        Subject("A18", "thread", "sleep", 2, "waits overlap", "waits do not overlap"),
    ),
}


@dataclass(frozen=True)
class Answer:
    """One question, answered by a number and a verdict.

    Attributes:
        question: What was asked, in a few words.
        words: What the outcome says.
        outcome: Of the claim; None where there is a number only.
        row: The case whose speedup is the number; None where there is none, or another number.
        place: The index of the verdict in ``verdicts.json``; None where it has none.
        verdict: Shown by its own estimate where there is no row.
        file: The file in which the verdict has that place.
    """

    question: str
    words: str
    outcome: Outcome | Label | None
    row: CaseRow | None = None
    place: int | None = None
    verdict: Verdict | None = None
    file: str = VERDICTS


def answers(tables: Tables, verdicts: Sequence[Verdict]) -> list[tuple[Target, list[Answer]]]:
    """What the run says of each target: the four questions, or else what it was narrowed to.

    Every target answers the same kind of question.

    Args:
        tables: What was measured.
        verdicts: What was decided, in the order of ``verdicts.json``.
    """
    kinds = (
        partial(_of_questions, tables, verdicts),
        partial(_of_own_work, tables),
        partial(_of_verdicts, verdicts, _telling_claims(verdicts)),
    )
    for answers_on in kinds:
        by_target = [(target, answers_on(target)) for target in tables.run.targets]
        if any(of_target for _, of_target in by_target):
            return by_target
    return []


def _of_questions(tables: Tables, verdicts: Sequence[Verdict], target: Target) -> list[Answer]:
    """The answers to the four questions, as far as the run has them."""
    answered = []
    for question, subjects in QUESTIONS.items():
        answer = _first_answer(tables, verdicts, target, question, subjects)
        if answer is not None:
            answered.append(answer)
    return answered


def _first_answer(
    tables: Tables,
    verdicts: Sequence[Verdict],
    target: Target,
    question: str,
    subjects: Sequence[Subject],
) -> Answer | None:
    cores = max(2, tables.run.host.usable_cores)
    for subject in subjects:
        workers = subject.workers_per_core * cores
        case = Case(target.id, subject.workload, subject.strategy, workers)
        row = cases.find(cases.rows(tables), case)
        if row is None or row.speedup is None:
            continue
        place = _place(verdicts, subject.claim, target)
        outcome = None if place is None else verdicts[place].verdict
        words = _words(subject, outcome)
        return Answer(question.format(workers), words, outcome, row, place)
    return None


def _place(verdicts: Sequence[Verdict], claim: str, target: Target) -> int | None:
    for place, verdict in enumerate(verdicts):
        if (verdict.id, verdict.target) == (claim, target.id):
            return place
    return None


def _words(subject: Subject, outcome: Outcome | None) -> str:
    if outcome is None:
        return "measured only"
    meanings = {Outcome.PROVED: subject.proved, Outcome.REFUTED: subject.refuted}
    return meanings.get(outcome) or IN_WORDS[outcome]


def _of_own_work(tables: Tables, target: Target) -> list[Answer]:
    """What decides the user's own work: the answers on a call, or a strategy for each workload."""
    own = own_workloads(target)
    own_answers = []
    for place, verdict in enumerate(call_verdicts(tables)):
        if verdict.target == target.id and verdict.estimate is not None:
            words = IN_WORDS.get(verdict.verdict) or ANSWERS[verdict.verdict]
            own_answers.append(
                Answer(verdict.statement, words, verdict.verdict, None, place, verdict, ADVICE)
            )
    for recommended in recommendations(tables):
        if recommended.target == target.id and recommended.workload in own:
            words = _choice_in_words(recommended)
            row = recommended.choice or recommended.threads
            question = recommended.workload
            if row is not None and recommended.choice is None:
                question += f" in {named(row.case)}"
            own_answers.append(Answer(question, words, recommended.outcome, row))
    return own_answers[:MOST_ANSWERS]


def _choice_in_words(recommended: Recommendation) -> str:
    if recommended.choice is not None:
        return f"use {named(recommended.choice.case)}"
    return "keep it serial" if recommended.outcome == Outcome.REFUTED else "not decided"


def _telling_claims(verdicts: Sequence[Verdict]) -> list[str]:
    """The few claims of a narrowed run that stand for it: those decided on the most targets.

    Every target is shown with the same ones, so that targets can be compared.
    """
    deciding: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.estimate is not None:
            deciding[verdict.id] = deciding.get(verdict.id, 0) + verdict.verdict.is_decided
    return sorted(deciding, key=lambda claim: -deciding[claim])[:MOST_ANSWERS]


def _of_verdicts(
    verdicts: Sequence[Verdict], claims: Sequence[str], target: Target
) -> list[Answer]:
    """What became of some claims on a target, where they have a number."""
    of_claims = []
    for place, verdict in enumerate(verdicts):
        if verdict.target == target.id and verdict.id in claims and verdict.estimate is not None:
            words = verdict.label.value.lower()
            of_claims.append(Answer(verdict.statement, words, verdict.label, None, place, verdict))
    of_claims.sort(key=lambda answer: claims.index(answer.verdict.id) if answer.verdict else 0)
    return of_claims


def sentence(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    """The answer of the run, without a number: what a reader takes away who reads nothing else."""
    if tables.launches.empty and tables.observations.empty:
        return "Nothing has been measured yet"
    return (
        _conclusion(tables, verdicts)
        or _own_in_words(tables)
        or _verdicts_in_words(verdicts)
        or f"{formatting.plural(len(tables.comparisons), 'case')} measured, and no claim asked"
    )


def _conclusion(tables: Tables, verdicts: Sequence[Verdict]) -> str:
    """What follows for pure Python, from threads and from processes; empty without either."""
    settled, open_questions = _concluded(tables, verdicts)
    if len(settled) == 1 and len(tables.run.targets) == 1:
        # Of one of the two only: what else is known comes second.
        settled += _concluded(tables, verdicts, ("B2", "A20"))[0][:1]
    if settled:
        return _capital("; ".join(settled))
    if open_questions:
        return f"This run leaves open {formatting.listed(open_questions)}"
    return "; ".join(map(_capital, _concluded(tables, verdicts, ("B2", "A20"))[0]))


def _concluded(
    tables: Tables, verdicts: Sequence[Verdict], claims: Sequence[str] = ("A16", "A17")
) -> tuple[list[str], list[str]]:
    """What is settled by some claims, and what they leave open; on which targets if of several."""
    settled, open_questions = [], []
    several = len(tables.run.targets) > 1
    for claim in claims[:1] if several else claims:
        meanings, question = CONCLUSIONS[claim]
        targets_by_outcome: dict[Outcome, list[str]] = {}
        for verdict in verdicts:
            if verdict.id == claim:
                targets_by_outcome.setdefault(verdict.verdict, []).append(verdict.target)
        for outcome, targets in targets_by_outcome.items():
            on = f" on {_targets_in_words(tables, targets)}" if several else ""
            if outcome in meanings:
                settled.append(meanings[outcome] + on)
            elif outcome.is_open:
                open_questions.append(question + on)
    return settled, open_questions


def _targets_in_words(tables: Tables, targets: list[str]) -> str:
    """A few by their names; of many their number, since the table below has the names."""
    if len(targets) <= MOST_NAMED:
        return formatting.listed(targets)
    return f"{len(targets)} of {len(tables.run.targets)} targets"


def _own_in_words(tables: Tables) -> str:
    """What to do with the user's own work, a clause for each."""
    calls = call_answers(tables)
    clauses = []
    for answer in calls:
        where = f"on {answer.where}: " if len(calls) > 1 else ""
        clauses.append(where + answer.answer.partition("; ")[0])  # the rest stands below it
    clauses[:1] = map(_capital, clauses[:1])
    for target in tables.run.targets:
        own = own_workloads(target)
        on = f" on {id_without_site(target.id)}" if len(tables.run.targets) > 1 else ""
        for recommended in recommendations(tables):
            if recommended.target == target.id and recommended.workload in own:
                clauses.append(f"{recommended.workload}{on}: {_choice_in_words(recommended)}")
    if not clauses and advise(tables):
        return "This run leaves open what to do with this work"
    return "; ".join(clauses)  # a function keeps its name as it is written


def _verdicts_in_words(verdicts: Sequence[Verdict]) -> str:
    """The statement of a single claim with its outcome; a count of several."""
    if not verdicts:
        return ""
    if len({verdict.id for verdict in verdicts}) == 1:
        outcomes = {verdict.target: verdict.label.value.lower() for verdict in verdicts}
        if len(set(outcomes.values())) == 1:
            return f"{verdicts[0].statement}: {next(iter(outcomes.values()))}"
        clauses = [f"{outcome} on {target}" for target, outcome in outcomes.items()]
        return f"{verdicts[0].statement}: {formatting.listed(clauses)}"
    counts = []
    for label in Label:
        number = sum(verdict.label == label for verdict in verdicts)
        if number:
            counts.append(f"{number} {label.value.lower()}")
    return f"{formatting.plural(len(verdicts), 'claim')} tested: {formatting.listed(counts)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
