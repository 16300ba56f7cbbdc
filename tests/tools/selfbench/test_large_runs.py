"""Synthetic runs of any size are runs: what reads real ones reads them."""

from tools.selfbench.large_runs import write_run

from gilbench.results import tables


def test_a_large_run_can_be_read(tmp_path):
    """Launches are repeated until there are enough rounds, and break no rule of a journal."""
    assert len(tables.load(write_run(tmp_path / "run", 5_000)).rounds) > 2_500
