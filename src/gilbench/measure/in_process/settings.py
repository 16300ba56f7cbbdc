"""How a test measures: pytest's ini options, and the marker ``gil`` of the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from gilbench.measure.ini_options import SECONDS_INI, UNDECIDED_INI

UNDECIDED = ("skip", "fail")


@dataclass(frozen=True)
class Settings:
    """What applies to one test.

    Attributes:
        seconds: How long a result may be measured.
        undecided: What becomes of a test whose result is not decided by then.
    """

    seconds: float
    undecided: str


def settings_of(node: pytest.Item) -> Settings:
    """Read the settings of a test; the closest marker has precedence over the ini options.

    Raises:
        ValueError: A setting cannot be used; the message says what can.
    """
    seconds: Any = node.config.getini(SECONDS_INI)
    undecided: Any = node.config.getini(UNDECIDED_INI)
    marker = node.get_closest_marker("gil")
    if marker is not None:
        values = dict(marker.kwargs)
        seconds = values.pop("seconds", seconds)
        undecided = values.pop("undecided", undecided)
        if values or marker.args:
            raise ValueError('the marker is written @pytest.mark.gil(seconds=10, undecided="fail")')
    try:
        seconds = float(seconds)
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ValueError(f"{SECONDS_INI} and the marker's seconds are a time above 0, such as 5")
    if undecided not in UNDECIDED:
        raise ValueError(
            f"unknown {UNDECIDED_INI} {undecided!r} (choose from: {', '.join(UNDECIDED)})"
        )
    return Settings(seconds, undecided)
