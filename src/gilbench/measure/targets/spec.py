"""What the words of ``--python`` mean: an interpreter, the settings of its launches, and a name."""

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

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Spec:
    """A target as the user writes it.

    ``interpreter`` is a path, a name or a version. Without a ``name`` the target is called by its
    version and settings.
    """

    interpreter: str
    settings: Settings = DEFAULTS
    name: str = ""


def parse_spec(text: str) -> Spec:
    """Parse a spec such as ``3.14t,gil=0``.

    Raises:
        InputError: A setting is unknown, is given twice or has a value that it does not take.
    """
    interpreter, *assignments = text.split(",")
    values: dict[str, str] = {}
    for assignment in assignments:
        setting, _, value = assignment.partition("=")
        if setting not in SETTINGS:
            known = ", ".join(SETTINGS)
            raise InputError(f"unknown setting {assignment!r} in {text} (choose from: {known})")
        if setting in values:
            raise InputError(f"{setting} is given twice in {text}; give it once")
        values[setting] = value
    settings = Settings(
        gil=_choice(text, "gil", values, ON_OR_OFF),
        switch_interval_s=_seconds(text, values.get("switch-interval")),
        start_method=_choice(text, "start-method", values, START_METHODS),
        site=bool(_choice(text, "site", values, ON_OR_OFF)),
    )
    return Spec(interpreter, settings, _name(text, values.get("name")))


def _choice(
    text: str, setting: str, values: Mapping[str, str], choices: Mapping[str, Choice]
) -> Choice | None:
    """The value of a setting that takes one of a few words; None where it is not given."""
    if setting not in values:
        return None
    if values[setting] not in choices:
        raise _bad_value(text, setting, values[setting])
    return choices[values[setting]]


def _seconds(text: str, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < LONGEST_INTERVAL_S:
        raise _bad_value(text, "switch-interval", value)
    return seconds


def _name(text: str, value: str | None) -> str:
    if value is not None and not NAME.fullmatch(value):
        raise _bad_value(text, "name", value)
    return value or ""


def _bad_value(text: str, setting: str, value: str) -> InputError:
    return InputError(f"{setting}={value} in {text}: {setting} takes {SETTINGS[setting]}")
