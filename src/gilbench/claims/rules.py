"""Decision rules: one-sided tests of a quantity against a bound, and combinations of them.

A rule gives one p-value. Where all of several tests must hold, it is the largest p-value
(intersection-union); where any of several suffices, it is the smallest, times their number
(Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from gilbench.claims.quantities import Quantity
from gilbench.model import Bound
from gilbench.results.tables import Tables


class Rule(Protocol):
    """What proves or refutes a claim: a test, or a combination of rules."""

    def p_value(self, tables: Tables) -> float | None:
        """The p-value of the null hypothesis that the rule does not hold; None without data."""

    def tests(self) -> Iterator[Test]:
        """The elementary tests of the rule."""

    @property
    def alternatives(self) -> int:
        """In how many ways the rule can hold; a test alone decides at level / this number."""

    def carrying(self, tables: Tables) -> list[Test]:
        """The tests that the p-value rests on: those that a reader must see to check it."""


@dataclass(frozen=True)
class Test:
    """A quantity lies above or below a bound.

    Args:
        quantity: What is tested.
        above: Whether the quantity must lie above the bound, rather than below it.
        bound: On the scale that the reader sees, so a factor for a ratio.
    """

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

    def handed_on(self, *, proves: bool) -> Bound:
        """The test as a verdict records it, as part of the rule that proves the claim or refutes it."""
        return Bound(self.quantity.name, self.bound, self.above, proves)

    def settled(self, tables: Tables, alpha: float) -> bool:
        """Whether it is certain, at the level ``alpha``, which side of the bound it lies on."""
        p_value = self.p_value(tables)
        return p_value is not None and min(p_value, 1 - p_value) <= alpha

    def in_words(self, tables: Tables) -> str:
        """``speedup of fnv1a-thread-w2 1.04× [1.00, 1.07] (needs < 1.15)``."""
        estimate = self.quantity.estimate(tables)
        sign = ">" if self.above else "<"
        return f"{self.quantity.name} {estimate or 'not measured'} (needs {sign} {self.bound:.3g})"


@dataclass(frozen=True)
class Always(Test):
    """Something held in every trial, of so many that it cannot be chance.

    The p-value is that of a share at the bound, so the bound says how rare an exception must be
    shown to be.
    """

    def p_value(self, tables: Tables) -> float | None:
        location = self.quantity.locate(tables)
        if location is None:
            return None
        return location.p_above(self.bound) if location.center == 1 else 1.0

    def handed_on(self, *, proves: bool) -> Bound:
        return Bound(self.quantity.name, self.bound, self.above, proves, every_trial=True)

    def in_words(self, tables: Tables) -> str:
        """``runs that lost updates: 40 of 40 [0.91, 1.00] (needs all)``."""
        estimate = self.quantity.estimate(tables)
        return f"{self.quantity.name}: {estimate or 'not measured'} (needs all)"


@dataclass(frozen=True)
class AllOf:
    """Every rule holds."""

    rules: tuple[Rule, ...]

    def p_value(self, tables: Tables) -> float | None:
        p_values = _p_values(self.rules, tables)
        return None if p_values is None else max(p_values)

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
    """At least one rule holds."""

    rules: tuple[Rule, ...]

    def p_value(self, tables: Tables) -> float | None:
        p_values = _p_values(self.rules, tables)
        return None if p_values is None else min(1.0, len(p_values) * min(p_values))

    def tests(self) -> Iterator[Test]:
        for rule in self.rules:
            yield from rule.tests()

    @property
    def alternatives(self) -> int:
        return len(self.rules) * max(rule.alternatives for rule in self.rules)

    def carrying(self, tables: Tables) -> list[Test]:
        surest = min(self.rules, key=lambda rule: rule.p_value(tables) or 0.0)
        return surest.carrying(tables)


def above(quantity: Quantity, bound: float) -> Test:
    """The quantity lies above the bound, which is on the scale that the reader sees."""
    return Test(quantity, True, bound)


def below(quantity: Quantity, bound: float) -> Test:
    """The quantity lies below the bound, which is on the scale that the reader sees."""
    return Test(quantity, False, bound)


def always(share: Quantity) -> Always:
    """Nothing contrary in any trial; in 20 of them an exception as likely as not would show."""
    return Always(share, True, 0.5)


def within(quantity: Quantity, low: float, high: float) -> AllOf:
    """Equivalence: two one-sided tests (Schuirmann, 1987)."""
    return AllOf((below(quantity, high), above(quantity, low)))


def _p_values(rules: tuple[Rule, ...], tables: Tables) -> list[float] | None:
    """The p-value of each rule; None where data are missing for any of them."""
    p_values = []
    for rule in rules:
        p_value = rule.p_value(tables)
        if p_value is None:
            return None
        p_values.append(p_value)
    return p_values
