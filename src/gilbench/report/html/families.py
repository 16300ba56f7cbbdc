"""The verdict board in families: what needs a look first, what holds folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import Label, Outcome, Run
from gilbench.report.html.board import BoardEntry
from gilbench.summary.formatting import listed

# Family → its heading, what readers ask first at the top. Others follow under their own names.
TITLES = {
    "gil": "What the GIL lets run",
    "thread": "Threads",
    "process": "Process behaviour",
    "pool": "Pools",
    "asyncio": "asyncio",
    "latency": "Waiting for the GIL",
    "lock": "Locks and lost updates",
    "ipc": "Messages between processes",
    "free-threading": "Without the GIL",
}
IN_HEADLINE = {
    Label.PROVED: "proved",
    Label.HELD: "held",
    Label.REFUTED: "refuted",
    Label.INCONCLUSIVE: "undecided",
    Label.VOID: "void",
}


@dataclass(frozen=True)
class Family:
    """Some claims about one subject on one target.

    Attributes:
        title: Its heading.
        headline: How its claims turned out, in a few words.
        first: What is against expectation, undecided or refuted, in this order.
        holding: What is proved as expected.
        fold: The line that stands for ``holding`` while it is folded.
    """

    title: str
    headline: str
    first: tuple[BoardEntry, ...]
    holding: tuple[BoardEntry, ...]
    fold: str


@dataclass(frozen=True)
class TargetBoard:
    """The families of one target, those with something to look at first.

    Attributes:
        unmeasured: The claims that the run ended before.
        not_applicable: The claims that do not apply to it.
    """

    target: str
    families: tuple[Family, ...]
    unmeasured: tuple[BoardEntry, ...]
    not_applicable: tuple[BoardEntry, ...]


def target_boards(run: Run, entries: Sequence[BoardEntry]) -> list[TargetBoard]:
    """A board for each target that has a verdict, in the order of the run."""
    boards = []
    for target in run.targets:
        of_target = [entry for entry in entries if entry.verdict.target == target.id]
        if of_target:
            boards.append(_board(target.id, of_target))
    return boards


def _board(target: str, entries: Sequence[BoardEntry]) -> TargetBoard:
    families: dict[str, list[BoardEntry]] = {name: [] for name in TITLES}
    unmeasured, not_applicable = [], []
    for entry in entries:
        if entry.verdict.verdict == Outcome.NOT_APPLICABLE:
            not_applicable.append(entry)
        elif entry.verdict.is_unmeasured:
            unmeasured.append(entry)
        else:
            families.setdefault(entry.family, []).append(entry)
    shown = [_family(name, of_family) for name, of_family in families.items() if of_family]
    shown.sort(key=lambda family: not family.first)  # stable: the order of TITLES stays
    return TargetBoard(target, tuple(shown), tuple(unmeasured), tuple(not_applicable))


def _family(name: str, entries: Sequence[BoardEntry]) -> Family:
    title = TITLES.get(name, name)
    first = sorted((entry for entry in entries if _urgency(entry)), key=_urgency, reverse=True)
    holding = tuple(entry for entry in entries if not _urgency(entry))
    counts = Counter(entry.verdict.label for entry in entries)
    parts = [f"{counts[label]} {word}" for label, word in IN_HEADLINE.items() if counts[label]]
    fold = f"The other {len(holding)} hold" if first else f"All {len(holding)} hold"
    if len(holding) == 1:
        fold = "One more holds" if first else "Its one claim holds"
    return Family(title, listed(parts), tuple(first), holding, fold)


def _urgency(entry: BoardEntry) -> int:
    """How soon a reader should see a verdict; 0 where it is proved as expected."""
    verdict = entry.verdict
    if verdict.as_expected is False:
        return 3
    if verdict.verdict.is_open:
        return 2
    return int(verdict.verdict == Outcome.REFUTED)
