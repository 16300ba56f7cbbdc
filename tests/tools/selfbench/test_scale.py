"""The runs that the row makes."""

import os

from tools.selfbench.rows import scale


def test_the_runs_of_a_killed_process_are_removed(tmp_path):
    """No process has an id as high; those of one that runs stay."""
    gone, own = tmp_path / f"runs-{10**9}", tmp_path / f"runs-{os.getpid()}"
    for folder in (gone, own, tmp_path / "pyperf-1"):
        folder.mkdir()
    scale.remove_left(tmp_path)
    assert not gone.exists()
    assert own.exists() and (tmp_path / "pyperf-1").exists()
