"""Puts a run together before anything is measured: its items, and how long they will take."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gilbench.claims.aa_controls import controls_of
from gilbench.claims.claim import NotApplicable, Setting
from gilbench.claims.questions import ask_claims, wanted_items
from gilbench.claims.registry import find_claims
from gilbench.experiments.report_only import report_only
from gilbench.measure.host import inspect
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import (
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
    without_interim_analyses,
)
from gilbench.run import long_calls
from gilbench.run.added_workloads import (
    as_users_have_them,
    with_plugin_workloads,
    with_user_functions,
)
from gilbench.run.run_plan import RunPlan


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
    plan = long_calls.fitted(plan, filters)
    long_words = long_calls.in_words(plan)
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
    items: dict[str, Comparison | Experiment] = {}
    for item in _surveyed(profile, host, targets, filters, needed):
        items[item.id] = item
    for item in needed:
        items[item.id] = scaled_to(item, profile) if isinstance(item, Experiment) else item
    planned = []
    for item in items.values():
        claims = wanted[item.id].claims if item.id in wanted else ()
        effort = _effort(item, profile, host, targets, claimed=bool(claims))
        planned.append(PlannedItem(item, effort, claims))
    return tuple(planned)


def _surveyed(
    profile: Profile,
    host: Host,
    targets: Sequence[Target],
    filters: Filters,
    needed: Sequence[Comparison | Experiment],
) -> Iterator[Comparison | Experiment]:
    """What is measured besides what claims need; of a run narrowed to claims the controls only."""
    in_matrix: list[Comparison] = []
    for target in targets:
        in_matrix += matrix(target, profile, host.usable_cores, filters)  # refuses unknown names
    if not filters.claims:
        yield from in_matrix
    if profile.levels != "none" and (not filters.strategies or "serial" in filters.strategies):
        yield from controls_of(needed, targets)
    if not filters.claims:
        yield from filter(filters.admit, _report_only(targets))
        yield from filter(filters.admit, _across_targets(targets, host))


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
