"""Puts a run together before anything is measured: what the matrix and the claims want, and how long it will take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gilbench.claims.asking import ask_claims, wanted_items
from gilbench.claims.claim import NotApplicable, Setting
from gilbench.claims.registry import find_claims
from gilbench.experiments.report_only import report_only
from gilbench.measure.host import inspect
from gilbench.measure.session import Session
from gilbench.measure.targets import loading, user_functions
from gilbench.model import Case, Comparison, Experiment, Host, InputError, PlannedItem, Run, Target, unknown_name
from gilbench.plan.amounts import scaled_to
from gilbench.plan.comparisons import TASKS_AT_LEAST
from gilbench.plan.matrix import EVERYTHING, Filters, cross_target_matrix, matrix
from gilbench.plan.profiles import PROFILES, Profile, effort_for, expected_s

if TYPE_CHECKING:  # judging needs scipy and pandas, which take long to import, and planning does not
    from gilbench.run.stopping import StoppingPolicy

IO_TASK_S = 0.007  # what an I/O task takes, delay and all: for estimates of time left only


@dataclass(frozen=True)
class Request:
    """What the user asked to have measured."""

    profile: str = "quick"
    pythons: tuple[str, ...] = ()
    filters: Filters = EVERYTHING
    seed: int = 0


def _claims_policy(run: Run) -> StoppingPolicy:
    from gilbench.run.stopping import ClaimsPolicy

    return ClaimsPolicy(run)


@dataclass(frozen=True)
class RunPlan:
    """A run put together, before anything is measured.

    Attributes:
        profile: How thorough the run is.
        host: The machine as it is now.
        targets: The interpreters under test, not yet calibrated.
        items: What is measured.
        policy: Makes, from the run once it has begun, the policy that stops items.
        claims: Ids of the claims that the run is narrowed to; empty for all of them.
        problems: A line for each target that was asked for and cannot be measured.
        watched_on: Id of the target whose sentinel samples the host's speed around every launch; None for no sentinel.
    """

    profile: Profile
    host: Host
    targets: tuple[Target, ...]
    items: tuple[PlannedItem, ...]
    policy: Callable[[Run], StoppingPolicy] = _claims_policy
    claims: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    watched_on: str | None = None

    def workload_kind(self, case: Case) -> str:
        """ "cpu" or "io", as the case's target says."""
        target = next(target for target in self.targets if target.id == case.target)
        return target.workload(case.workload).kind

    def _own_task_s(self, case: Case) -> float:
        """What a task of the user's own takes, once it is calibrated; 0 for a workload that is not the user's."""
        entry = next(target for target in self.targets if target.id == case.target).workload(case.workload)
        usual_s = self.profile.round_s_per_core * self.host.usable_cores / TASKS_AT_LEAST
        return max(entry.task_s or 0.0, usual_s if entry.size_step else 0.0) if entry.own else 0.0

    def expected_s(self, planned: PlannedItem) -> float:
        """About how long an item takes up to its first look."""
        item = planned.item
        if isinstance(item, Experiment):
            return expected_s(planned, 0.0)
        if task_s := self._own_task_s(item.case):
            return expected_s(planned, 2 * task_s * item.tasks)
        if self.workload_kind(item.case) == "cpu":
            serial_s = self.profile.round_s_per_core * self.host.usable_cores
            return expected_s(planned, 2 * serial_s * item.tasks / TASKS_AT_LEAST)
        return expected_s(planned, IO_TASK_S * item.tasks * (1 + 1 / item.case.workers))


def compose(request: Request, session: Session, host: Host | None = None) -> RunPlan:
    """Ask the targets what they can run and lay out the run; the same request gives the same plan on the same host.

    The host is looked at, for a third of a second, unless it is handed in.
    """
    profile = PROFILES.get(request.profile)
    if profile is None:
        raise unknown_name("profile", request.profile, PROFILES)
    if host is None:
        session.doing("looking at the host")
        host = inspect()
    claims = find_claims(request.filters.claims)
    session.doing("asking the interpreters what they can run")
    found, problems = loading.load_targets(request.pythons, session.target_bundle)
    found, filters = with_own(found, request.filters, session)
    items = _items(profile, host, found, filters)
    if not items:
        raise InputError(_nothing_left(found, host, filters))
    claim_ids = tuple(claim.id for claim in claims)
    return RunPlan(profile, host, found, items, claims=claim_ids, problems=problems)


def with_own(found: tuple[Target, ...], filters: Filters, session: Session) -> tuple[tuple[Target, ...], Filters]:
    """The targets with the workloads of the user's own that the filters name, and the filters with their names."""
    specs = [name for name in filters.workloads if user_functions.is_user_function(name)]
    if not specs:
        return found, filters
    workloads = [user_functions.find_user_workload(spec) for spec in specs]
    placed = user_functions.install(workloads, session.target_bundle)
    for workload in placed:
        session.doing(f"trying {workload.spec}")
    registered = [name for name in filters.workloads if name not in specs]
    names = (*registered, *(workload.name for workload in placed))
    tried = tuple(user_functions.admit(placed, target, session.target_bundle) for target in found)
    return tried, replace(filters, workloads=names)


def _items(profile: Profile, host: Host, found: Iterable[Target], filters: Filters) -> tuple[PlannedItem, ...]:
    """The matrix, then what claims want beyond it; whatever a claim asks for gets the effort of a claim. Narrowed to
    claims, only what they want and the controls of that."""
    found = tuple(found)
    wanted = wanted_items(found, host, filters.claims)
    items: dict[str, Comparison | Experiment] = {}
    for target in found:
        for comparison in matrix(target, profile, host.usable_cores, filters):
            if not filters.claims or _controls(comparison, [item for item, _ in wanted.values()]):
                items[comparison.id] = comparison
    for target in found if not filters.claims else ():
        items.update((item.id, item) for item in report_only(target) if filters.admit(item))
    for comparison in _between(found, host) if not filters.claims else ():
        if filters.admit(comparison):
            items[comparison.id] = comparison
    for item_id, (item, _) in wanted.items():
        if filters.admit(item):
            items[item_id] = scaled_to(item, profile) if isinstance(item, Experiment) else item
    owned = {workload.name for target in found for workload in target.user_workloads}
    return tuple(
        PlannedItem(
            item,
            effort_for(item, profile, claimed=item_id in wanted or _is_of(item, owned)),
            wanted.get(item_id, (item, ()))[1],
        )
        for item_id, item in items.items()
    )


def _is_of(item: Comparison | Experiment, workloads: set[str]) -> bool:
    return isinstance(item, Comparison) and item.case.workload in workloads


def _between(found: Sequence[Target], host: Host) -> Iterator[Comparison]:
    """Each later target against the first, and each without the GIL against the one that differs in nothing else: what
    waits does so on both, so computing only."""
    for target in found[1:]:
        yield from cross_target_matrix(target, found[0], host.usable_cores)
    for target in found:
        counterpart = Setting(target, host, tuple(other for other in found if other.id != target.id)).with_gil
        if not target.gil_enabled and counterpart is not None and counterpart.id != found[0].id:
            yield from cross_target_matrix(target, counterpart, host.usable_cores, kinds=("cpu",))


def _controls(comparison: Comparison, wanted: Iterable[Comparison | Experiment]) -> bool:
    """Whether a comparison is serial code with itself, of a workload that something wanted is about."""
    case = comparison.case
    timed = {(item.case.workload, item.case.target) for item in wanted if isinstance(item, Comparison)}
    return case == comparison.reference and (case.workload, case.target) in timed


def _nothing_left(found: Sequence[Target], host: Host, filters: Filters) -> str:
    for asked in ask_claims(found, host, only=filters.claims) if filters.claims else ():
        if isinstance(asked.question, NotApplicable):
            return f"{asked.claim.id} does not apply here: {asked.question.reason}"
    return "nothing is left to measure; give fewer of --workload, --strategy, --workers and --claim"


def size_tasks(plan: RunPlan, session: Session) -> tuple[Target, ...]:
    """Size the CPU workloads on each target that anything is sized on, and hand the targets to the session."""
    aim_ns = int(plan.profile.round_s_per_core * plan.host.usable_cores * 1e9 / TASKS_AT_LEAST)
    sized_on = {one.item.reference.target for one in plan.items if isinstance(one.item, Comparison)}
    for target in plan.targets:
        if target.id not in sized_on:
            session.targets[target.id] = target
            continue
        session.doing(f"sizing the tasks on {target.id}")
        session.targets[target.id], failures = loading.size_tasks(target, session.target_bundle, aim_ns)
        session.unsized.update({(target.id, workload): why for workload, why in failures.items()})
    return tuple(session.targets.values())
