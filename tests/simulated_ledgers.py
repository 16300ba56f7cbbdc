"""Whole ledgers with known truths, judged at every interim analysis from simulated launches.

Every quantity lies where a verdict is only just false, or far from where it would be. The launches of an item vary
together in all quantities that are read off it, so that claims that share an item depend on each other. Claims are
decided one by one: an item gets launches up to the next planned number as long as a claim that needs it is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np

from gilbench.analysis.location import Location, locate
from gilbench.analysis.proportion import Proportion
from gilbench.claims import reasons
from gilbench.claims.claim import Question
from gilbench.claims.judging import RunClaims, Standing
from gilbench.claims.one_sided_tests import Always, Test
from gilbench.claims.quantities import Located, Quantity
from gilbench.claims.rules import AllOf, AnyOf, Rule
from gilbench.model import OF_TRIALS, Effort, Outcome, Run
from gilbench.plan.matrix import EVERYTHING
from gilbench.plan.profiles import PROFILES
from gilbench.results import tables
from gilbench.run import compose
from tests.synthetic import World, make_run

TRIALS = 4  # of a launch
Place = float  # where a quantity really lies, on the reader's scale


def launch_noise(size: int, generator: np.random.Generator) -> np.ndarray:
    """As launches were seen to vary: by 4 %, and one in ten by a further 5 to 10 % either way."""
    off = (
        generator.uniform(0.05, 0.10, size)
        * generator.choice([-1, 1], size)
        * (generator.random(size) < 0.1)
    )
    return generator.normal(0, 0.04, size) + off


def standard_run() -> Run:
    """A standard run of the usual world, with all its claims; trials as at first, the rest as planned."""
    world = World()
    profile = PROFILES["standard"]
    items = compose._items(profile, world.host, world.targets, EVERYTHING)
    return make_run(items, targets=world.targets, host=world.host)


@dataclass
class Truths:
    """Where the quantities of a ledger really lie: each in one place for all claims that it decides."""

    places: dict[tuple[str, ...], Place] = field(default_factory=dict)

    def draw(self, questions: list[Question], generator: np.random.Generator) -> None:
        """Put one test of each question at its bound, and the others of that verdict far beyond theirs."""
        for index in generator.permutation(len(questions)):
            question = questions[index]
            tests = [*question.proved.tests(), *question.refuted.tests()]
            chosen = generator.integers(len(tests))
            rule = (
                question.proved if chosen < len(list(question.proved.tests())) else question.refuted
            )
            self._put(tests[chosen], tests[chosen].bound)
            for test in rule.tests():  # any of several would do: all of them lie at their bounds
                self._put(test, test.bound if rule.alternatives > 1 else _beyond(test))
            for test in tests:
                self._put(test, test.bound)
            for guard in question.guards:
                self._put(guard.test, _beyond(guard.test))

    def _put(self, test: Test, place: Place) -> None:
        self.places.setdefault(test.quantity.key, place)

    def holds(self, rule: Rule) -> bool:
        """Whether a rule really holds; at a bound no test does."""
        if isinstance(rule, AllOf):
            return all(map(self.holds, rule.rules))
        if isinstance(rule, AnyOf):
            return any(map(self.holds, rule.rules))
        assert isinstance(rule, Test)
        place = self.places[rule.quantity.key]
        if isinstance(rule, Always):
            return place > rule.bound
        return place > rule.bound if rule.above else place < rule.bound

    def is_false(self, standing: Standing) -> bool:
        """Whether a claim was decided, and wrongly."""
        if standing.outcome == Outcome.PROVED:
            return not self.holds(standing.question.proved)
        return standing.outcome == Outcome.REFUTED and not self.holds(standing.question.refuted)


def _beyond(test: Test) -> Place:
    """Far on the side that the test asks for."""
    if test.quantity.unit == OF_TRIALS:
        return 1.0 if test.above else 0.0
    if test.quantity.log:
        return test.bound * (2.0 if test.above else 0.5)
    return test.bound + (0.5 if test.above else -0.5)


@dataclass(frozen=True)
class JudgedLedger:
    """One ledger after its last analysis.

    Attributes:
        false_when_decided: Claims whose first decision was false.
        false_at_the_end: Claims that a report on all launches would decide falsely.
        decided: How many claims were decided.
    """

    false_when_decided: int
    false_at_the_end: int
    decided: int


def _no_words(*_: Any) -> str:
    """In place of a reason in words, which takes longer than the verdict."""
    return ""


class LedgerSimulation:
    """Draws ledgers and judges them as a run does.

    Args:
        seed: Of the truths and of the launches.
    """

    LOOKS = PROFILES["standard"].claim.looks

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._run = standard_run()
        self._efforts: Mapping[str, Effort] = {
            planned.item.id: planned.effort for planned in self._run.plan
        }
        self._claims = RunClaims(self._run)
        entries = (entry.question for entry in self._claims.entries)
        self.questions = [question for question in entries if isinstance(question, Question)]

    def seed(self, *seed: int) -> None:
        """Have everything that follows drawn from a seed."""
        self._random = np.random.default_rng(seed)

    def ledgers(self, count: int) -> Iterator[JudgedLedger]:
        """So many ledgers, each with truths and launches of its own."""
        words = dict.fromkeys(("decided_by", "guard_failed", "missing", "undecided"), _no_words)
        for _ in range(count):
            with mock.patch.multiple(reasons, **words):
                yield self._ledger()

    def _ledger(self) -> JudgedLedger:
        truths = Truths()
        truths.draw(self.questions, self._random)
        noise = {item: launch_noise(self.LOOKS[-1], self._random) for item in self._efforts}
        trials = {
            key: self._trials(place) for key, place in truths.places.items() if 0 <= place <= 1
        }
        launches = dict.fromkeys(self._efforts, 0)
        wanted = set(self._efforts)
        data = tables.build(self._run, ())
        decided: dict[int, Standing] = {}
        for look in self.LOOKS:
            for item in wanted:
                launches[item] = min(look, self._efforts[item].most_launches)
            self._locate(data, truths, noise, trials, launches)
            standings = self._claims.standings(data, decided)
            decided = {
                index: standing for index, standing in enumerate(standings) if standing.is_decided
            }
            undecided = [standing for standing in standings if not standing.is_decided]
            wanted = {
                item.id for standing in undecided for item in standing.question.required_items
            }
        return JudgedLedger(
            false_when_decided=sum(map(truths.is_false, decided.values())),
            false_at_the_end=sum(map(truths.is_false, self._claims.standings(data))),
            decided=len(decided),
        )

    def _trials(self, place: Place) -> np.ndarray:
        """How often something held in the trials of each launch."""
        return self._random.binomial(TRIALS, place, self.LOOKS[-1])

    def _locate(
        self,
        data: tables.Tables,
        truths: Truths,
        noise: Mapping[str, np.ndarray],
        trials: Mapping[tuple[str, ...], np.ndarray],
        launches: Mapping[str, int],
    ) -> None:
        """Put what the launches so far show of every quantity into tables that have nothing else."""
        for question in self.questions:
            for quantity in question.tested:
                if quantity.key not in truths.places:  # shown first, but not tested
                    data.located[quantity.key] = Location(0.0, 1.0, 9.0, 10)
                elif quantity.unit == OF_TRIALS:
                    count = launches[quantity.items[0].id]
                    held = int(trials[quantity.key][:count].sum())
                    data.located[quantity.key] = Proportion(held, TRIALS * count)
                else:
                    data.located[quantity.key] = _located(
                        quantity, truths.places[quantity.key], noise, launches
                    )


def _located(
    quantity: Quantity, place: Place, noise: Mapping[str, np.ndarray], launches: Mapping[str, int]
) -> Located | None:
    """The location of a quantity, or of the difference of two that it is the ratio of."""
    first, *others = quantity.items
    location = locate(quantity.scaled(place) + noise[first.id][: launches[first.id]])
    for other in others:
        beside = locate(noise[other.id][: launches[other.id]])
        assert location is not None and beside is not None
        location = location - beside
    return location
