"""Runs that cannot be, made by rule: every value of a run's files in turn is replaced by what it cannot be."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
# What no number, text, truth value, list or object of a run can be
NOT_A_NUMBER = ("text", [], {}, True, 2**63, 1e308)
NOT_A_TEXT = (7, [], {}, True, "a\nb", "\x1b[2J", "x" * 200_000)
NOT_A_TRUTH = ("yes", 0, 1, None, [])
NOT_A_LIST = ("text", 7, {"a": 1}, True, None)
NOT_AN_OBJECT = ("text", 7, [1], True)
SIGNED = {"seed", "checksum", "pair", "start_ns", "end_ns", "center"}
# Free text, shown escaped: paths, command lines and sentences
FREE = {"executable", "command", "message", "summary", "missing", "spec", "file", "folder"}
# Parameters of probes and workloads, whose values are theirs; and texts that say what a record is
SKIPPED = {"conditions", "defaults", "observed", "equivalent_to", "package"}
OPTIONAL_TRUTHS = {"more_is_better", "as_expected", "gil"}


@dataclass(frozen=True)
class Impossible:
    """A value that cannot be at a place.

    Attributes:
        path: Where it stands.
        value: What stands there.
    """

    path: Path
    value: Any

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}={repr(self.value)[:20]}"


def impossible_values(document: Any, at: Path = ()) -> Iterator[Impossible]:
    """Every value that cannot be, at every place of a document."""
    entries: Any = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in entries:
        path = (*at, key)
        if key in SKIPPED or (isinstance(key, int) and key > 0 and at[-1:] != ("plan",)):
            continue
        for wrong in _wrong(str(key), value):
            yield Impossible(path, wrong)
        if isinstance(value, dict | list):
            yield from impossible_values(value, path)


def _wrong(name: str, value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return tuple(one for one in NOT_A_TRUTH if one is not None or name not in OPTIONAL_TRUTHS)
    if isinstance(value, int | float):
        return NOT_A_NUMBER if name in SIGNED else (*NOT_A_NUMBER, -1)
    if isinstance(value, str):
        return NOT_A_TEXT[:4] if name in FREE or name.isdigit() else NOT_A_TEXT
    if isinstance(value, list):
        return NOT_A_LIST
    if isinstance(value, dict):
        return NOT_AN_OBJECT
    return ()


def with_value(document: Any, wrong: Impossible) -> Any:
    """A copy of a document with the value at its place."""
    changed = copy.deepcopy(document)
    holder = changed
    for key in wrong.path[:-1]:
        holder = holder[key]
    holder[wrong.path[-1]] = wrong.value
    return changed
