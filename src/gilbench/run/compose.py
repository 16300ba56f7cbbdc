"""Puts a run together before anything is measured: its items, and how long they will take."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gilbench.claims.aa_controls import controls_of
from gilbench.claims.claim import NotApplicable, Setting
from gilbench.claims.questions import ask_claims, wanted_items
from gilbench.claims.registry import find_claims
from gilbench.experiments.report_only import report_only
from gilbench.measure.host import inspect
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import (
    Case,
    Comparison,
    Effort,
    Experiment,
    Host,
    InputError,
    PlannedItem,
    Target,
    target_with_id,
    unknown_name,
)
from gilbench.plan.amounts import scaled_to
from gilbench.plan.comparisons import TASKS_AT_LEAST
from gilbench.plan.matrix import EVERYTHING, Filters, cross_target_matrix, matrix
from gilbench.plan.profiles import (
    PROFILES,
    Profile,
    effort_for,
    expected_s,
    without_interim_analyses,
)
from gilbench.run import long_calls
from gilbench.run.added_workloads import (
    as_users_have_them,
    with_plugin_workloads,
    with_user_functions,
)

IO_TASK_S = 0.007  # for estimates of time: an I/O task with its delay


@dataclass(frozen=True)
class Request:
    """What the user wants measured.

    Attributes:
        profile: Name of a profile.
        pythons: Specs of targets; empty for the interpreter that runs gilbench, and for functions
            of the user for that of the active environment.
        filters: What the run is narrowed to.
        seed: Decides every random order.
    """

    profile: str = "quick"
    pythons: tuple[str, ...] = ()
    filters: Filters = EVERYTHING
    seed: int = 0


@dataclass(frozen=True)
class RunPlan:
    """A run put together, before anything is measured.

    Attributes:
        profile: How thorough the run is.
        host: The machine as it is now.
        targets: The interpreters under test, not yet calibrated.
        items: What is measured.
        claims: Ids of the claims that the run is narrowed to; empty for all of them.
        problems: A line for each target that was asked for and cannot be measured.
        notes: A line for each target that is measured otherwise than it was asked for.
        watched_on: Id of the target whose sentinel samples the host's speed around every launch;
            None for no sentinel.
    """

    profile: Profile
    host: Host
    targets: tuple[Target, ...]
    items: tuple[PlannedItem, ...]
    claims: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    watched_on: str | None = None

    def workload_kind(self, case: Case) -> str:
        """The kind that the case's target gives the workload: "cpu" or "io"."""
        return self._target(case).workload(case.workload).kind

    def _target(self, case: Case) -> Target:
        return target_with_id(self.targets, case.target)

    def _user_task_s(self, case: Case) -> float:
        """Seconds that a task of a user function takes, once it is calibrated.

        0 for any other workload.
        """
        workload = self._target(case).workload(case.workload)
        if workload.own is None:
            return 0.0
        calibrated_s = self.profile.round_s(self.host.usable_cores) / TASKS_AT_LEAST
        return max(workload.task_s or 0.0, calibrated_s if workload.size_step else 0.0)

    def expected_s(self, planned: PlannedItem) -> float:
        """About how many seconds an item takes up to its first interim analysis."""
        item = planned.item
        if isinstance(item, Experiment):
            return expected_s(planned, 0.0)
        if task_s := self._user_task_s(item.case):
            warms_up = not self._target(item.case).workload(item.case.workload).takes_long
            return expected_s(planned, 2 * task_s * item.tasks, warms_up=warms_up)
        if self.workload_kind(item.case) == "cpu":
            serial_s = self.profile.round_s(self.host.usable_cores)
            return expected_s(planned, 2 * serial_s * item.tasks / TASKS_AT_LEAST)
        return expected_s(planned, IO_TASK_S * item.tasks * (1 + 1 / item.case.workers))

    def launch_s(self, planned: PlannedItem) -> float:
        """About how many seconds a launch of an item takes."""
        return self.expected_s(planned) / planned.effort.looks[0]

    @cached_property
    def long_calls_s(self) -> float:
        """About how many seconds it takes to measure the calls of users that take long."""
        long = [each for each in self.items if long_calls.long_call(each, self.targets)]
        return sum(map(self.expected_s, long))

    @cached_property
    def budget_s(self) -> float:
        """Seconds of measuring: those of the profile, or what long calls need at least."""
        return max(self.profile.budget_s * len(self.targets), long_calls.MARGIN * self.long_calls_s)


def compose(request: Request, session: Session, host: Host | None = None) -> RunPlan:
    """Ask the targets what they can run, and lay out the run.

    The same request gives the same plan on the same host.

    Args:
        request: What the user wants measured.
        session: Has the target bundle.
        host: The machine; None to inspect it, which takes a third of a second.

    Raises:
        InputError: Something has no such name, no target can be measured, or nothing is left to
            measure.
    """
    profile = PROFILES.get(request.profile)
    if profile is None:
        raise unknown_name("profile", request.profile, PROFILES)
    if host is None:
        session.doing("looking at the host")
        host = inspect(meanwhile=_import_analyses)
    filters = request.filters
    if filters == EVERYTHING:
        filters = replace(filters, claims=profile.claims)
    claims = find_claims(filters.claims)
    session.doing("asking the interpreters what they can run")
    pythons = as_users_have_them(request.pythons, filters)
    targets, problems = loading.load_targets(pythons, session.target_bundle)
    targets = with_plugin_workloads(targets, session)
    targets, filters = with_user_functions(targets, filters, session, like_python=True)
    items = _items(profile, host, targets, filters)
    if not items:
        raise InputError(_nothing_left(targets, host, filters))
    claim_ids = tuple(claim.id for claim in claims)
    plan = RunPlan(profile, host, targets, items, claims=claim_ids, problems=problems)
    plan = replace(
        plan,
        items=long_calls.fitted(
            plan.items,
            targets,
            filters,
            host.usable_cores,
            plan.profile.budget_s * len(targets),
            plan.launch_s,
        ),
    )
    long_words = long_calls.in_words(plan.items, targets, plan.long_calls_s)
    notes = [*session.notes, long_words] if long_words else session.notes
    return replace(plan, notes=tuple(notes))


def _import_analyses() -> None:
    """Import what takes half a second and is needed once there are launches to analyse."""
    for name in ("gilbench.results.frames", "scipy.special", "pytest"):
        importlib.import_module(name)


def _items(
    profile: Profile, host: Host, targets: Sequence[Target], filters: Filters
) -> tuple[PlannedItem, ...]:
    """What the matrix, the report and the claims need, each item once.

    An item that a claim needs, or that measures a user function, gets the effort of a claim. A run
    narrowed to claims has only what they need and the A/A controls of that.
    """
    wanted = wanted_items(targets, host, filters.claims, to_decide=profile.levels == "none")
    needed = [entry.item for entry in wanted.values() if filters.admit(entry.item)]
    surveyed: list[Comparison | Experiment] = []
    for target in targets:
        surveyed += matrix(target, profile, host.usable_cores, filters)  # refuses unknown names
    if filters.claims:
        surveyed.clear()
    if profile.levels != "none" and (not filters.strategies or "serial" in filters.strategies):
        surveyed += controls_of(needed, targets)
    if not filters.claims:
        surveyed += filter(filters.admit, _report_only(targets))
        surveyed += filter(filters.admit, _across_targets(targets, host))
    items = {item.id: item for item in surveyed}
    for item in needed:
        items[item.id] = scaled_to(item, profile) if isinstance(item, Experiment) else item
    planned = []
    for item in items.values():
        claims = wanted[item.id].claims if item.id in wanted else ()
        effort = _effort(item, profile, host, targets, claimed=bool(claims))
        planned.append(PlannedItem(item, effort, claims))
    return tuple(planned)


def _report_only(targets: Sequence[Target]) -> Iterator[Experiment]:
    for target in targets:
        yield from report_only(target)


def _effort(
    item: Comparison | Experiment,
    profile: Profile,
    host: Host,
    targets: Sequence[Target],
    *,
    claimed: bool,
) -> Effort:
    """How much is measured of an item; a user function is measured like what a claim needs."""
    if isinstance(item, Experiment):
        return effort_for(item, profile, host.usable_cores, claimed=claimed)
    target = target_with_id(targets, item.case.target)
    workload = target.workload(item.case.workload)
    is_of_user = workload.own is not None
    effort = effort_for(
        item,
        profile,
        host.usable_cores,
        claimed=claimed or is_of_user,
        waits=workload.kind == "io",
        task_s=(workload.task_s or 0.0) if is_of_user else 0.0,
    )
    return without_interim_analyses(effort) if is_of_user else effort


def _across_targets(targets: Sequence[Target], host: Host) -> Iterator[Comparison]:
    """Each later target compared with the first, and each without the GIL with its counterpart.

    The counterpart has the GIL and differs in nothing else. I/O-bound work does not depend on the
    GIL, so these two are compared on CPU-bound work only.
    """
    for target in targets[1:]:
        yield from cross_target_matrix(target, targets[0], host.usable_cores)
    for target in targets:
        others = tuple(other for other in targets if other.id != target.id)
        counterpart = Setting(target, host, others).with_gil
        if not target.gil_enabled and counterpart is not None and counterpart.id != targets[0].id:
            yield from cross_target_matrix(target, counterpart, host.usable_cores, kinds=("cpu",))


def _nothing_left(targets: Sequence[Target], host: Host, filters: Filters) -> str:
    """Why nothing is measured, in a line."""
    if filters.claims:
        for entry in ask_claims(targets, host, only=filters.claims):
            if isinstance(entry.question, NotApplicable):
                return f"{entry.claim.id} does not apply here: {entry.question.reason}"
    return "nothing is left to measure; give fewer of --workload, --strategy, --workers and --claim"


def size_tasks(plan: RunPlan, session: Session) -> tuple[Target, ...]:
    """Size the tasks of the CPU workloads that are measured, on each target of a reference.

    The session gets all targets.
    """
    aim_ns = int(plan.profile.round_s(plan.host.usable_cores) * 1e9 / TASKS_AT_LEAST)
    sized_on: dict[str, set[str]] = {}
    for planned in plan.items:
        if isinstance(planned.item, Comparison):
            reference = planned.item.reference
            sized_on.setdefault(reference.target, set()).add(reference.workload)
    for target in plan.targets:
        if target.id not in sized_on:
            session.targets[target.id] = target
            continue
        session.doing(f"sizing the tasks on {target.id}")
        session.targets[target.id], failures = loading.size_tasks(
            target, session.target_bundle, aim_ns, sized_on[target.id]
        )
        for workload, reason in failures.items():
            session.unsized[target.id, workload] = reason
    return tuple(session.targets.values())
