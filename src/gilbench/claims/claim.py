"""What a claim is: a statement, what would prove and what would refute it, and when it does not apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import Rule, Test
from gilbench.model import Bound, Comparison, Experiment, Host, Outcome, Target
from gilbench.plan.comparisons import compare

# Five launches of four trials: 20 of 20 bound the rate of exceptions by 14 % at 95 %, and pass every correction.
TRIALS_A_LAUNCH = 4


@dataclass(frozen=True)
class Setting:
    """Where a claim is asked: one target on one host, with the other targets that are measured beside it."""

    target: Target
    host: Host
    others: tuple[Target, ...] = ()

    @property
    def cores(self) -> int:
        return self.host.usable_cores

    @property
    def with_gil(self) -> Target | None:
        """The target that differs in nothing but the GIL, which it has: the same executable, or else the same version
        built with it."""
        kind = _kind(self.target)
        having = [other for other in self.others if other.gil_enabled and _kind(other) == kind]
        same = [other for other in having if other.executable == self.target.executable]
        return next(iter(same + having), None)

    def against_serial(self, workload: str, strategy: str, workers: int) -> Comparison:
        """The comparison of the matrix for this case."""
        return compare(self.target, workload, strategy, workers)

    def trials(self, probe: str, *conditions: dict[str, Any], launch_s: float = 0.1) -> Experiment:
        """A probe of what happens, a few trials a launch under each condition."""
        asked = [{**condition, "trials": TRIALS_A_LAUNCH} for condition in conditions or ({},)]
        return Experiment(self.target.id, probe, tuple(asked), launch_s, counts_trials=True)

    def against(self, workload: str, strategy: str, reference: str, workers: int) -> Comparison:
        """A case paired with the same workload and workers under another strategy."""
        return compare(self.target, workload, strategy, workers, reference)


def _kind(target: Target) -> tuple[str, str]:
    return target.description.implementation, target.description.version


@dataclass(frozen=True)
class Guard:
    """Something that must hold of the host for the claim to be decided; ``remedy`` is what to do where it does not.

    With ``for_refuting`` it only stands in the way of REFUTED.
    """

    test: Test
    remedy: str
    for_refuting: bool = False


@dataclass(frozen=True)
class Question:
    """A claim put to one setting. ``effect`` is the quantity shown first; ``also`` is shown as further evidence."""

    proved: Rule
    refuted: Rule
    effect: Quantity
    guards: tuple[Guard, ...] = ()
    also: tuple[Quantity, ...] = ()

    @property
    def tested(self) -> tuple[Quantity, ...]:
        """The quantities on which the answer rests, each once, the effect first."""
        tests = [*self.proved.tests(), *self.refuted.tests(), *(guard.test for guard in self.guards)]
        return _each_once([self.effect, *(test.quantity for test in tests)])

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The bounds that prove, then those that refute, each once."""
        bounds = []
        for rule, proves in ((self.proved, True), (self.refuted, False)):
            for test in rule.tests():
                bounds.append(Bound(test.quantity.name, test.bound, test.above, proves))
        return tuple(dict.fromkeys(bounds))

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every quantity once, the effect first and what is only shown last."""
        return _each_once([*self.tested, *self.also])

    @property
    def items(self) -> tuple[Comparison | Experiment, ...]:
        """What must be measured to answer."""
        return tuple({item.id: item for quantity in self.quantities for item in quantity.items}.values())


def _each_once(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    found: dict[str, Quantity] = {}
    for quantity in quantities:
        found.setdefault(quantity.name, quantity)
    return tuple(found.values())


@dataclass(frozen=True)
class NotApplicable:
    """The claim makes no sense in this setting."""

    reason: str


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger.

    ``expected(setting)`` is the outcome that the field expects there, or None where either is news. ``explanation`` is
    a paragraph for a reader who does not know why. ``surprise`` says what people commonly believe or are taught, so why
    the answer may surprise them; it is true whatever the outcome is. ``figure`` is the stem of the chart that shows it
    best.
    """

    id: str
    statement: str
    family: str
    source: str
    explanation: str
    surprise: str
    expected: Callable[[Setting], Outcome | None]
    question: Callable[[Setting], Question | NotApplicable]
    figure: str = "verdicts"
