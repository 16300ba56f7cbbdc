"""What the words of ``--python`` mean: an interpreter, settings of its launches, a name. It looks for nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from gilbench.model import DEFAULTS, InputError, Settings

LONGEST_INTERVAL_S = 60.0
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
START_METHODS = {name: name for name in ("fork", "forkserver", "spawn")}
ON_OR_OFF = {"0": False, "1": True}
SETTINGS = {
    "gil": "0 or 1",
    "switch-interval": "seconds, such as 0.001",
    "start-method": "fork, forkserver or spawn",
    "site": "0 or 1",
    "name": "letters, digits and . _ + -, such as main",
}

Known = TypeVar("Known")


@dataclass(frozen=True)
class Spec:
    """An interpreter as the user names it (path, name or version), how its launches are set up, and what the user calls
    it; without a ``name`` it is called by its version and settings."""

    interpreter: str
    settings: Settings = DEFAULTS
    name: str = ""


def parse(text: str) -> Spec:
    """``3.14t,gil=0`` taken apart; InputError for a setting that there is not, or that takes no such value."""
    interpreter, *given = text.split(",")
    values: dict[str, str] = {}
    for one in given:
        setting, _, value = one.partition("=")
        if setting not in SETTINGS or setting in values:
            raise InputError(f"{one!r} in {text} is no setting, or stands twice; there are: {', '.join(SETTINGS)}")
        values[setting] = value
    settings = Settings(
        gil=_one_of(text, "gil", values, ON_OR_OFF),
        switch_interval_s=_seconds(text, values.get("switch-interval")),
        start_method=_one_of(text, "start-method", values, START_METHODS),
        site=bool(_one_of(text, "site", values, ON_OR_OFF)),
    )
    return Spec(interpreter, settings, _name(text, values.get("name")))


def _one_of(text: str, setting: str, values: dict[str, str], known: Mapping[str, Known]) -> Known | None:
    if setting not in values:
        return None
    if values[setting] not in known:
        raise _takes(text, setting, values[setting])
    return known[values[setting]]


def _seconds(text: str, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < LONGEST_INTERVAL_S:
        raise _takes(text, "switch-interval", value)
    return seconds


def _name(text: str, value: str | None) -> str:
    if value is not None and not NAME.fullmatch(value):
        raise _takes(text, "name", value)
    return value or ""


def _takes(text: str, setting: str, value: str) -> InputError:
    return InputError(f"{setting}={value} in {text}: {setting} takes {SETTINGS[setting]}")
