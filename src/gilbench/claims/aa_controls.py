"""A/A controls: serial code paired with itself must measure 1, or its workload proves nothing."""

from __future__ import annotations

from collections.abc import Iterable

from gilbench.claims.quantities import speedup
from gilbench.model import Comparison, Experiment, Target
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables

# Both halves of these pairs run the same code, in random order, so a significant difference of this
# size comes from the measurement itself. Claims about speed have margins of 2 % and more, most of
# 15 %.
SAME = 1.05


def broken_controls(tables: Tables, alpha: float) -> dict[str, str]:
    """The controls that are certain to be off: control id → what it measured, in words.

    Args:
        tables: The data of the run.
        alpha: The probability that any control of the run is called broken by chance.
    """
    controls = controls_of((planned.item for planned in tables.run.plan), tables.run.targets)
    broken = {}
    for control in controls:
        quantity = speedup(control, f"serial {control.case.workload} over itself")
        location = quantity.locate(tables)
        if location is None:
            continue
        margin = quantity.scaled(SAME)
        p_value = min(location.p_above(margin), location.p_below(-margin))
        if p_value <= alpha / (2 * len(controls)):
            broken[control.id] = (
                f"{quantity.name} {quantity.estimate(tables)}, which should be 1: "
                "pairs of this workload prove nothing in this run"
            )
    return broken


def void_reason(
    items: Iterable[Comparison | Experiment],
    broken: dict[str, str],
    tables: Tables,
) -> str | None:
    """Why a question about these items is void; None where none of their controls is broken.

    Args:
        items: What the question is answered from.
        broken: What ``broken_controls`` returned.
        tables: The data of the run.
    """
    for control in controls_of(items, tables.run.targets):
        if control.id in broken:
            return broken[control.id]
    return None


def controls_of(
    items: Iterable[Comparison | Experiment], targets: Iterable[Target]
) -> list[Comparison]:
    """The controls of some items: serial against serial, for each workload that they time.

    Args:
        items: What a question is answered from, or a run measures.
        targets: Those that run either half of them; each gets a control.
    """
    by_id = {target.id: target for target in targets}
    timed = set()
    for item in items:
        if isinstance(item, Comparison):
            for case in (item.case, item.reference):
                timed.add((case.target, case.workload))
    return [compare(by_id[target], workload, "serial", 1) for target, workload in sorted(timed)]
