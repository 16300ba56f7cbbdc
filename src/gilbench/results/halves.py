"""What the plan and the targets of a run say of the rounds of each comparison."""

from __future__ import annotations

from dataclasses import dataclass

from gilbench.model import Comparison, Run

CHECK = "check"  # the profile of runs that compare two sides
ROLES = ("case", "reference")


@dataclass(frozen=True)
class HalfRules:
    """What the rounds of one half of a comparison's pairs, its case or its reference, agree with.

    Attributes:
        target: The id of the target that runs them.
        gil: Whether the GIL of that target is enabled.
        tasks: How many tasks a counted round has.
        most_pairs: How many pairs a launch may have.
        checksums: The results of this work by its number of tasks; halves of the same work share
            them.
    """

    target: str
    gil: bool
    tasks: int
    most_pairs: int
    checksums: dict[int, int]


def half_rules(run: Run) -> dict[tuple[str, str], HalfRules]:
    """The rules for both halves of every comparison, by item and role.

    They are made once, since a journal may have a million rounds.
    """
    targets = {target.id: target for target in run.targets}
    checksums: dict[tuple[str, str, int | None], dict[int, int]] = {}
    rules = {}
    for planned in run.plan:
        item = planned.item
        if not isinstance(item, Comparison):
            continue
        for role, case in zip(ROLES, (item.case, item.reference), strict=True):
            size = targets[item.reference.target].sizes.get(case.workload)
            # In a check head may have other code than baseline.
            side = case.target if run.profile == CHECK else ""
            rules[item.id, role] = HalfRules(
                target=case.target,
                gil=targets[case.target].gil_enabled,
                tasks=item.tasks,
                most_pairs=planned.effort.longest_launch,
                checksums=checksums.setdefault((side, case.workload, size), {}),
            )
    return rules
