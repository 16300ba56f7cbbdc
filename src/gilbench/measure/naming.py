"""What the targets of a run are called: unique in it, short, and no more than it takes to tell them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.model import InputError, Target

UNUSUAL = re.compile(r"[^A-Za-z0-9._+-]+")


@dataclass(frozen=True)
class Called:
    """A target that is called by its version and settings, or by the ``name`` that the user gave it."""

    target: Target
    name: str = ""


def unique(called: Sequence[Called]) -> tuple[Target, ...]:
    """The targets, each with an id of its own: the user's name for it, or else its version and settings, and where
    these are the same for several executables, the folder in which each stands.

    InputError where a name stands twice, or one executable does without names to tell it from itself.
    """
    counted = Counter(one.name or one.target.id for one in called)
    named = []
    for one in called:
        alike = [other.target.executable for other in called if not other.name and other.target.id == one.target.id]
        if one.name:
            id = one.name
        elif counted[one.target.id] == 1:
            id = one.target.id
        else:
            id = _with_place(one.target, alike)
        named.append(msgspec.structs.replace(one.target, id=id))
    for id, times in Counter(target.id for target in named).items():
        if times > 1:
            raise InputError(f"{times} targets are called {id}; give each a name of its own, such as {id},name=a")
    return tuple(named)


def _with_place(target: Target, alike: Sequence[str]) -> str:
    """``3.11.9-main,gil=0`` for the executable of that version that stands in ``main/bin/``; the plain id where its
    place says no more than the version does."""
    version, comma, settings = target.id.partition(",")
    place = _place(target.executable, alike)
    return target.id if place in ("", version) else f"{version}-{place}{comma}{settings}"


def _place(executable: str, alike: Sequence[str]) -> str:
    """The nearest folder above ``bin`` whose name tells the executable from the others, or else the name of the
    file; "" where it is one of the others."""
    for depth in range(1, max(len(Path(one).parts) for one in alike)):
        folders = [_folder(one, depth) for one in alike]
        if len(set(folders)) == len(alike):
            return _folder(executable, depth)
    names = [Path(one).name for one in alike]
    return Path(executable).name if len(set(names)) == len(alike) else ""


def _folder(executable: str, depth: int) -> str:
    """The name of the ``depth``-th folder above the executable's own, as it may stand in an id: without the dot that
    hides it."""
    parents = Path(executable).parents
    return UNUSUAL.sub("-", parents[depth].name.lstrip(".")) if depth < len(parents) else ""
