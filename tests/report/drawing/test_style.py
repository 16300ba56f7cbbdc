"""The look of figures: marks, labels that keep apart, contrast."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.charts import chart_of
from tests.synthetic import make_target

from gilbench.report.drawing import style


def test_every_strategy_has_another_look(lawful):
    """No two strategies share colour, mark and dash; the known ones keep theirs whatever else there is."""
    found, _ = lawful
    looks = style.marks(found)
    assert len(set(looks.values())) == len(looks)
    assert looks["thread"] == style.KNOWN["thread"]
    offered = {strategy.name for strategy in make_target().description.strategies}
    assert offered <= set(looks)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12))
def test_labels_keep_apart_and_in_order(wanted):
    """Labels are a gap apart, and the higher line has the higher label."""
    placed = style.spread_out(wanted, 0.5)
    in_order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = [placed[index] for index in in_order]
    assert all(upper - lower >= 0.5 - 1e-9 for lower, upper in pairwise(places))


def test_labels_that_have_room_stay():
    """A label moves only where another is too near."""
    assert style.spread_out([1.0, 2.0, 3.0], 0.5) == [1.0, 2.0, 3.0]
    assert style.spread_out([1.0, 1.0], 0.5) == [0.75, 1.25]


def test_the_ceiling_is_named_between_worker_counts(lawful):
    """Marks stand at the counts, so its name does not."""
    figure = chart_of("speedup").draw(*lawful)
    named = [
        (axes, text) for axes in figure.axes for text in axes.texts if text.get_text() == "ceiling"
    ]
    assert len(named) == 1
    ((axes, text),) = named
    assert all(abs(text.xy[0] - tick) > 0.25 for tick in axes.get_xticks())


def test_contrast_is_that_of_the_guidelines():
    """Black on white is 21, a colour on itself 1, and the order does not matter."""
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777", "#777777") == 1
    assert style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
