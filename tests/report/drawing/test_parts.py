"""The parts that figures share: axes, labels, looks, and the files that they are printed to."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.report.charts import chart_of
from tests.synthetic import make_target

from gilbench.report import draw_all
from gilbench.report.drawing import png, series, style
from gilbench.report.figures import charts
from gilbench.summary.cases import Measured


def test_a_log_axis_has_room_and_names():
    """Limits enclose middles and finite intervals; one without end does not set them; ticks lie between them."""
    plain, endless = Measured(10.0, 8.0, 12.0, "", 3), Measured(20.0, -5.0, 1e9, "", 3)
    low, high = series.log_limits([plain, endless, None])
    assert low < math.log10(8) < math.log10(20) < high < 2
    assert series.log_ticks(low, high) == [10, 20]
    assert series.log_ticks(0, 4) == [1, 10, 100, 1000, 10000]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.02, "s", "20 ms"),
        (5e-8, "s", "50 ns"),
        (1e9, "B/s", "1 GB/s"),
        (1e-6, "s", "1 µs"),
        (332447, "/s", "332 k/s"),
    ],
)
def test_numbers_have_prefixes(value, unit, shown):
    """Three significant digits, and the prefix that leaves them before the point."""
    assert series.prefixed(value, unit) == shown


def test_every_strategy_has_a_look_of_its_own(lawful):
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
    named = [(axes, text) for axes in figure.axes for text in axes.texts if text.get_text() == "ceiling"]
    assert len(named) == 1
    ((axes, text),) = named
    assert all(abs(text.xy[0] - tick) > 0.25 for tick in axes.get_xticks())


def test_contrast_is_that_of_the_guidelines():
    """Black on white is 21, a colour on itself 1, and the order does not matter."""
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777", "#777777") == 1
    assert style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_cards_have_the_size_of_a_preview(lawful, tmp_path):
    """Each figure stands in a file at the size of print; one that can be read there as a whole also on a card of 1200 ×
    630, and a card of an earlier report of another one is gone."""
    (tmp_path / "social").mkdir()
    (tmp_path / "social" / "verdicts.png").write_bytes(b"of an earlier report")
    drawn = draw_all.draw_all(tmp_path, *lawful)
    assert [one.stem for one in drawn] == [chart.stem for chart in charts()]
    for one in drawn:
        with Image.open(tmp_path / f"{one.stem}.png") as printed:
            width, height = printed.size
        assert width == pytest.approx(one.markup.width / 72 * png.PRINT_DPI, abs=2)
        card = tmp_path / "social" / f"{one.stem}.png"
        assert card.exists() == (min(1112 / width, 502 / height) >= 0.6), one.stem
        if card.exists():
            with Image.open(card) as found:
                assert found.size == (1200, 630)
    assert {"switching.png", "release.png"} <= {path.name for path in (tmp_path / "social").iterdir()}
    assert not (tmp_path / "social" / "verdicts.png").exists()


def test_one_core_draws_the_same(lawful, tmp_path, monkeypatch):
    """Where there is one core, nothing is forked, and the figures are the same."""
    several = draw_all.draw_all(tmp_path / "several", *lawful)
    monkeypatch.setattr(draw_all.os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(draw_all, "ProcessPoolExecutor", None)
    assert draw_all.draw_all(tmp_path / "one", *lawful) == several
