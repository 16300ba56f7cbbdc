"""The grid of speedups: one worker per core, workloads down, strategies across."""

from tests.synthetic import World

from gilbench.summary import cases
from gilbench.summary.speedup_grid import speedup_grids


def grid_of(**world):
    measured = World(launches=3, **world).tables()
    return measured, speedup_grids(measured, cases.rows(measured))


def test_each_cell_is_the_speedup_of_its_case():
    """At the cell of a workload and a strategy stands what its row has, and None where there is none."""
    measured, (grid,) = grid_of()
    by_label = {row.comparison.label: row.speedup for row in cases.rows(measured)}
    shown = {
        f"{workload}-{strategy}-w{grid.workers}": speedup
        for workload, speedups in grid.rows
        for strategy, speedup in zip(grid.strategies, speedups, strict=True)
    }
    assert {label: speedup for label, speedup in shown.items() if speedup} == {
        label: speedup for label, speedup in by_label.items() if label in shown
    }
    assert None in shown.values()


def test_it_is_at_one_worker_per_core():
    """Four cores give a grid of four workers, one core a grid of two."""
    assert [
        grid_of(cores=cores, claims=frozenset({"A16", "A20"}))[1][0].workers for cores in (1, 4)
    ] == [2, 4]
