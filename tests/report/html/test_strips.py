"""Estimates, intervals and bounds as places on a line."""

import math

import msgspec
import pytest

from gilbench.model import Bound, Estimate, Evidence, Outcome, Verdict
from gilbench.report.html.strips import WIDTH, lay_out_strip, verdict_strip


def bound(value: float, *, above: bool, proves: bool, limit: float | None = None) -> Bound:
    return Bound("speedup", value, above, proves, limit=limit)


def estimate(center: float, lo: float, hi: float) -> Estimate:
    return Estimate(center, lo, hi, "×", 8, 0.95)


NOTHING = (
    bound(1.15, above=False, proves=True),
    bound(0.5, above=True, proves=True),
    bound(1.15, above=True, proves=False),
)


def test_places_keep_their_order():
    """On a log scale, all within the strip, what proves between its bounds."""
    strip = lay_out_strip(estimate(0.97, 0.95, 0.99), NOTHING)
    proves, refutes = strip.regions
    assert 0 < proves.left < strip.lo < strip.center < strip.hi < proves.right < WIDTH
    assert (refutes.left, refutes.right) == (proves.right, WIDTH)
    assert strip.edges == (proves.right, proves.left, proves.right)


def test_what_refutes_on_either_side_has_two_regions():
    """Outside of what proves it, below and above."""
    bounds = (
        bound(0.8, above=True, proves=True),
        bound(1.25, above=False, proves=True),
        bound(0.8, above=False, proves=False),
        bound(1.25, above=True, proves=False),
    )
    regions = lay_out_strip(estimate(1.5, 1.4, 1.6), bounds).regions
    assert [region.proves for region in regions] == [True, False, False]
    assert regions[1].right == regions[0].left
    assert regions[2].left == regions[0].right


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_what_is_not_finite_has_no_strip(value):
    """Nothing is drawn rather than something wrong."""
    assert lay_out_strip(estimate(value, 1, 2), NOTHING) is None


def verdict(outcome: Outcome, effect: Estimate, *bounds: Bound) -> Verdict:
    evidence = (Evidence("speedup", effect, "item"),)
    return Verdict("A2", "", "3.13", outcome, effect, None, "", evidence, "", "", "", bounds)


def within(limit_hi: float) -> tuple[Bound, ...]:
    """A claim that is proved between 0.9 and 1.1, with what is certain of it."""
    return (
        bound(0.9, above=True, proves=True, limit=0.95),
        bound(1.1, above=False, proves=True, limit=limit_hi),
        bound(1.1, above=True, proves=False, limit=0.94),
    )


def test_what_decides_is_drawn_next_to_the_interval():
    """An undecided claim whose 95 % interval lies within what proves it: what is certain does not."""
    undecided = verdict(Outcome.INCONCLUSIVE, estimate(1.03, 0.97, 1.09), *within(1.12))
    strip = verdict_strip(undecided)
    proves = strip.regions[0]
    assert proves.left < strip.lo < strip.hi < proves.right
    assert strip.certain[0] < strip.lo
    assert strip.certain[1] > proves.right
    proved = verdict(Outcome.PROVED, estimate(1.03, 0.97, 1.06), *within(1.08))
    strip = verdict_strip(proved)
    assert strip.regions[0].left < strip.certain[0] < strip.lo
    assert strip.hi < strip.certain[1] < strip.regions[0].right


def test_the_limits_of_a_row_share_its_scale():
    """A limit of another column far out draws all bounds of the row closer together alike."""
    near = verdict(Outcome.PROVED, estimate(1.03, 0.97, 1.06), *within(1.08))
    far = verdict(Outcome.INCONCLUSIVE, estimate(1.03, 0.97, 1.06), *within(1.2))
    assert verdict_strip(near, [near, far]).edges == verdict_strip(far, [near, far]).edges
    assert verdict_strip(near, [near, far]).edges != verdict_strip(near, [near]).edges


def test_without_limits_nothing_certain_is_drawn():
    """As in what a gilbench wrote that did not record them."""
    assert lay_out_strip(estimate(0.97, 0.95, 0.99), NOTHING).certain is None


def test_what_held_in_every_trial_has_no_strip():
    """The interval of 20 of 20 reaches into what would refute the claim, which nothing did."""
    bounds = (Bound("pids", 0.95, True, True, every_trial=True), Bound("pids", 0.95, False, False))
    share = Estimate(1.0, 0.83, 1.0, " of trials", 20, 0.95)
    evidence = (Evidence("pids", share, "item"),)
    held = Verdict("A1", "", "3.13", Outcome.PROVED, share, None, "", evidence, "", "", "", bounds)
    assert verdict_strip(held) is None
    assert verdict_strip(msgspec.structs.replace(held, verdict=Outcome.INCONCLUSIVE)) is not None
