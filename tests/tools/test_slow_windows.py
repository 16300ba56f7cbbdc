"""The share of windows in which one core was slow."""

from tools.slow_windows import slow_share

from gilbench.model import CeilingControl


def control(*alone):
    return CeilingControl(
        item="i", launch=0, workers=2, began_s=0.0, ceiling=1.9, alone=alone, together=alone
    )


def test_a_window_with_fewer_loops_than_four_fifths_of_the_most_is_slow():
    assert slow_share([control((100, 79), (81, 60))]) == 0.5
    assert slow_share([control((100,)), control((50,))]) == 0.5
    assert slow_share([]) == 0.0
