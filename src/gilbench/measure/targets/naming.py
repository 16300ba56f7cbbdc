"""The ids of a run's targets: unique in the run and no longer than it takes to tell them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.model import InputError, Target

NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._+-]+")


@dataclass(frozen=True)
class NamedTarget:
    """A target, whose id is its version and settings, and the ``name`` that the user gave it."""

    target: Target
    name: str = ""


def with_unique_ids(named_targets: Sequence[NamedTarget]) -> tuple[Target, ...]:
    """Give every target a unique id.

    The id is the user's name for the target, or else its version and settings. Where these are the
    same for several executables, a folder of the executable's path is added.

    Raises:
        InputError: A name is given twice, or one executable is given twice without names.
    """
    ids = Counter(named.name or named.target.id for named in named_targets)
    targets = []
    for named in named_targets:
        target = named.target
        if named.name:
            id = named.name
        elif ids[target.id] == 1:
            id = target.id
        else:
            id = _id_with_place(target, _executables_called(target.id, named_targets))
        targets.append(msgspec.structs.replace(target, id=id))
    for id, times in Counter(target.id for target in targets).items():
        if times > 1:
            raise InputError(
                f"{times} targets are called {id}; give each a different name, such as {id},name=a"
            )
    return tuple(targets)


def _executables_called(id: str, named_targets: Sequence[NamedTarget]) -> list[str]:
    """The executables of the targets that have this id and no name from the user."""
    unnamed = [named.target for named in named_targets if not named.name]
    return [target.executable for target in unnamed if target.id == id]


def _id_with_place(target: Target, executables: Sequence[str]) -> str:
    """``3.11.9-main,gil=0`` for the executable of that version in ``main/bin/``.

    It is the plain id where the place says no more than the version does.
    """
    version, comma, settings = target.id.partition(",")
    place = _place(target.executable, executables)
    if place in ("", version):
        return target.id
    return f"{version}-{place}{comma}{settings}"


def _place(executable: str, executables: Sequence[str]) -> str:
    """What tells an executable from the others of its version.

    This is the name of the nearest folder above ``bin`` that differs for each of them, or else the
    name of the file, or "" where an executable is among them twice.
    """
    deepest = max(len(Path(path).parts) for path in executables)
    for depth in range(1, deepest):
        folders = {_folder(path, depth) for path in executables}
        if len(folders) == len(executables):
            return _folder(executable, depth)
    file_names = {Path(path).name for path in executables}
    return Path(executable).name if len(file_names) == len(executables) else ""


def _folder(executable: str, depth: int) -> str:
    """The name of the folder ``depth`` levels above the executable's own, as an id may contain it.

    The dot of a hidden folder is left out.
    """
    parents = Path(executable).parents
    if depth >= len(parents):
        return ""
    return NOT_IN_AN_ID.sub("-", parents[depth].name.lstrip("."))
