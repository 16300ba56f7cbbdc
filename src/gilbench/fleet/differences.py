"""What differs between hosts before they measure: what must be the same, and what may differ."""

from __future__ import annotations

from gilbench.model import one_line
from gilbench.model.fleets import HostFacts, PlanFacts

MUST_AGREE = {
    "gilbench": "gilbench is",
    "target_code": "the code that launches run is",
}


def why_refused(host: HostFacts, gilbench: str, target_code: str) -> str:
    """What of a host is not as it is at the coordinator, in a line; empty for nothing.

    Args:
        host: What the host said of itself.
        gilbench: The version of gilbench here.
        target_code: The digest of the code that launches run, as it is here.
    """
    here = {"gilbench": gilbench, "target_code": target_code}
    for name, what in MUST_AGREE.items():
        there = getattr(host, name)
        if there != here[name]:
            return (
                f"{what} {there} there and {here[name]} here; "
                f"install the same there: pip install 'gilbench[fleet]=={gilbench}'"
            )
    return ""


def why_plan_refused(plan: PlanFacts, first: PlanFacts) -> str:
    """Why what a host would measure is not comparable with the first host's; empty if it is."""
    if plan.functions != first.functions:
        return (
            f"it has {', '.join(plan.functions) or 'no function'} and the first host "
            f"{', '.join(first.functions) or 'none'}; copy the same files to every host"
        )
    if _sets_the_plan(plan) == _sets_the_plan(first) and plan.digest != first.digest:
        return (
            f"its plan has {plan.items} items and digest {plan.digest}, the first host's "
            f"{first.items} and {first.digest}, with the same interpreters and cores; "
            "install the same plugins on every host"
        )
    return ""


def _sets_the_plan(plan: PlanFacts) -> tuple[object, ...]:
    return plan.targets, plan.usable_cores


def what_differs(
    host: HostFacts, plan: PlanFacts, first: HostFacts, first_plan: PlanFacts, first_name: str
) -> tuple[str, ...]:
    """What may differ between a host and the first one, and does, one line each."""
    pairs = (
        ("interpreters are", ", ".join(plan.targets), ", ".join(first_plan.targets)),
        ("usable cores are", str(plan.usable_cores), str(first_plan.usable_cores)),
        ("items planned are", str(plan.items), str(first_plan.items)),
        ("gilbench there runs on", host.python, first.python),
        ("distributed is", host.distributed, first.distributed),
    )
    notes = []
    for what, there, at_first in pairs:
        if there != at_first:
            notes.append(one_line(f"its {what} {there}, on {first_name} {at_first}"))
    return tuple(notes)
