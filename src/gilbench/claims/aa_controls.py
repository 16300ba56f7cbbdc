"""The A/A controls: serial code paired with itself must measure 1, or pairs of its workload mean nothing."""

from __future__ import annotations

from collections.abc import Iterable

from gilbench.claims.quantities import speedup
from gilbench.model import Comparison, Experiment
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables

# Both halves of these pairs are the same, and so are their places in time, by the random order. A difference of this
# size that is no chance comes from the measuring itself. Claims about speed ask for 2 % and more, most for 15 %.
SAME = 1.05


def broken_controls(tables: Tables, alpha: float) -> dict[str, str]:
    """The controls that are certain to be off: control id → what it measured, in words.

    Args:
        tables: The data of the run.
        alpha: The probability that any control of the run is called broken by chance; all of them share it.
    """
    controls = _controls_of((planned.item for planned in tables.run.plan), tables)
    broken = {}
    for control in controls:
        quantity = speedup(control, f"serial {control.case.workload} over itself")
        location = quantity.locate(tables)
        if location is None:
            continue
        margin = quantity.scaled(SAME)
        p_value = min(location.p_above(margin), location.p_below(-margin))
        if p_value <= alpha / (2 * len(controls)):
            measured = f"{quantity.name} {quantity.estimate(tables)}"
            broken[control.id] = f"{measured}, which should be 1: nothing follows here"
    return broken


def void_reason(items: Iterable[Comparison | Experiment], broken: dict[str, str], tables: Tables) -> str | None:
    """Why a question about these items is void; None where none of their controls is broken."""
    for control in _controls_of(items, tables):
        if control.id in broken:
            return broken[control.id]
    return None


def _controls_of(items: Iterable[Comparison | Experiment], tables: Tables) -> list[Comparison]:
    """The controls behind some items: serial against serial, for each workload that they time."""
    targets = {target.id: target for target in tables.run.targets}
    timed = {(item.case.target, item.case.workload) for item in items if isinstance(item, Comparison)}
    return [compare(targets[target], workload, "serial", 1) for target, workload in sorted(timed)]
