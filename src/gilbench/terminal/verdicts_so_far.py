"""The verdicts of a run that is still measured: which of them fit the screen, and their table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from gilbench.claims.registry import HEADLINE
from gilbench.model import Label, Outcome, Verdict
from gilbench.summary import formatting

PINNED_PART = 3  # one part in so many of the rows is for the claims that readers ask first
WIDEST_TARGET = 18  # characters of a target's id
COLOURS: dict[str, str] = {
    Outcome.PROVED: "green",
    Label.HELD: "green",
    Outcome.REFUTED: "red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.VOID: "magenta",
}
SETTLED = (Outcome.PROVED, Outcome.REFUTED, Outcome.VOID)
# In the order in which they are counted
COUNTED = {
    Label.PROVED: "proved",
    Label.HELD: "held",
    Label.REFUTED: "refuted",
    Label.VOID: "void",
    Label.INCONCLUSIVE: "open",
}

Key = tuple[str, str]  # of a verdict: its claim and its target


class VerdictsSoFar:
    """The latest verdicts, and in which order they changed.

    Attributes:
        latest: Every verdict as it stands now.
    """

    def __init__(self) -> None:
        self.latest: list[Verdict] = []
        self._outcomes: dict[Key, Outcome] = {}
        self._changed: dict[Key, int] = {}  # the number of the latest change of a verdict
        self._changes = 0

    def update(self, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Take the verdicts as they stand now.

        Returns:
            Those that are decided and were not so before.
        """
        news = []
        for verdict in verdicts:
            key = _key(verdict)
            if self._outcomes.get(key) != verdict.verdict:
                self._outcomes[key] = verdict.verdict
                self._changed[key] = self._changes = self._changes + 1
                if verdict.verdict in SETTLED:
                    news.append(verdict)
        self.latest = list(verdicts)
        return news

    def shown(self, rows: int) -> list[Verdict]:
        """As many verdicts as fit.

        First what readers ask first, in a third of the rows and always in the same places, so that
        their intervals are seen to narrow; then what is decided, the newest first; then what was
        measured and stays open.
        """
        measured = []
        for verdict in self.latest:
            if verdict.verdict in SETTLED or verdict.estimate is not None:
                measured.append(verdict)
        measured.sort(key=self._newest_decision_first)
        pinned = [verdict for verdict in measured if verdict.id in HEADLINE]
        pinned.sort(key=lambda verdict: (HEADLINE.index(verdict.id), verdict.target))
        pinned = pinned[: max(0, rows // PINNED_PART)]
        pinned_keys = set(map(_key, pinned))
        others = [verdict for verdict in measured if _key(verdict) not in pinned_keys]
        return [*pinned, *others][: max(0, rows)]

    def _newest_decision_first(self, verdict: Verdict) -> tuple[bool, int]:
        return verdict.verdict not in SETTLED, -self._changed[_key(verdict)]

    def tally(self) -> str:
        """``37 claims: 8 proved, 4 held, 3 refuted, 22 open``."""
        counts = Counter(verdict.label for verdict in self.latest)
        del counts[Label.NOT_APPLICABLE]
        parts = [f"{counts[label]} {word}" for label, word in COUNTED.items() if counts[label]]
        return f"{formatting.plural(counts.total(), 'claim')}: {', '.join(parts)}"

    def table(self, rows: int, targets: Sequence[str]) -> Table:
        """A row for each verdict that fits; several targets are named.

        Args:
            rows: How many rows fit.
            targets: The ids of the run's targets.
        """
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(width=4, no_wrap=True, overflow="ellipsis")
        if len(targets) > 1:
            width = min(WIDEST_TARGET, max(map(len, targets)))
            table.add_column(width=width, no_wrap=True, overflow="ellipsis")
        table.add_column(width=12, no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for verdict in self.shown(rows):
            cells = [Text(verdict.id)]
            if len(targets) > 1:
                cells.append(Text(verdict.target, "dim"))
            cells.append(Text(verdict.label.value, COLOURS[verdict.label]))
            cells.append(Text(formatting.effect(verdict.estimate) if verdict.estimate else ""))
            cells.append(Text(verdict.statement))
            table.add_row(*cells)
        return table


def _key(verdict: Verdict) -> Key:
    return verdict.id, verdict.target
