"""What a claim is: a statement, the rules that prove or refute it, and when it does not apply."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gilbench import model
from gilbench.claims.one_sided_tests import Test
from gilbench.claims.quantities import Quantity
from gilbench.claims.rules import Rule, p_value_or_1
from gilbench.model import Outcome
from gilbench.plan.comparisons import MOST_CLAIMED_WORKERS, compare

if TYPE_CHECKING:
    from gilbench.results.tables import Tables

# Five launches of four trials: 20 of 20 bound the rate of exceptions by 14 % at 95 %, and pass
# every correction.
TRIALS_A_LAUNCH = 4

# Each I/O task takes some CPU time, one thread at a time with the GIL, so that waiting cannot
# overlap beyond a few dozen threads however many cores there are.
MOST_WAITING_CORES = 8


@dataclass(frozen=True)
class Setting:
    """Where a claim is tested: one target on one host, and the other targets of the same run."""

    target: model.Target
    host: model.Host
    others: tuple[model.Target, ...] = ()

    @property
    def cores(self) -> int:
        """The cores that the run may use."""
        return self.host.usable_cores

    @property
    def workers(self) -> int:
        """One worker per core, up to ``MOST_CLAIMED_WORKERS``."""
        return min(self.cores, MOST_CLAIMED_WORKERS)

    @property
    def waiting_cores(self) -> int:
        """Beyond how many cores waiting must overlap: all of them, up to ``MOST_WAITING_CORES``."""
        return min(self.cores, MOST_WAITING_CORES)

    @property
    def with_gil(self) -> model.Target | None:
        """The other target to compare with to see what the GIL alone does: one that has it.

        Preferably the same executable with the GIL enabled, or else a build of the same version.
        """
        return self.same_binary or next(iter(self._with_gil()), None)

    @property
    def same_binary(self) -> model.Target | None:
        """The other target that is the same executable with the GIL enabled."""
        for other in self._with_gil():
            if other.executable == self.target.executable:
                return other
        return None

    @property
    def default_build(self) -> model.Target | None:
        """The other target that is the default build of the same version.

        It always has the GIL.
        """
        for other in self._with_gil():
            if not other.description.free_threaded_build:
                return other
        return None

    def _with_gil(self) -> list[model.Target]:
        kind = _kind(self.target)
        return [other for other in self.others if other.gil_enabled and _kind(other) == kind]

    def against_serial(self, workload: str, strategy: str, workers: int) -> model.Comparison:
        """A case paired with the same work run serially on the same target."""
        return compare(self.target, workload, strategy, workers)

    def trials(
        self, probe: str, *conditions: dict[str, Any], launch_s: float = 0.1
    ) -> model.Experiment:
        """A probe of behaviour: ``TRIALS_A_LAUNCH`` trials per launch under each condition.

        Args:
            probe: The name of a registered probe.
            conditions: The parameters of the probe each time it runs; once without any if empty.
            launch_s: About how many seconds a launch takes.
        """
        with_trials = []
        for condition in conditions or ({},):
            with_trials.append({**condition, "trials": TRIALS_A_LAUNCH})
        return model.Experiment(
            self.target.id, probe, tuple(with_trials), launch_s, counts_trials=True
        )

    def against(
        self, workload: str, strategy: str, reference: str, workers: int
    ) -> model.Comparison:
        """A case paired with the same workload and workers under the strategy ``reference``."""
        return compare(self.target, workload, strategy, workers, reference)


def _kind(target: model.Target) -> tuple[str, str]:
    return target.description.implementation, target.description.version


@dataclass(frozen=True)
class Guard:
    """A condition on the host without which a claim is not decided.

    Args:
        test: What must hold, by the interval of the quantity.
        remedy: What to do where it does not hold.
        only_for: The outcome that requires it, PROVED or REFUTED; None: either does.
    """

    test: Test
    remedy: str
    only_for: Outcome | None = None


@dataclass(frozen=True)
class PValues:
    """The p-values of the rule that proves a claim and of the rule that refutes it."""

    proved: float
    refuted: float

    @property
    def smaller(self) -> float:
        """That of the rule that the data lean to."""
        return min(self.proved, self.refuted)

    @property
    def leans(self) -> Outcome:
        """PROVED or REFUTED: what the data lean to, certain or not."""
        return Outcome.PROVED if self.proved <= self.refuted else Outcome.REFUTED


@dataclass(frozen=True)
class Question:
    """A claim put to one setting.

    Args:
        proved: The rule that proves the claim.
        refuted: The rule that refutes it.
        effect: The quantity shown first.
        guards: What must hold of the host.
        also: Quantities that decide nothing and are shown as further evidence.
    """

    proved: Rule
    refuted: Rule
    effect: Quantity
    guards: tuple[Guard, ...] = ()
    also: tuple[Quantity, ...] = ()

    def rule_of(self, outcome: Outcome) -> Rule:
        """The rule that gives an outcome, PROVED or REFUTED."""
        return self.proved if outcome == Outcome.PROVED else self.refuted

    def p_values(self, tables: Tables) -> PValues:
        """The p-values of both rules; 1 where data are missing."""
        return PValues(p_value_or_1(self.proved, tables), p_value_or_1(self.refuted, tables))

    def lies_between(self, tables: Tables, level: float) -> bool:
        """Whether it is certain, at a one-sided level, that neither rule holds."""
        return all(rule.certainly_fails(tables, level) for rule in (self.proved, self.refuted))

    def guards_of(self, outcome: Outcome) -> list[Guard]:
        """The guards that must hold for an outcome."""
        return [guard for guard in self.guards if guard.only_for in (None, outcome)]

    @cached_property
    def tested(self) -> tuple[Quantity, ...]:
        """The quantities that decide, each once, the effect first."""
        quantities = [self.effect]
        for test in (*self.proved.tests(), *self.refuted.tests()):
            quantities.append(test.quantity)
        for guard in self.guards:
            quantities.append(guard.test.quantity)
        return _each_once(quantities)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Every quantity once: the effect first, those that decide nothing last."""
        return _each_once([*self.tested, *self.also])

    @cached_property
    def items(self) -> tuple[model.Comparison | model.Experiment, ...]:
        """What is measured to answer and to show further evidence."""
        return _items_of(self.quantities)

    @cached_property
    def required_items(self) -> tuple[model.Comparison | model.Experiment, ...]:
        """What must be measured to answer."""
        return _items_of(self.tested)


def _items_of(quantities: Iterable[Quantity]) -> tuple[model.Comparison | model.Experiment, ...]:
    by_id: dict[str, model.Comparison | model.Experiment] = {}
    for quantity in quantities:
        for item in quantity.items:
            by_id[item.id] = item
    return tuple(by_id.values())


def _each_once(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    by_name: dict[str, Quantity] = {}
    for quantity in quantities:
        by_name.setdefault(quantity.name, quantity)
    return tuple(by_name.values())


@dataclass(frozen=True)
class NotApplicable:
    """The claim cannot be tested in this setting; ``reason`` tells the reader why."""

    reason: str


@dataclass(frozen=True)
class Claim:
    """One entry of the ledger.

    Args:
        id: A letter and a number, such as ``A16``.
        statement: What is proved or refuted, one sentence.
        family: The heading that the claim stands under.
        source: Where the statement comes from.
        explanation: A paragraph for a reader who does not know why the statement holds or fails.
        measured: What is measured, one sentence.
        rule: What proves and what refutes it, one sentence with every bound of the question.
        meaning: What either outcome means for the reader's program, one sentence.
        surprise: What people commonly believe or are taught; true whatever the outcome is.
        expected: The outcome that is expected in a setting, or None where either is news.
        question: What to measure and test in a setting.
        figure: The stem of the chart that shows it best.
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
    measured: str = ""
    rule: str = ""
    meaning: str = ""
