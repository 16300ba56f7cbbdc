"""What ``run.json`` can be; ``journal_rules`` has what the records of the run can be.

A run that breaks a rule was damaged, edited or copied together, and nothing is concluded from it.
"""

from __future__ import annotations

import itertools
from datetime import datetime

import msgspec

from gilbench.model import (
    Case,
    Comparison,
    Experiment,
    PlannedItem,
    Run,
    Target,
    UnknownName,
    one_line,
)
from gilbench.results.observed_calls import check_condition

STATUSES = ("running", "complete", "interrupted", "failed")
SEALED = ("complete", "interrupted")  # what a run says of itself when it has closed its journal
FIRST_YEAR, LAST_YEAR = 1970, 2999  # what is later cannot be added to


class Impossible(ValueError):
    """A run or a record that cannot be; the message says why."""


def check_run(run: Run) -> None:
    """Check what ``run.json`` says by itself.

    Raises:
        Impossible: It cannot be.
    """
    if run.status not in STATUSES:
        raise Impossible(f"its status is {run.status!r} (choose from: {', '.join(STATUSES)})")
    check_time("started_utc", run.started_utc)
    if run.ended_utc is not None:
        check_time("ended_utc", run.ended_utc)
    for resumption in run.resumed:
        check_time("resumed", resumption.utc)
    if run.chained and run.seal is None and run.status in SEALED:
        raise Impossible(f"it is {run.status}, and has no seal")
    host = run.host
    if host.usable_cores > max(1, len(host.affinity)):
        raise Impossible(
            f"it could use {host.usable_cores} cores, and may run on {len(host.affinity)}"
        )
    if not run.targets:
        raise Impossible("it has no targets")
    targets = {target.id: target for target in run.targets}
    if len(targets) != len(run.targets):
        raise Impossible("two of its targets have the same id")
    seen: set[str] = set()
    for planned in run.plan:
        if planned.item.id in seen:
            raise Impossible(f"it plans {planned.item.id} twice")
        seen.add(planned.item.id)
        _check_planned(planned, targets)


def _check_planned(planned: PlannedItem, targets: dict[str, Target]) -> None:
    """Check one item of the plan.

    Raises:
        Impossible: It cannot be measured so.
    """
    item, looks = planned.item, planned.effort.looks
    rising = all(earlier < later for earlier, later in itertools.pairwise(looks))
    if not looks or looks[0] < 1 or not rising:
        raise Impossible(f"the interim analyses of {item.id} are after {list(looks)} launches")
    for id in planned.targets:
        if id not in targets:
            raise Impossible(f"{item.id} needs the target {id}, which it does not have")
    if isinstance(item, Experiment):
        _check_conditions(item)
    if isinstance(item, Comparison):
        for case in (item.case, item.reference):
            _check_described(case, targets[case.target])


def _check_conditions(experiment: Experiment) -> None:
    if not experiment.conditions:
        raise Impossible(f"{experiment.id} has no conditions")
    for condition in experiment.conditions:
        try:
            check_condition(experiment.probe, condition)
        except msgspec.ValidationError as error:
            raise Impossible(
                f"{experiment.id} has a condition that cannot be: {one_line(str(error))}"
            ) from None


def _check_described(case: Case, target: Target) -> None:
    """Check that a target can run a case that is planned on it."""
    try:
        target.workload(case.workload)
        target.strategy(case.strategy)
    except UnknownName as error:
        raise Impossible(f"{target.id} has nothing called {one_line(str(error))}") from None


def check_time(name: str, text: str) -> None:
    """Check that a text is a time with its zone.

    Raises:
        Impossible: It is not.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Impossible(f"{name} is {one_line(text)!r}, which is no time") from None
    if moment.tzinfo is None:
        raise Impossible(f"{name} is {text!r}, which has no time zone")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Impossible(f"{name} is {text!r}, a year that no clock shows")
