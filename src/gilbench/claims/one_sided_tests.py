"""One-sided tests of a quantity against a bound, of which the rules of claims are made."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gilbench import model
from gilbench.analysis.location import Location
from gilbench.claims.quantities import Located, Quantity
from gilbench.model import Ground

if TYPE_CHECKING:
    from gilbench.results.tables import Tables

# One-sided, of the rate of exceptions that trials without any exception leave possible
EXCEPTIONS_LEVEL = 0.05
# A limit from fewer launches says next to nothing, and so does one that is further than this factor
# from the estimate: it is not stated where the test does not pass.
FEWEST_LAUNCHES = 4
FARTHEST = math.log(100)


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

    @property
    def ground(self) -> Ground:
        """What a decision by this test rests on."""
        return Ground.MEASUREMENT

    def p_value(self, tables: Tables) -> float | None:
        location = self.quantity.locate(tables)
        if location is None:
            return None
        return self._p_value_of(location)

    def expected_p_value(self, tables: Tables, factor: float) -> float | None:
        location = self.quantity.locate(tables)
        if location is None:
            return None
        return self._p_value_of(location.extrapolated(factor))

    def certainly_fails(self, tables: Tables, level: float) -> bool:
        p_value = self.p_value(tables)
        return p_value is not None and 1 - p_value <= level

    def _p_value_of(self, location: Located) -> float:
        bound = self.quantity.scaled(self.bound)
        if self.above:
            return location.p_above(bound)
        return location.p_below(bound)

    def limit(self, tables: Tables, level: float) -> float | None:
        """How far the quantity certainly lies on the side that the test requires.

        Args:
            tables: The data of the run.
            level: One-sided; the test passes at it exactly where the limit lies beyond the bound.

        Returns:
            The confidence limit on the scale that the reader sees; None without data, and where
            the launches say nothing yet.
        """
        location = self.quantity.locate(tables)
        if location is None:
            return None
        limit = location.limit(level, lower=self.above)
        if self._says_nothing(location, limit):
            return None
        return self.quantity.unscaled(limit)

    def _says_nothing(self, location: Located, limit: float) -> bool:
        bound = self.quantity.scaled(self.bound)
        passes = limit > bound if self.above else limit < bound
        if passes or not isinstance(location, Location):
            return False
        is_far = self.quantity.log and abs(limit - location.center) > FARTHEST
        return is_far or location.n < FEWEST_LAUNCHES

    def tests(self) -> Iterator[Test]:
        yield self

    @property
    def alternatives(self) -> int:
        return 1

    def carrying(self, tables: Tables) -> list[Test]:  # noqa: ARG002 - the protocol's signature
        return [self]

    def as_bound(self, *, proves: bool, limit: float | None) -> model.Bound:
        """The test as a verdict records it, in the rule that proves or refutes the claim."""
        return model.Bound(self.quantity.name, self.bound, self.above, proves, limit=limit)

    def in_words(self, tables: Tables, level: float | None = None) -> str:
        """``speedup of fnv1a-thread-w2 1.04× [1.00, 1.07], certainly < 1.11 (needs < 1.15)``.

        Args:
            tables: The data of the run.
            level: One-sided level of the limit that decides; without it only the interval is
                stated.
        """
        sign = ">" if self.above else "<"
        measured = f"{self.quantity.name} {self.quantity.estimate(tables) or 'not measured'}"
        if level is not None:
            limit = self.limit(tables, level)
            location = self.quantity.locate(tables)
            if limit is not None:
                measured += f", certainly {sign} {_distinguished_from(self.bound, limit)}"
            elif location is not None:
                measured += f"; {location.n} launches say nothing yet"
        return f"{measured} (needs {sign} {self.bound:.3g})"


def _distinguished_from(bound: float, limit: float) -> str:
    """A limit in as few digits, three or more, as distinguish it from the bound."""
    for digits in range(3, 8):
        written = f"{limit:.{digits}g}"
        if float(written) != float(f"{bound:.3g}"):
            break
    return written


@dataclass(frozen=True)
class Always(Test):
    """Something held in every trial, of so many that it cannot be chance.

    The p-value is that of a share at the bound, so the bound says how rare an exception must be
    shown to be.
    """

    @property
    def ground(self) -> Ground:
        return Ground.EVERY_TRIAL

    def _p_value_of(self, location: Located) -> float:
        if location.center < 1:
            return 1.0
        return location.p_above(self.bound)

    def as_bound(self, *, proves: bool, limit: float | None) -> model.Bound:
        return model.Bound(
            self.quantity.name, self.bound, self.above, proves, every_trial=True, limit=limit
        )

    def limit(self, tables: Tables, level: float) -> float | None:  # noqa: ARG002 - it asks for all
        return None

    def in_words(self, tables: Tables, level: float | None = None) -> str:  # noqa: ARG002 - likewise
        """``pools: 20 of 20 [0.83, 1.00] (needs all); exceptions rarer than 14 % at 95 %``."""
        estimate = self.quantity.estimate(tables)
        words = f"{self.quantity.name}: {estimate or 'not measured'} (needs all)"
        location = self.quantity.locate(tables)
        if location is None or location.center < 1:
            return words
        percent = 100 * (1 - location.limit(EXCEPTIONS_LEVEL, lower=True))
        sure = 100 * (1 - EXCEPTIONS_LEVEL)
        return f"{words}; exceptions rarer than {percent:.0f} % at {sure:.0f} %"


@dataclass(frozen=True)
class Ever(Test):
    """Something was seen at least once, which proves that it happens.

    There is no chance in it: what was seen once has happened.
    """

    @property
    def ground(self) -> Ground:
        return Ground.SIGHTING

    def _p_value_of(self, location: Located) -> float:
        return 0.0 if location.center > 0 else 1.0

    def certainly_fails(self, tables: Tables, level: float) -> bool:  # noqa: ARG002 - see above
        """Never: it may be seen yet."""
        return False

    def limit(self, tables: Tables, level: float) -> float | None:  # noqa: ARG002 - see above
        """None: one is enough."""
        return None

    def in_words(self, tables: Tables, level: float | None = None) -> str:  # noqa: ARG002 - see above
        """``runs that lost updates: 1 of 40 [0.00, 0.13] (needs one)``."""
        estimate = self.quantity.estimate(tables)
        return f"{self.quantity.name}: {estimate or 'not measured'} (needs one)"
