"""Says in JSON what a request would measure on this host, and measures nothing."""

from __future__ import annotations

import hashlib
import sys

import msgspec

from gilbench.claims.registry import find_claims
from gilbench.measure.session import Session
from gilbench.measure.targets.user_functions import is_user_function
from gilbench.model import InputError, Target, UserFunction, unknown_name
from gilbench.model.fleets import PlanFacts
from gilbench.plan.profiles import PROFILES
from gilbench.results.files import DAMAGED, damage
from gilbench.run.compose import Request, compose
from gilbench.run.run_plan import RunPlan


def plan_facts(plan: RunPlan) -> PlanFacts:
    """What is planned, so that two hosts can be compared."""
    encoded = msgspec.json.encode(plan.items, order="deterministic")
    functions = []
    for target in plan.targets:
        functions += [_function(workload.own) for workload in target.user_workloads if workload.own]
    return PlanFacts(
        digest=hashlib.sha256(encoded).hexdigest()[:12],
        items=len(plan.items),
        targets=tuple(_interpreter(target) for target in plan.targets),
        functions=tuple(dict.fromkeys(functions)),
        usable_cores=plan.host.usable_cores,
    )


def _interpreter(target: Target) -> str:
    built = target.description
    settings = f", {target.settings}" if str(target.settings) else ""
    return f"{built.implementation} {built.version}{settings}"


def _function(own: UserFunction) -> str:
    return f"{own.spec} ({(own.sha256 or 'a module')[:12]})"


def words_of(request: Request) -> tuple[str, ...]:
    """The options of ``gilbench run`` that mean a request."""
    filters = request.filters
    words = ["--profile", request.profile, "--seed", str(request.seed)]
    for workload in filters.workloads:
        if not is_user_function(workload, filters.call):
            words += ["--workload", workload]
    for strategy in filters.strategies:
        words += ["--strategy", strategy]
    for workers in filters.workers:
        words += ["--workers", str(workers)]
    for claim in filters.claims:
        words += ["--claim", claim]
    words += ["--force-workers"] if filters.force_workers else []
    words += ["--same-result"] if filters.same_result else []
    return (*words, *words_to_name_again(request))


def words_to_name_again(request: Request) -> tuple[str, ...]:
    """Those of the options that name an interpreter or code, which a resumed run needs too."""
    words = []
    for python in request.pythons:
        words += ["--python", python]
    for workload in request.filters.workloads:
        if is_user_function(workload, request.filters.call):
            words += ["--workload", workload]
    call = request.filters.call
    words += call.options if call is not None else []
    return tuple(words)


def check_names(request: Request) -> None:
    """Check the names that are the same everywhere, before any host is asked.

    Raises:
        InputError: There is no such profile or claim.
    """
    if request.profile not in PROFILES:
        raise unknown_name("profile", request.profile, PROFILES)
    find_claims(request.filters.claims)


def main() -> int:
    """Print the plan of the request on standard input; returns the exit code."""
    try:
        request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
        with Session(request.seed) as session:
            facts = plan_facts(compose(request, session))
    except DAMAGED as error:
        print(f"gilbench: it is no request ({damage(error)})", file=sys.stderr)
        return 2
    except InputError as error:
        print(f"gilbench: {error}", file=sys.stderr)
        return 2
    print(msgspec.json.encode(facts).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
