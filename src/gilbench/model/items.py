"""What is measured: a case against its reference, or a probe under conditions; how much of it, and for which claims."""

from __future__ import annotations

from typing import Any

from gilbench.model.base import Frozen


class Case(Frozen, frozen=True):
    """target × workload × strategy × workers."""

    target: str
    workload: str
    strategy: str
    workers: int

    @property
    def label(self) -> str:
        """The case without its target, as pytest shows it: ``fnv1a-thread-w2``."""
        return f"{self.workload}-{self.strategy}-w{self.workers}"


class Comparison(Frozen, frozen=True, tag="comparison"):
    """A case and the reference that it is paired with; both do the same ``tasks``.

    ``ceiling`` asks for a round of the ceiling control in every launch. ``again`` marks a second sample, from launches
    of its own, of what the first gave reason to suspect.
    """

    case: Case
    reference: Case
    tasks: int
    ceiling: bool = False
    again: bool = False

    @property
    def id(self) -> str:
        """Unique in a run. The usual reference, the same workload run serially on the same target, goes without
        saying."""
        if self.reference.target != self.case.target:
            again = "-again" if self.again else ""
            return f"{self.case.label}{again}@{self.case.target}-vs-{self.reference.target}"
        against = "" if self.over_serial else f"-vs-{self.reference.strategy}"
        return f"{self.case.label}{against}@{self.case.target}"

    @property
    def over_serial(self) -> bool:
        """Whether the reference is the same workload run serially on the same target."""
        return self.reference.strategy == "serial" and self.reference.target == self.case.target

    @property
    def label(self) -> str:
        return self.id.partition("@")[0]

    @property
    def name_on_target(self) -> str:
        """The label, which is the same whichever target a case is held against, and that target where it is another:
        unique among the comparisons of one target."""
        return self.label if self.reference.target == self.case.target else f"{self.label}-vs-{self.reference.target}"


class Experiment(Frozen, frozen=True, tag="experiment"):
    """A probe run under several conditions, every one of them once a launch, in random order.

    ``launch_s`` is about how long that takes. ``counts_trials`` says that it asks what happens and not how fast: then
    trials are counted, and few launches hold enough of them.
    """

    target: str
    probe: str
    conditions: tuple[dict[str, Any], ...]
    launch_s: float = 0.1
    counts_trials: bool = False

    @property
    def id(self) -> str:
        return f"{self.probe}@{self.target}"

    @property
    def label(self) -> str:
        return self.probe


class Effort(Frozen, frozen=True):
    """How much is measured of one item: a look at the data after so many launches, each of so many pairs.

    Where ``most_pairs`` is larger, a launch goes on, up to so many, until the median of its pairs' log ratios is known
    to the standard error ``known_to``.
    """

    looks: tuple[int, ...]
    pairs: int
    most_pairs: int = 0
    known_to: float = 0.0

    @property
    def most_launches(self) -> int:
        return self.looks[-1]

    @property
    def longest_launch(self) -> int:
        """The pairs of a launch at most."""
        return max(self.pairs, self.most_pairs)


class PlannedItem(Frozen, frozen=True):
    """One item of a run: what is measured, how long at most, and the claims that asked for it."""

    item: Comparison | Experiment
    effort: Effort
    claims: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets whose launches measure the item, that of the case first."""
        if isinstance(self.item, Experiment):
            return (self.item.target,)
        return tuple(dict.fromkeys((self.item.case.target, self.item.reference.target)))
