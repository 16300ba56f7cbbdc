"""What is measured, and how much: a case paired with its reference, or a probe under conditions."""

from __future__ import annotations

from typing import Any

from gilbench.model.base import Count, Frozen, Name, NonNegative, Positive, Seconds


class Case(Frozen, frozen=True):
    """target × workload × strategy × workers."""

    target: Name
    workload: Name
    strategy: Name
    workers: Positive

    @property
    def label(self) -> str:
        """The case without its target, as pytest shows it: ``fnv1a-thread-w2``."""
        return f"{self.workload}-{self.strategy}-w{self.workers}"


class Comparison(Frozen, frozen=True, tag="comparison"):
    """A case and the reference that it is paired with.

    Attributes:
        case: What is compared.
        reference: What it is compared with, adjacent in time.
        tasks: How many tasks a round of either has.
        ceiling: Whether every launch has rounds of the ceiling control.
        again: Whether it is a second sample, from fresh launches, of a case that the first sample
            flagged.
    """

    case: Case
    reference: Case
    tasks: Positive
    ceiling: bool = False
    again: bool = False

    @property
    def id(self) -> str:
        """Unique in a run.

        The usual reference, the same workload run serially on the same target, is not named.
        """
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
        """The id without its target, as a reader sees it: ``fnv1a-thread-w2``."""
        return self.id.partition("@")[0]

    @property
    def name_on_target(self) -> str:
        """Unique on one target: the label, with the reference's target where that is another."""
        if self.reference.target == self.case.target:
            return self.label
        return f"{self.label}-vs-{self.reference.target}"


class Experiment(Frozen, frozen=True, tag="experiment"):
    """A probe run under several conditions, each of them once per launch, in random order.

    Attributes:
        target: Id of the target that runs it.
        probe: Name of the probe.
        conditions: What the probe is given, one after another.
        launch_s: About how many seconds a launch takes.
        counts_trials: Whether it is about what happens, not how fast: few launches hold enough
            trials to count.
        of_percentiles: Whether a launch's values are percentiles of waits that are whole numbers of
            switch intervals: those of a few launches may be equal by chance.
    """

    target: Name
    probe: Name
    conditions: tuple[dict[str, Any], ...]
    launch_s: Seconds = 0.1
    counts_trials: bool = False
    of_percentiles: bool = False

    @property
    def id(self) -> str:
        """Unique in a run: a target runs a probe in one experiment only."""
        return f"{self.probe}@{self.target}"

    @property
    def label(self) -> str:
        """The id without its target: the probe's name."""
        return self.probe


class Effort(Frozen, frozen=True):
    """How much is measured of one item.

    Attributes:
        looks: Numbers of launches after which there is an interim analysis; the last is the most
            there may be.
        pairs: Pairs per launch.
        most_pairs: Where larger than ``pairs``, up to how many a launch continues to reach
            ``known_to``.
        known_to: Standard error to which the median of a launch's log ratios is to be known.
    """

    looks: tuple[Positive, ...]
    pairs: Positive
    most_pairs: Count = 0
    known_to: NonNegative = 0.0

    @property
    def most_launches(self) -> int:
        """The launches after which the item ends, decided or not."""
        return self.looks[-1]

    @property
    def longest_launch(self) -> int:
        """The most pairs that a launch may have."""
        return max(self.pairs, self.most_pairs)


class PlannedItem(Frozen, frozen=True):
    """One item of a run.

    Attributes:
        item: What is measured.
        effort: How much of it.
        claims: Ids of the claims that need it.
    """

    item: Comparison | Experiment
    effort: Effort
    claims: tuple[Name, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets whose launches measure the item, that of the case first."""
        if isinstance(self.item, Experiment):
            return (self.item.target,)
        return tuple(dict.fromkeys((self.item.case.target, self.item.reference.target)))
