"""The page of all facts: a table of symbols, then each claim with its figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tools.facts.figure import in_words
from tools.facts.journals import Fact, Facts

from gilbench.claims.claim import Claim
from gilbench.claims.registry import all_claims
from gilbench.model import Label, Outcome, Run, TargetDescription
from gilbench.report.html.families import TITLES
from gilbench.summary import formatting

WORDS = {
    Label.PROVED: "proved",
    Label.HELD: "held in every trial",
    Label.REFUTED: "refuted",
    Label.INCONCLUSIVE: "undecided",
    Label.NOT_APPLICABLE: "does not apply",
    Label.VOID: "void: a control failed",
}
UNEXPECTED = "≠"  # marks a verdict that is not the expected one


def claims_shown(facts: Facts) -> list[Claim]:
    """The claims that have a fact, by families in the order of the report."""
    order = list(TITLES)
    shown = [claim for claim in all_claims() if claim.id in facts.by_claim]
    return sorted(
        shown, key=lambda claim: order.index(claim.family) if claim.family in order else 99
    )


def page(facts: Facts, notes: Mapping[str, str]) -> Iterator[str]:
    """The lines of the page.

    Args:
        facts: What it shows.
        notes: Claim → what is said of its verdicts.
    """
    yield from _head(facts)
    claims = claims_shown(facts)
    yield from _overview(facts, claims)
    family = None
    for claim in claims:
        if claim.family != family:
            family = claim.family
            yield from ("", f"## {TITLES.get(family, family)}")
        yield from _claim(claim, facts, notes.get(claim.id, ""))


def _head(facts: Facts) -> Iterator[str]:
    yield "# GIL facts"
    yield ""
    yield f"{len(facts.by_claim)} claims about Python's Global Interpreter Lock, each measured on"
    yield f"CPython {formatting.listed(list(facts.pythons))}. Link to a claim by its heading."
    yield ""
    yield "- **✓** proved by measurement, **●** held in every trial, **✗** refuted, **?** undecided in this run, **∅** a"
    yield f"  control failed, **–** does not apply. **{UNEXPECTED}** marks what is against expectation."
    yield "- A figure shows the estimate with its 95 % interval. Where the ground is green the claim is proved, where it is"
    yield "  orange it is refuted; the numbers below are the bounds. The whole rule and the source are in"
    yield "  [Claims](reference/claims.md)."
    yield "- Your own: `gilbench run --claim A16 --python 3.13 --python 3.14t`"
    yield ""
    yield "Measured by"
    yield ""
    for run in facts.runs:
        yield f"- {measured_by(run)}"
    yield ""
    yield "`make facts` writes this page, its figures and the numbers of the [FAQ](faq.md) from the journals in"
    yield "`docs/facts/runs`, with the rules that this version of gilbench has."
    yield ""


def measured_by(run: Run) -> str:
    """When, with what and on which host a run measured."""
    host = f"{run.host.model}, {run.host.usable_cores} usable cores"
    if run.host.virtualised:
        host += ", a virtual machine"
    began = f"{run.started_utc[:16].replace('T', ' ')} UTC"
    commit = f" (commit {run.git_commit[:7]})" if run.git_commit else ""
    versions = ", ".join(dict.fromkeys(_version(target.description) for target in run.targets))
    return (
        f"{began}, profile {run.profile}, {run.status}, gilbench {run.gilbench}{commit}:"
        f" CPython {versions}; {host}"
    )


def _version(description: TargetDescription) -> str:
    return description.version + (" free-threaded" if description.free_threaded_build else "")


def _overview(facts: Facts, claims: list[Claim]) -> Iterator[str]:
    yield (
        "| Claim | "
        + " | ".join(name.replace("free-threaded", "no GIL") for name in facts.pythons)
        + " |"
    )
    yield "|---|" + ":-:|" * len(facts.pythons)
    for claim in claims:
        of_claim = facts.by_claim[claim.id]
        cells = [_symbol(of_claim.get(name)) for name in facts.pythons]
        yield f"| [{claim.id}](#{claim.id}) {claim.statement} | {' | '.join(cells)} |"


def _symbol(fact: Fact | None) -> str:
    if fact is None:
        return " "
    symbol = formatting.SYMBOLS[fact.verdict.label]
    return f"{symbol} {UNEXPECTED}" if fact.verdict.as_expected is False else symbol


def _claim(claim: Claim, facts: Facts, note: str) -> Iterator[str]:
    of_claim = facts.of(claim.id)
    yield ""
    yield f"### {claim.id}: {escaped(claim.statement)} {{ #{claim.id} }}"
    yield ""
    labels = [fact.verdict.label for fact in of_claim]
    yield f"{headline(of_claim)} {escaped(formatting.meaning(claim.meaning, labels))}"
    for reason in dict.fromkeys(_why_not(of_claim)):
        yield f"*{escaped(reason[0].upper() + reason[1:])}.*"
    if note:
        yield from ("", note)
    if not applies(of_claim):
        return
    yield ""
    yield f"![{escaped(label(claim, of_claim))}](images/facts/{claim.id}.svg){{ loading=lazy }}"


def applies(facts: list[Fact]) -> bool:
    """Whether a claim applies to any of the interpreters; if not, there is nothing to draw."""
    return any(fact.verdict.verdict != Outcome.NOT_APPLICABLE for fact in facts)


def _why_not(facts: list[Fact]) -> Iterator[str]:
    """Why a claim does not apply to some of the interpreters."""
    for fact in facts:
        if fact.verdict.verdict == Outcome.NOT_APPLICABLE:
            yield fact.verdict.reason


def headline(facts: list[Fact]) -> str:
    """Say on which interpreters a claim was proved: ``Proved on 3.8, refuted on 3.14 free-threaded``."""
    pythons: dict[Label, list[str]] = {label: [] for label in WORDS}
    for fact in facts:
        pythons[fact.verdict.label].append(fact.python)
    parts = []
    for label, names in pythons.items():
        if len(names) == len(facts) > 1:
            parts.append(f"{WORDS[label]} on all {formatting.count(len(names))}")
        elif names:
            parts.append(f"{WORDS[label]} on {formatting.listed(names)}")
    sentence = ", ".join(parts)
    return f"**{sentence[0].upper()}{sentence[1:]}.**"


def label(claim: Claim, facts: list[Fact]) -> str:
    """What a claim's figure says, in words."""
    rows = "; ".join(
        f"{fact.python}: {WORDS[fact.verdict.label]}, {in_words(fact)[2:]}" for fact in facts
    )
    return f"{claim.id} by interpreter. {rows}"


def escaped(text: str) -> str:
    """Text on one line in which Markdown marks nothing up."""
    for character in "\\`*_[]<>|":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())
