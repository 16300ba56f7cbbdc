"""What is said of standard runs that were made at different hours."""

from tools.selfbench.rows import standard_runs

from gilbench.model import CeilingControl


def control(*alone):
    return CeilingControl(
        item="i", launch=0, workers=2, began_s=0.0, ceiling=1.9, alone=alone, together=alone
    )


def test_a_window_with_fewer_loops_than_four_fifths_of_the_most_is_slow():
    assert standard_runs.slow_share([control((100, 79), (81, 60))]) == 0.5
    assert standard_runs.slow_share([control((100,)), control((50,))]) == 0.5
    assert standard_runs.slow_share([]) == 0.0


def test_each_run_is_counted_once_and_named_with_its_hour():
    kept = standard_runs.kept()
    again = standard_runs.results(kept)
    assert again == standard_runs.results([])
    assert again[0].ours.n == len({trial.note for trial in kept})
    assert f"{kept[0].note[9:11]}:{kept[0].note[11:13]} UTC" in again[0].note
