"""What is said of standard runs that were made at different hours."""

from tools.selfbench.rows import standard_runs


def test_each_run_is_counted_once_and_named_with_its_hour():
    kept = standard_runs.kept()
    again = standard_runs.results(kept)
    assert again == standard_runs.results([])
    assert again[0].ours.n == len({trial.note for trial in kept})
    assert f"{kept[0].note[9:11]}:{kept[0].note[11:13]} UTC" in again[0].note
