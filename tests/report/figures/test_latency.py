"""Which of many wake-ups are drawn."""

from gilbench.report.figures.latency import MOST_DOTS, _shown


def test_few_samples_are_all_drawn():
    """In the order in which they came."""
    assert _shown([3.0, 1.0, 2.0]) == [3.0, 1.0, 2.0]


def test_of_many_samples_the_distribution_is_drawn():
    """So many at even ranks: what lies below a value stays the same share, and none is made up."""
    samples = [float((7 * number) % 5000) for number in range(5000)]
    shown = _shown(samples)
    assert len(shown) == MOST_DOTS and set(shown) <= set(samples)
    for bound in (500, 2500, 4500):
        assert abs(sum(each < bound for each in shown) / MOST_DOTS - bound / 5000) <= 1 / MOST_DOTS
