"""Which interpreter of a stored baseline is compared with which interpreter of the head.

Policy: the same release (3.12, any patch) is always compared, under any name. Another release is
compared only on request, and only with one of the same build and settings: what a build without the
GIL gains over one with it is no change of the code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from gilbench.model import Frozen, InputError, Name, Target

# 3.13.0, 3.14.0t, 3.11.9-main, each perhaps with settings: how a target without a name is called.
CALLED_BY_VERSION = re.compile(r"(\d+\.\d+)[^t,-]*(t?)((?:-[^,]*)?(?:,.*)?)")
USUAL_BUILD, FREE_THREADED = "CPython", "free-threaded"


class Interpreter(Frozen, frozen=True):
    """An interpreter of a run.

    Attributes:
        name: What its quantities are filed under, such as ``3.13`` or a name that the user gave.
        version: ``3.13.0``; "" where a baseline of an older gilbench does not say.
        build: ``CPython``, ``CPython free-threaded``, ``CPython debug``.
        settings: How its launches are set up, such as ``gil=0``.
        lacks: Strategies that it cannot run.
    """

    name: Name
    version: Name
    build: Name = USUAL_BUILD
    settings: Name = ""
    lacks: tuple[Name, ...] = ()

    @property
    def release(self) -> tuple[str, str, str]:
        """What must be equal for two interpreters to be of the same release."""
        return (".".join(self.version.split(".")[:2]), self.build, self.settings)

    def __str__(self) -> str:
        if not self.version:
            return self.name
        version = f"Python {self.version}"
        if self.settings:
            version += f",{self.settings}"
        if self.build != USUAL_BUILD:
            version += f" ({self.build})"
        if self.name.startswith(self.release[0]):
            return version
        return f"{self.name} ({version})"


@dataclass(frozen=True)
class InterpreterPair:
    """An interpreter of the baseline and the one of the head that it is compared with."""

    baseline: Interpreter
    head: Interpreter

    @property
    def is_same_release(self) -> bool:
        """Whether both are of the same feature release, 3.12 for instance."""
        return _are_same_release(self.baseline, self.head)


def interpreters_of(targets: Sequence[Target]) -> dict[str, Interpreter]:
    """What a stored run says of its targets.

    Returns:
        Interpreters by the ids of their targets. They are named without their patch release, which
        another machine need not have, unless two of the run differ in nothing else.
    """
    names = {target.id: _portable_name(target.id) for target in targets}
    times = Counter(names.values())
    interpreters = {}
    for target in targets:
        name = names[target.id]
        interpreters[target.id] = _interpreter(name if times[name] == 1 else target.id, target)
    return interpreters


def _portable_name(id: str) -> str:
    """``3.13``, ``3.14t,gil=0``, ``3.11-main``; the name that the user gave, where there is one."""
    called = CALLED_BY_VERSION.fullmatch(id)
    if called is None:
        return id
    return "".join(called.groups())


def _interpreter(name: str, target: Target) -> Interpreter:
    description = target.description
    build = description.implementation
    if description.free_threaded_build:
        build += f" {FREE_THREADED}"
    if description.debug_build:
        build += " debug"
    if description.jit_enabled:
        build += " JIT"
    lacks = [strategy.name for strategy in description.strategies if strategy.missing]
    return Interpreter(name, description.version, build, str(target.settings), tuple(lacks))


def interpreters_named(names: Iterable[str]) -> tuple[Interpreter, ...]:
    """The interpreters of a baseline that does not describe them, from what they are called."""
    interpreters = []
    for name in dict.fromkeys(names):
        called = CALLED_BY_VERSION.fullmatch(name)
        if called is None:
            interpreters.append(Interpreter(name, version=""))
            continue
        release, threaded, rest = called.groups()
        build = f"{USUAL_BUILD} {FREE_THREADED}" if threaded else USUAL_BUILD
        interpreters.append(Interpreter(name, release, build, rest.partition(",")[2]))
    return tuple(interpreters)


def pair_up(
    baseline: Sequence[Interpreter], head: Sequence[Interpreter], *, across_versions: bool
) -> list[InterpreterPair]:
    """Pair the interpreters of two runs.

    The same release under the same name comes first, then the same release under another name,
    then, ``across_versions``, the same build and settings; several that are alike are paired in the
    order in which their runs list them.

    Args:
        baseline: The interpreters of the baseline.
        head: Those of the head.
        across_versions: Whether interpreters of different releases may be compared.

    Returns:
        The pairs. Interpreters that only one side has more of are in none.

    Raises:
        InputError: Each side has an interpreter that has no partner on the other.
    """
    pairs: list[InterpreterPair] = []
    ours, theirs = list(head), list(baseline)
    by_name = {interpreter.name: interpreter for interpreter in head}
    for interpreter in baseline:
        namesake = by_name.get(interpreter.name)
        if namesake is not None and _are_same_release(interpreter, namesake):
            pairs.append(InterpreterPair(interpreter, namesake))
            theirs.remove(interpreter)
            ours.remove(namesake)
    _pair_by(lambda interpreter: interpreter.release, theirs, ours, pairs)
    if across_versions:
        _pair_by(lambda interpreter: interpreter.release[1:], theirs, ours, pairs)
    if theirs and ours:
        raise InputError(_why_not(theirs, ours, across_versions=across_versions))
    return pairs


def _are_same_release(baseline: Interpreter, head: Interpreter) -> bool:
    """Whether both are of the same release; an unknown one has that of its namesake."""
    is_unknown = not baseline.version or not head.version
    return is_unknown or baseline.release == head.release


def _pair_by(
    key: Callable[[Interpreter], Hashable],
    theirs: list[Interpreter],
    ours: list[Interpreter],
    pairs: list[InterpreterPair],
) -> None:
    """Move those whose keys are equal into ``pairs``, if both sides have as many of them."""
    for value in dict.fromkeys(key(interpreter) for interpreter in theirs):
        there = _of_key(key, value, theirs)
        here = _of_key(key, value, ours)
        if len(there) != len(here):
            continue
        for baseline, head in zip(there, here, strict=True):
            pairs.append(InterpreterPair(baseline, head))
            theirs.remove(baseline)
            ours.remove(head)


def _of_key(
    key: Callable[[Interpreter], Hashable], value: Hashable, interpreters: Sequence[Interpreter]
) -> list[Interpreter]:
    """The interpreters of this key; one of unknown version has none."""
    of_key = []
    for interpreter in interpreters:
        if interpreter.version and key(interpreter) == value:
            of_key.append(interpreter)
    return of_key


def _why_not(
    theirs: Sequence[Interpreter], ours: Sequence[Interpreter], *, across_versions: bool
) -> str:
    there, here = " and ".join(map(str, theirs)), " and ".join(map(str, ours))
    differ = f"the baseline was measured on {there} and the head on {here}"
    if not across_versions:
        return (
            f"{differ}; measure both with the same --python, "
            "or compare their ratios with --across-versions"
        )
    return (
        f"{differ}; --across-versions pairs interpreters of the same build and settings one to one:"
        " measure as many on both sides, or other builds in one run"
        " (gilbench run --python A --python B)"
    )
