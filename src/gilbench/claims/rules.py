"""Decision rules: one-sided tests of a quantity against a bound, and their conjunctions and disjunctions.

A rule answers with one p-value. All of several tests hold: the largest p-value (intersection-union). Any of several
holds: the smallest, times their number (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gilbench.claims.quantities import Quantity
from gilbench.results.tables import Tables


class Rule(Protocol):
    """Anything that a run's tables can be asked."""

    def p_value(self, tables: Tables) -> float | None:
        """How compatible the data are with the rule being false; None where data are missing."""

    def tests(self) -> Iterator[Test]:
        """The elementary tests of the rule."""

    @property
    def alternatives(self) -> int:
        """How many ways there are for the rule to hold: each test must be that much surer than the rule is."""

    def carrying(self, tables: Tables) -> list[Test]:
        """The tests on which the p-value rests: those that a reader must see to believe the rule."""


@dataclass(frozen=True)
class Test:
    """A quantity lies above (or below) a bound, given on the scale that the reader sees."""

    quantity: Quantity
    above: bool
    bound: float

    def p_value(self, tables: Tables) -> float | None:
        location = self.quantity.locate(tables)
        if location is None:
            return None
        bound = self.quantity.scaled(self.bound)
        return location.p_above(bound) if self.above else location.p_below(bound)

    def tests(self) -> Iterator[Test]:
        yield self

    @property
    def alternatives(self) -> int:
        return 1

    def carrying(self, tables: Tables) -> list[Test]:  # noqa: ARG002 - the protocol's signature
        return [self]

    def settled(self, tables: Tables, alpha: float) -> bool:
        """Whether the quantity is known to lie on one side of the bound, whichever it is."""
        p_value = self.p_value(tables)
        return p_value is not None and min(p_value, 1 - p_value) <= alpha

    def in_words(self, tables: Tables) -> str:
        """``speedup of fnv1a-thread-w2 1.04× [1.00, 1.07] (asked: below 1.15)``."""
        estimate = self.quantity.estimate(tables)
        side = "above" if self.above else "below"
        return f"{self.quantity.name} {estimate or 'not measured'} (asked: {side} {self.bound:.3g})"


@dataclass(frozen=True)
class Always(Test):
    """Something held in every trial, of so many that it cannot be mere chance: one exception is one too many.

    The p-value is that of a share at the bound, so the bound says how rare an exception must be shown to be.
    """

    def p_value(self, tables: Tables) -> float | None:
        middle = self.quantity.locate(tables)
        if middle is None:
            return None
        return middle.p_above(self.bound) if middle.center == 1 else 1.0

    def in_words(self, tables: Tables) -> str:
        return f"{self.quantity.name}: {self.quantity.estimate(tables) or 'not measured'} (asked: all)"


@dataclass(frozen=True)
class AllOf:
    """Every rule holds."""

    rules: tuple[Rule, ...]

    def p_value(self, tables: Tables) -> float | None:
        p_values = [rule.p_value(tables) for rule in self.rules]
        return None if None in p_values else max(p for p in p_values if p is not None)

    def tests(self) -> Iterator[Test]:
        for rule in self.rules:
            yield from rule.tests()

    @property
    def alternatives(self) -> int:
        return max(rule.alternatives for rule in self.rules)

    def carrying(self, tables: Tables) -> list[Test]:
        return [test for rule in self.rules for test in rule.carrying(tables)]


@dataclass(frozen=True)
class AnyOf:
    """One rule at least holds."""

    rules: tuple[Rule, ...]

    def p_value(self, tables: Tables) -> float | None:
        p_values = [rule.p_value(tables) for rule in self.rules]
        return None if None in p_values else min(1.0, len(p_values) * min(p for p in p_values if p is not None))

    def tests(self) -> Iterator[Test]:
        for rule in self.rules:
            yield from rule.tests()

    @property
    def alternatives(self) -> int:
        return len(self.rules) * max(rule.alternatives for rule in self.rules)

    def carrying(self, tables: Tables) -> list[Test]:
        return min(self.rules, key=lambda rule: rule.p_value(tables) or 0.0).carrying(tables)


def above(quantity: Quantity, bound: float) -> Test:
    return Test(quantity, True, bound)


def below(quantity: Quantity, bound: float) -> Test:
    return Test(quantity, False, bound)


def always(share: Quantity) -> Always:
    """Nothing contrary in any trial; with 20 of them an exception as likely as not would show."""
    return Always(share, True, 0.5)


def within(quantity: Quantity, low: float, high: float) -> AllOf:
    """Equivalence: two one-sided tests (Schuirmann, 1987)."""
    return AllOf((below(quantity, high), above(quantity, low)))
