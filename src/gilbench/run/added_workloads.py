"""Adds workloads to the targets of a run: those of other packages, and functions of the user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gilbench.measure.session import Session
from gilbench.measure.targets import (
    calls,
    loading,
    plugin_workloads,
    user_functions,
    user_trials,
)
from gilbench.measure.targets.user_functions import UserWorkload
from gilbench.model import InputError, Target, one_line
from gilbench.plan.matrix import Filters


def with_plugin_workloads(targets: Sequence[Target], session: Session) -> tuple[Target, ...]:
    """The targets with the workloads of other packages that all of them can run."""
    installed = plugin_workloads.install(session.target_bundle)
    if installed:
        session.doing("trying the workloads of other packages")
    return plugin_workloads.admit(installed, targets, session.target_bundle)


def as_users_have_them(pythons: Sequence[str], filters: Filters) -> Sequence[str]:
    """The targets that are asked for; with their installed packages where functions are measured.

    Without any it is the interpreter of the active environment then.
    """
    named = [user_functions.is_user_function(name, filters.call) for name in filters.workloads]
    if not any(named):
        return pythons
    return [calls.with_packages(text) for text in pythons or [calls.active_python()]]


def with_user_functions(
    targets: tuple[Target, ...], filters: Filters, session: Session, *, like_python: bool = False
) -> tuple[tuple[Target, ...], Filters]:
    """The targets with the user functions that the filters name as workloads.

    Args:
        targets: Where they are tried.
        filters: What is measured.
        session: Has the target bundle.
        like_python: Whether they import from where the user's own Python would, before installed
            packages. A check compares what is installed.

    Returns:
        The targets, and the filters with the names that these workloads have there.

    Raises:
        InputError: A function cannot be found or measured, or arguments are given for several.
    """
    call = filters.call
    specs = [name for name in filters.workloads if user_functions.is_user_function(name, call)]
    if call is not None and len(specs) != 1:
        raise InputError(
            "-s, --args, --kwargs and --setup are those of one statement or function of yours; "
            "give one --workload: STATEMENT with -s, or else FILE.py:FUNCTION"
        )
    if not specs:
        return targets, filters
    workloads = [
        user_functions.find_user_workload(spec, call, same_result=filters.same_result)
        for spec in specs
    ]
    placed = user_functions.install(workloads, session.target_bundle, like_python=like_python)
    for workload in placed:
        session.doing(f"trying {one_line(workload.spec)}")
    with_functions = tuple(_admitted(target, placed, session) for target in targets)
    registered = [name for name in filters.workloads if name not in specs]
    names = (*registered, *(workload.name for workload in placed))
    return with_functions, replace(filters, workloads=names)


def _admitted(target: Target, functions: Sequence[UserWorkload], session: Session) -> Target:
    """A target with user functions; it spawns processes where forking after a call would hang.

    Of a long call that shows when it is measured.
    """
    admitted = user_trials.admit(functions, target, session.target_bundle)
    quick = [each for each in functions if not admitted.workload(each.name).takes_long]
    why_no_fork = user_trials.why_no_fork(quick, admitted, session.target_bundle)
    if why_no_fork is None:
        return admitted
    session.notes.append(f"{why_no_fork}; {target.id} is measured with start-method=spawn")
    spawning = loading.load_spawning(target, session.target_bundle)
    return user_trials.admit(functions, spawning, session.target_bundle)
