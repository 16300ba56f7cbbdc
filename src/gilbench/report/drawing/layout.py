"""Rows of panels: one row for each target, laid out in inches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gilbench.report.drawing import style

ABOVE_IN, BELOW_IN = 0.42, 0.46  # of a panel: its title, and what its axis counts
LOWER = 0.85  # of their height have the panels of several targets, so that five fit on a sheet
HEADING_IN = 0.2  # what the name of a target takes above the titles of its panels
HEADING_POINTS = 21.0  # where that name stands above the axes
HEADING: dict[str, Any] = {"fontsize": 10.5, "color": style.INK, "fontweight": "bold"}


@dataclass(frozen=True)
class Shape:
    """One panel of a row: its title and its widths in inches.

    Attributes:
        left_in: What its tick labels take.
        width_in: What its axes take.
        right_in: What is named at the right of the axes.
    """

    title: str
    left_in: float
    width_in: float
    right_in: float

    @property
    def whole_in(self) -> float:
        """The width of the whole figure in inches."""
        return self.left_in + self.width_in + self.right_in


def lay_out(
    targets: Sequence[str], shapes: Sequence[Shape], height_in: float, *, name_targets: bool = True
) -> tuple[Figure, list[list[Axes]]]:
    """A row of panels for each target, which is named above its row where there are several.

    Args:
        targets: Their names, from the top down.
        shapes: The panels of a row, from left to right.
        height_in: The height of the axes in inches.
        name_targets: Whether targets are named at all.

    Returns:
        The figure, and the axes of each row.
    """
    has_headings = name_targets and len(targets) > 1
    above_in = ABOVE_IN
    if has_headings:
        above_in += HEADING_IN
        height_in *= LOWER
    row_in = above_in + height_in + BELOW_IN
    figure = style.new_figure(sum(shape.whole_in for shape in shapes), len(targets) * row_in)
    rows = []
    for index, target in enumerate(targets):
        row = _lay_out_row(figure, shapes, index * row_in + above_in, height_in)
        if has_headings:
            style.above(row[0], 0, target, off=HEADING_POINTS, **HEADING)
        rows.append(row)
    return figure, rows


def _lay_out_row(
    figure: Figure, shapes: Sequence[Shape], top_in: float, height_in: float
) -> list[Axes]:
    row = []
    left_in = 0.0
    for shape in shapes:
        axes_left_in = left_in + shape.left_in
        axes = style.add_axes(figure, axes_left_in, top_in, shape.width_in, height_in)
        style.panel_title(axes, shape.title)
        left_in += shape.whole_in
        row.append(axes)
    return row
