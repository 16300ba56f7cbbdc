"""Estimates, intervals and bounds as places on a line."""

import math

import pytest

from gilbench.model import Bound, Estimate
from gilbench.report.html.strips import WIDTH, lay_out_strip


def bound(value: float, *, above: bool, proves: bool) -> Bound:
    return Bound("speedup", value, above, proves)


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
