"""Two stored runs: what makes each usable, and whether both answer the same question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import msgspec

from gilbench.check.portable import PortableRun, extract_portable
from gilbench.check.versions import InterpreterPair, interpreters_of, pair_up
from gilbench.model import Comparison, InputError, Run, Verdict
from gilbench.results.fingerprint import of_build, of_host
from gilbench.results.tables import Tables


@dataclass(frozen=True)
class StoredRun:
    """The portable part of a run, and its tables where it is more than a kept baseline."""

    portable: PortableRun
    tables: Tables | None = None

    @classmethod
    def of(cls, tables: Tables, verdicts: Iterable[Verdict]) -> StoredRun:
        """Take a run and the verdicts on it.

        Raises:
            InputError: The run was not measured to its end.
        """
        check_complete(tables)
        return cls(extract_portable(tables, verdicts), tables)


def check_complete(tables: Tables) -> None:
    """Refuse a run that was interrupted or whose journal was cut short.

    Raises:
        InputError: Something that was planned is missing.
    """
    run = tables.run
    if run.status != "complete":
        raise InputError(f"run {run.id} is {run.status} and not complete; measure again")
    launches = Counter(tables.launches["item"])
    failed = {failure.item for failure in tables.failures}
    for planned in run.plan:
        item, end = planned.item, tables.ends.get(planned.item.id)
        if item.id in failed:
            continue
        count = launches[item.id] if isinstance(item, Comparison) else len(tables.seen(item))
        if end is None or count != end.launches:
            expected = end.launches if end else planned.effort.looks[0]
            raise InputError(
                f"the journal of run {run.id} is truncated: "
                f"{item.id} has {count} launches of {expected}; measure again"
            )


@dataclass(frozen=True)
class Sides:
    """The portable parts of both runs, the baseline's filed under the interpreters of the head.

    Attributes:
        baseline: What is compared with.
        head: What is in question.
        pairs: The interpreters of both.
        unmeasured: The interpreter and the name of every case that the head's run had planned, and
            had no time for.
    """

    baseline: PortableRun
    head: PortableRun
    pairs: list[InterpreterPair]
    unmeasured: frozenset[tuple[str, str]] = frozenset()

    @property
    def are_one_run(self) -> bool:
        """Whether a run is compared with itself.

        The same id is not enough, because a journal can be changed.
        """
        return (
            self.baseline.run == self.head.run
            and self.baseline.quantities == self.head.quantities
            and self.baseline.rulings == self.head.rulings
        )

    def other_release(self, name: str) -> InterpreterPair | None:
        """The pair to which an interpreter of this name belongs, if its releases differ."""
        for pair in self.pairs:
            if pair.head.name == name and not pair.is_same_release:
                return pair
        return None


def _filed_as_in_head(baseline: PortableRun, pairs: list[InterpreterPair]) -> PortableRun:
    """The baseline, with each interpreter under the name of the one it is compared with."""
    names = {pair.baseline.name: pair.head.name for pair in pairs}
    # One without a partner must not take a name of the head
    for interpreter in baseline.measured_on:
        taken = interpreter.name in names.values()
        names.setdefault(interpreter.name, interpreter.name + " of the baseline" * taken)
    quantities, rulings = [], []
    for quantity in baseline.quantities:
        quantities.append(msgspec.structs.replace(quantity, target=names[quantity.target]))
    for ruling in baseline.rulings:
        rulings.append(msgspec.structs.replace(ruling, target=names[ruling.target]))
    return msgspec.structs.replace(baseline, quantities=tuple(quantities), rulings=tuple(rulings))


def put_side_by_side(baseline: StoredRun, head: StoredRun, *, across_versions: bool) -> Sides:
    """Pair the interpreters of two runs.

    Raises:
        InputError: The two were planned differently, or their interpreters have no partners.
    """
    _check_same_plan(baseline.portable, head.portable)
    pairs = pair_up(
        baseline.portable.measured_on, head.portable.measured_on, across_versions=across_versions
    )
    filed = _filed_as_in_head(baseline.portable, pairs)
    return Sides(filed, head.portable, pairs, _unmeasured_cases(head.tables))


def _unmeasured_cases(tables: Tables | None) -> frozenset[tuple[str, str]]:
    """The cases that a run had planned and had no time for two launches of; none that failed."""
    if tables is None:
        return frozenset()
    interpreters = interpreters_of(tables.run.targets)
    failed = {failure.item for failure in tables.failures}
    cases = set()
    for planned in tables.run.plan:
        item = planned.item
        if not isinstance(item, Comparison) or item.id in failed:
            continue
        if len(tables.of(item.id)) < 2:
            cases.add((interpreters[item.case.target].name, item.label))
    return frozenset(cases)


def _check_same_plan(baseline: PortableRun, head: PortableRun) -> None:
    if baseline.profile != head.profile:
        raise InputError(
            f"the baseline was measured with --profile {baseline.profile} and the head "
            f"with {head.profile}; measure both with the same"
        )
    if baseline.seed != head.seed:
        raise InputError(
            f"the baseline was measured with --seed {baseline.seed} and the head "
            f"with {head.seed}: other orders; measure both with the same"
        )


def why_not_alike(baseline: StoredRun, head: StoredRun, pairs: list[InterpreterPair]) -> str | None:
    """Why times of the two mean different things; None where hosts and interpreters agree."""
    if baseline.tables is None or head.tables is None:
        return "a portable baseline has none"
    there, here = baseline.tables.run, head.tables.run
    hosts = _differing(of_host(there.host), of_host(here.host))
    builds = _differing(_builds(there, pairs, "baseline"), _builds(here, pairs, "head"))
    reasons = []
    if hosts:
        reasons.append(f"the hosts differ in {', '.join(hosts)}")
    if builds:
        reasons.append(f"the interpreters differ in {', '.join(builds)}")
    return "; ".join(reasons) or None


def _differing(there: dict[str, str], here: dict[str, str]) -> list[str]:
    """``kernel (Linux 6 and Linux 7)`` for each fact that differs; both have the same facts."""
    differing = []
    for name, value in there.items():
        if value != here[name]:
            differing.append(f"{name} ({value} and {here[name]})")
    return differing


def _builds(
    run: Run, pairs: list[InterpreterPair], side: Literal["baseline", "head"]
) -> dict[str, str]:
    """The builds of the interpreters that are compared, by their names in the head."""
    by_name = {}
    for id, interpreter in interpreters_of(run.targets).items():
        by_name[interpreter.name] = of_build(run.target(id))
    return {pair.head.name: by_name[getattr(pair, side).name] for pair in pairs}
