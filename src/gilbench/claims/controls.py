"""The control that voids: serial code paired with itself must come to one, or its workload's pairs mean nothing."""

from __future__ import annotations

from collections.abc import Iterable

from gilbench.claims.quantities import speedup
from gilbench.model import Comparison, Experiment
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables

# Both halves of these pairs are the same, and so are their places in time, by the random order. A difference of this
# size that is no chance comes from the measuring itself. Claims about speed ask for 2 % and more, most for 15 %.
SAME = 1.05


def of(items: Iterable[Comparison | Experiment], tables: Tables) -> list[Comparison]:
    """The controls behind some items: serial against serial, for the workloads that they time."""
    targets = {target.id: target for target in tables.run.targets}
    timed = {(item.case.target, item.case.workload) for item in items if isinstance(item, Comparison)}
    return [compare(targets[target], workload, "serial", 1) for target, workload in sorted(timed)]


def broken(tables: Tables, alpha: float) -> dict[str, str]:
    """The controls that are certain to be off, in words; the error ``alpha`` is shared among all of them."""
    controls = of((planned.item for planned in tables.run.plan), tables)
    found = {}
    for control in controls:
        quantity = speedup(control, f"serial {control.case.workload} over itself")
        middle = quantity.locate(tables)
        if middle is None:
            continue
        margin = quantity.scaled(SAME)
        if min(middle.p_above(margin), middle.p_below(-margin)) <= alpha / (2 * len(controls)):
            found[control.id] = f"{quantity.name} {quantity.estimate(tables)}, which should be 1: nothing follows here"
    return found


def voids(items: Iterable[Comparison | Experiment], broken: dict[str, str], tables: Tables) -> str | None:
    """Why a question about these items is void; None where no control of theirs is broken."""
    return next((broken[control.id] for control in of(items, tables) if control.id in broken), None)
