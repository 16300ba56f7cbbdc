"""Decision rules: one-sided tests, and combinations of them.

A rule gives one p-value. Where all of several tests must hold, it is the largest p-value
(intersection-union); where any of several suffices, it is the smallest, times their number
(Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gilbench.claims.one_sided_tests import Always, Ever, Test
from gilbench.claims.quantities import Quantity
from gilbench.model import Ground

if TYPE_CHECKING:
    from gilbench.results.tables import Tables


class Rule(Protocol):
    """What proves or refutes a claim: a test, or a combination of rules."""

    def p_value(self, tables: Tables) -> float | None:
        """The p-value of the null hypothesis that the rule does not hold; None without data."""

    def expected_p_value(self, tables: Tables, factor: float) -> float | None:
        """The p-value to expect of ``factor`` times as much data of the same kind."""

    def certainly_fails(self, tables: Tables, level: float) -> bool:
        """Whether it is certain, at a one-sided level, that the rule does not hold."""

    def tests(self) -> Iterator[Test]:
        """The elementary tests of the rule."""

    @property
    def alternatives(self) -> int:
        """In how many ways the rule can hold; a test alone decides at level / this number."""

    def carrying(self, tables: Tables) -> list[Test]:
        """The tests that the p-value rests on: those that a reader must see to check it."""


@dataclass(frozen=True)
class AllOf:
    """Every rule holds."""

    rules: tuple[Rule, ...]

    def p_value(self, tables: Tables) -> float | None:
        return _all_hold(rule.p_value(tables) for rule in self.rules)

    def expected_p_value(self, tables: Tables, factor: float) -> float | None:
        return _all_hold(rule.expected_p_value(tables, factor) for rule in self.rules)

    def certainly_fails(self, tables: Tables, level: float) -> bool:
        return any(rule.certainly_fails(tables, level) for rule in self.rules)

    def tests(self) -> Iterator[Test]:
        for rule in self.rules:
            yield from rule.tests()

    @property
    def alternatives(self) -> int:
        return max(rule.alternatives for rule in self.rules)

    def carrying(self, tables: Tables) -> list[Test]:
        tests = []
        for rule in self.rules:
            tests += rule.carrying(tables)
        return tests


@dataclass(frozen=True)
class AnyOf:
    """At least one rule holds."""

    rules: tuple[Rule, ...]

    def p_value(self, tables: Tables) -> float | None:
        return _any_holds([rule.p_value(tables) for rule in self.rules])

    def expected_p_value(self, tables: Tables, factor: float) -> float | None:
        return _any_holds([rule.expected_p_value(tables, factor) for rule in self.rules])

    def certainly_fails(self, tables: Tables, level: float) -> bool:
        return all(rule.certainly_fails(tables, level) for rule in self.rules)

    def tests(self) -> Iterator[Test]:
        for rule in self.rules:
            yield from rule.tests()

    @property
    def alternatives(self) -> int:
        return len(self.rules) * max(rule.alternatives for rule in self.rules)

    def carrying(self, tables: Tables) -> list[Test]:
        surest = min(self.rules, key=lambda rule: p_value_or_1(rule, tables))
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


def ever(share: Quantity) -> Ever:
    """It was seen in one trial or more."""
    return Ever(share, True, 0.0)


def within(quantity: Quantity, low: float, high: float) -> AllOf:
    """Equivalence: two one-sided tests (Schuirmann, 1987)."""
    return AllOf((below(quantity, high), above(quantity, low)))


def p_value_or_1(rule: Rule, tables: Tables) -> float:
    """The p-value of a rule; 1 where data are missing."""
    p_value = rule.p_value(tables)
    return 1.0 if p_value is None else p_value


def ground_of(rule: Rule, tables: Tables) -> Ground:
    """What a decision by a rule rests on: the weakest of the tests that carry it.

    Trials without an exception are weaker than a measurement, and that than a sighting.
    """
    grounds = {test.ground for test in rule.carrying(tables)}
    for ground in (Ground.EVERY_TRIAL, Ground.MEASUREMENT):
        if ground in grounds:
            return ground
    return Ground.SIGHTING


def _all_hold(p_values: Iterable[float | None]) -> float | None:
    """The largest p-value; None where data are missing for any rule."""
    largest = 0.0
    for p_value in p_values:
        if p_value is None:
            return None
        largest = max(largest, p_value)
    return largest


def _any_holds(p_values: Sequence[float | None]) -> float | None:
    """The smallest p-value times the number of rules; a rule without data proves nothing.

    None where there are no data for any of them.
    """
    known = [p_value for p_value in p_values if p_value is not None]
    if not known:
        return None
    return min(1.0, len(p_values) * min(known))
