"""What ``gilbench list`` prints: names with summaries, what claims need, and the targets found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gilbench.claims.claim import Question
from gilbench.claims.questions import ask_claims
from gilbench.measure.host import inspect
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.measure.targets.interpreters import environments_here
from gilbench.model import ChannelInfo, ProbeInfo, StrategyInfo, Target, WorkloadInfo
from gilbench.run.added_workloads import with_plugin_workloads
from gilbench.run.compose import Request, compose
from gilbench.run.run_plan import RunPlan

LISTED = (
    "implementation",
    "version",
    "compiler",
    "free_threaded_build",
    "gil_enabled",
    "debug_build",
    "optimised_build",
    "lto_build",
    "jit_build",
    "jit_enabled",
    "start_method",
    "start_methods",
)


def catalogue(kinds: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What there is here of each kind, with no interpreter started that it does not need.

    Args:
        kinds: Among "workloads", "strategies", "channels", "probes", "claims" and "targets". The
            default interpreter answers for all of them; "targets" alone asks every interpreter of
            this machine.

    Returns:
        Kind → name → a summary, or for claims and targets an object.
    """
    if list(kinds) == ["targets"]:
        return {"targets": every_target()}
    listed: dict[str, dict[str, Any]] = {}
    with Session(seed=0) as session:
        if "claims" in kinds:
            plan = compose(Request("standard"), session, inspect(busy_sample_s=0))
            (target,) = plan.targets
            listed["claims"] = claims_of(plan)
        else:
            loaded, _ = loading.load_targets([], session.target_bundle)
            (target,) = with_plugin_workloads(loaded, session)
    for kind in kinds:
        if kind not in listed:
            listed[kind] = _of_target(target, kind)
    return {kind: listed[kind] for kind in kinds}


def _of_target(target: Target, kind: str) -> dict[str, Any]:
    """What the default target has of a kind."""
    if kind == "targets":
        return {target.id: _in_catalogue(target)}
    if kind == "workloads":
        return {entry.name: _with_package(entry) for entry in target.description.workloads}
    return {entry.name: entry.summary for entry in getattr(target.description, kind)}


def _with_package(workload: WorkloadInfo) -> str:
    """The summary of a workload, with the package where that is not gilbench."""
    return workload.summary + (f" (of {workload.package})" if workload.package else "")


def claims_of(plan: RunPlan) -> dict[str, dict[str, Any]]:
    """What each claim states, the items that it needs here, and the seconds these take."""
    planned_items = {planned.item.id: planned for planned in plan.items}
    entries: dict[str, dict[str, Any]] = {}
    for claim_on_target in ask_claims(plan.targets, plan.host):
        claim, question = claim_on_target.claim, claim_on_target.question
        entry: dict[str, Any] = {"statement": claim.statement, "family": claim.family}
        if isinstance(question, Question):
            about_s = sum(plan.expected_s(planned_items[item.id]) for item in question.items)
            entry |= {
                "needs": [item.label for item in question.items],
                "about_s": math.ceil(about_s),
            }
        else:
            entry |= {"needs": [], "about_s": 0, "not_applicable": question.reason}
        entries[claim.id] = entry
    return entries


def every_target() -> dict[str, dict[str, Any]]:
    """Every interpreter of this machine by the id that it would have.

    Each says what it is, what it can run, and what it cannot run, with the reason. One that cannot
    be measured is listed by its executable, with why it is ``broken``; so are environments in the
    current folder, which are not asked.
    """
    with Session(seed=0) as session:
        usable, problems = loading.survey_targets(session.target_bundle)
    for executable in environments_here():
        problems[executable] = f"it is not started unless you name it: --python {executable}"
    broken = {
        executable: {"executable": executable, "broken": why}
        for executable, why in problems.items()
    }
    return {target.id: _in_catalogue(target) for target in usable} | broken


def _in_catalogue(target: Target) -> dict[str, Any]:
    """What a target is, what it can run, and what it cannot run, with the reason."""
    description = target.description
    offered: dict[str, Sequence[StrategyInfo | ProbeInfo | ChannelInfo]] = {
        "strategies": description.strategies,
        "probes": description.probes,
        "channels": description.channels,
    }
    runs: dict[str, list[str]] = {}
    cannot: dict[str, str] = {}
    for kind, entries in offered.items():
        runs[kind] = []
        for entry in entries:
            if entry.missing:
                cannot[entry.name] = entry.missing
            else:
                runs[kind].append(entry.name)
    facts = {key: getattr(description, key) for key in LISTED}
    return {"executable": target.executable, **facts, "runs": runs, "cannot": cannot}
