"""A figure as markup: what readers read is as it was written, where it stands is shortened."""

import re

from gilbench.report.drawing import style, svg

TOLD = "C10, mean hand-over: 0.0151× [0.0139, 0.0163], 5 launches; certainly < 0.0375×"


def drawn() -> str:
    """A mark with its words, and a name with decimals."""
    figure = style.new_figure(2, 1)
    axes = style.add_axes(figure, 0.3, 0.3, 1.2, 0.4)
    (dot,) = axes.plot([1 / 3], [1 / 7], "o")
    style.with_tip(dot, "C10", TOLD)
    axes.set_xticks([1 / 3], ["0.00390625×"])
    return svg.inline(figure, "few").body


def test_numbers_that_are_read_keep_their_digits():
    """In names of ticks and in what a mark says when it is pointed at."""
    markup = drawn()
    assert "0.00390625×" in markup
    assert TOLD.replace("<", "&lt;") in markup


def test_numbers_of_places_are_short():
    """Two decimals are a hundredth of a point."""
    within_tags = " ".join(re.findall(r"<[^>]*>", drawn()))
    assert not re.search(r"\d\.\d{3}", within_tags)
