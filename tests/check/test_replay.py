"""A check replayed on launches that are given: what is drawn, when a case is decided, what is drawn again."""

import math

from gilbench.check import replay
from gilbench.check.decision import Bounds, Change

EFFORT = replay.Looks(looks=(6, 10), again=(8, 14))
SPREAD = (0.004, -0.004, 0.002, -0.002, 0.001, -0.001)


class Launches:
    """Launches of a case, as a draw gives them: scattered a little about a ratio, which may differ when drawn again."""

    def __init__(self, *ratios: float, scatter: float = 1.0) -> None:
        self.ratios, self.scatter = ratios, scatter
        self.asked: list[int] = []

    def __call__(self, count):
        middle = math.log(self.ratios[min(len(self.asked), len(self.ratios) - 1)])
        self.asked.append(count)
        return [middle + self.scatter * SPREAD[number % len(SPREAD)] for number in range(count)]


def check(*draws):
    return replay.check(draws, [Bounds.of(0.05)] * len(draws), EFFORT)


def test_what_is_clear_is_decided_at_the_first_look():
    """It is drawn once, and no launches beyond the look count."""
    same = Launches(1.0)
    assert check(same) == [(Change.EQUIVALENT, 6)]
    assert same.asked == [10]


def test_a_suspected_case_is_drawn_again_and_its_second_sample_decides():
    """A slowdown that comes back is a regression; one that does not come back passes. Both samples cost launches."""
    slower, once = Launches(1.2), Launches(1.2, 1.0)
    (confirmed, taken), (cleared, taken_once) = check(slower, once)
    assert (confirmed, taken) == (Change.REGRESSED, 6 + 8)
    assert cleared == Change.EQUIVALENT and taken_once == 6 + 8
    assert slower.asked == once.asked == [10, 14]


def test_a_second_sample_that_is_too_noisy_confirms_nothing():
    """The case stays open; the suspicion alone is no regression."""
    noisy = Launches(1.2)

    def draw(count):
        noisy.scatter = 1.0 if not noisy.asked else 60.0
        return noisy(count)

    assert check(draw) == [(Change.INCONCLUSIVE, 6 + 14)]


def test_launches_after_the_deciding_look_do_not_count():
    """They would not have been measured."""
    assert check(lambda count: [*SPREAD, *[9.0] * (count - len(SPREAD))]) == [
        (Change.EQUIVALENT, 6)
    ]


def test_only_what_is_suspected_is_drawn_again():
    """Results stand in the order of the cases."""
    same, slower, faster = Launches(1.0), Launches(1.2), Launches(0.8)
    assert [change for change, _ in check(same, slower, faster)] == [
        Change.EQUIVALENT,
        Change.REGRESSED,
        Change.IMPROVED,
    ]
    assert [len(case.asked) for case in (same, slower, faster)] == [1, 2, 1]


def test_what_stays_open_takes_every_launch():
    """Where launches differ by more than the margin nothing is decided at the first look, nor at the last."""
    assert check(Launches(1.0, scatter=30.0)) == [(Change.INCONCLUSIVE, 10)]
