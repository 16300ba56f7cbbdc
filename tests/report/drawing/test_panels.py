"""Panels of several targets: how many stand in a row."""

import pytest

from gilbench.report.drawing import panels


@pytest.mark.parametrize(
    ("targets", "columns"), [(1, 1), (2, 2), (5, 5), (6, 3), (8, 4), (9, 5), (11, 4)]
)
def test_rows_of_targets_are_nearly_as_long(targets, columns):
    """Five at the most, and no row of a single one where two rows could share them."""
    assert panels.columns_for(targets) == columns <= panels.MOST_ABREAST
