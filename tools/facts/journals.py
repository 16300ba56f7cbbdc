"""Journals of runs, packed into the documentation, and the verdicts that follow from them."""

from __future__ import annotations

import json
import lzma
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome, Run, Target, Verdict
from gilbench.results import folder as layout
from gilbench.results import tables
from gilbench.results.chain import Unchecked

ROOT = Path(__file__).parents[2]
RUNS = ROOT / "docs" / "facts" / "runs"
FILES = (layout.RUN, layout.ROUNDS)
PACKED = ".xz"  # the ending of a kept file


@dataclass(frozen=True)
class Fact:
    """What a claim turned out to be on one interpreter.

    Attributes:
        python: The interpreter in short, such as ``3.14 free-threaded``.
        verdict: With its estimate and bounds.
        run: The run that it comes from.
    """

    python: str
    verdict: Verdict
    run: Run


@dataclass(frozen=True)
class Facts:
    """All facts of some runs.

    Attributes:
        pythons: The interpreters, oldest first.
        by_claim: Claim → interpreter → fact.
        runs: The runs, in the order in which they began.
    """

    pythons: tuple[str, ...]
    by_claim: dict[str, dict[str, Fact]]
    runs: tuple[Run, ...]

    def of(self, claim: str) -> list[Fact]:
        """The facts of a claim, by the age of the interpreters."""
        known = self.by_claim[claim]
        return [known[python] for python in self.pythons if python in known]


def keep(run: Path, runs: Path = RUNS) -> Path:
    """Pack the journal of a run.

    The digests of its lines are checked and left out, since they take more room than what they guard; the paths of its
    interpreters are shortened to their names.

    Returns:
        The folder that it is kept in.

    Raises:
        InputError: The run cannot be read, or was changed.
    """
    folder = layout.resolve(run)
    packed = runs / tables.load(folder).run.id
    packed.mkdir(parents=True, exist_ok=True)
    written = json.loads((folder / layout.RUN).read_bytes()) | {"chained": False, "seal": None}
    names = {}
    for target in written["targets"]:
        for path in (target["executable"], target["description"]["executable"]):
            names[path] = Path(path).name
    bare = Unchecked()
    rounds = [bare.unlink(line) for line in (folder / layout.ROUNDS).read_bytes().splitlines()]
    described = json.dumps(_renamed(written, names), ensure_ascii=False)
    _pack(packed / layout.RUN, described.encode())
    _pack(packed / layout.ROUNDS, b"".join(line + b"\n" for line in rounds))
    return packed


def _pack(path: Path, content: bytes) -> None:
    path.with_name(path.name + PACKED).write_bytes(lzma.compress(content, preset=9))


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """JSON in which each text that begins with a key of ``names`` begins with its value."""
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if isinstance(value, str):
        for path, name in names.items():
            if value.startswith(path):
                return name + value.removeprefix(path)
    return value


def read(runs: Path = RUNS) -> Facts:
    """What all kept runs say.

    Where several of them answer a claim on an interpreter, the run that began last counts, whatever it says.
    """
    kept = [_load(folder) for folder in runs.iterdir() if folder.is_dir()]
    kept.sort(key=lambda loaded: loaded.run.started_utc)
    return merge([(loaded.run, judge_claims(loaded)) for loaded in kept])


def merge(judged: Sequence[tuple[Run, Iterable[Verdict]]]) -> Facts:
    """The facts of runs, given in the order in which they began."""
    by_claim: dict[str, dict[str, Fact]] = {}
    described: dict[str, tuple[tuple[int, ...], bool]] = {}
    for run, verdicts in judged:
        names = {}
        for target in run.targets:
            if target.settings.gil:  # measured for the sake of the same executable without it
                continue
            names[target.id] = short_name(target)
            described[names[target.id]] = _age(target)
        for verdict in verdicts:
            if verdict.target not in names:
                continue
            facts = by_claim.setdefault(verdict.id, {})
            python = names[verdict.target]
            if verdict.verdict == Outcome.NOT_APPLICABLE and python in facts:
                continue
            facts[python] = Fact(python, verdict, run)
    pythons = sorted(described, key=lambda name: described[name])
    return Facts(tuple(pythons), by_claim, tuple(run for run, _ in judged))


def short_name(target: Target) -> str:
    """``3.13``, or ``3.14 free-threaded``."""
    version = ".".join(target.description.version.split(".")[:2])
    return f"{version} free-threaded" if target.description.free_threaded_build else version


def _age(target: Target) -> tuple[tuple[int, ...], bool]:
    major, minor = target.description.version.split(".")[:2]
    return (int(major), int(minor)), target.description.free_threaded_build


def _load(folder: Path) -> tables.Tables:
    """Read a kept run."""
    with tempfile.TemporaryDirectory() as name:
        unpacked = Path(name)
        for file in FILES:
            packed = (folder / (file + PACKED)).read_bytes()
            (unpacked / file).write_bytes(lzma.decompress(packed))
        # The timeline of the cores is large, and no verdict rests on it
        (unpacked / layout.CORES).touch()
        return tables.load(unpacked)
