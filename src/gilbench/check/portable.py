"""What of a run means something on another machine: ratios, cores used, verdicts. It leaves every absolute time out.

A quantity is kept as the middle of its launches on the log scale with its standard error, which is all that the
comparison of two independent runs needs (Welch), so a committed baseline is small.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from gilbench.analysis.location import Location, locate
from gilbench.check.versions import Interpreter, interpreters_named, interpreters_of
from gilbench.model import Case, Estimate, Evidence, Frozen, InputError, Outcome, Run, Verdict
from gilbench.results.tables import Tables

PORTABLE_SCHEMA = 1
DIMENSIONLESS = ("×", "")  # units of evidence that is a ratio of two times, or a slope of one over another


class PortableRatio(Frozen, frozen=True):
    """One portable quantity: ``center`` and ``se`` are of its natural logarithm, over ``n`` launches.

    ``target`` is a Python without its patch release. ``more_is_better`` is None where neither direction is worse.
    ``cores`` is how many cores the case could use at most and ``tasks`` what a round does: quantities that differ in
    either are not compared. ``ceiling`` is what the control beside it reached in the launch where it reached least.
    """

    target: str
    item: str
    name: str
    center: float
    se: float
    df: float
    n: int
    cores: int | None = None
    tasks: int | None = None
    more_is_better: bool | None = None
    ceiling: float | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.target, self.item, self.name)

    @property
    def location(self) -> Location:
        return Location(self.center, self.se, self.df, self.n)

    def estimate(self, confidence: float = 0.95) -> Estimate:
        """The quantity itself, with its interval."""
        lo, hi = self.location.interval(confidence)
        center, lo, hi = (math.exp(min(value, 700.0)) for value in (self.center, lo, hi))
        return Estimate(center, lo, hi, " cores" if self.name == CORES_USED else "×", self.n, confidence)


class Ruling(Frozen, frozen=True):
    """A verdict without its words."""

    target: str
    claim: str
    verdict: Outcome
    as_expected: bool | None

    @property
    def key(self) -> tuple[str, str]:
        return (self.target, self.claim)


class PortableRun(Frozen, frozen=True):
    """The portable part of a run. ``profile`` and ``seed`` must agree before two are compared."""

    run: str
    gilbench: str
    git_commit: str | None
    profile: str
    seed: int
    usable_cores: int
    quantities: tuple[PortableRatio, ...]
    rulings: tuple[Ruling, ...]
    interpreters: tuple[Interpreter, ...] = ()  # empty in baselines that an older gilbench kept
    schema: int = PORTABLE_SCHEMA

    @property
    def measured_on(self) -> tuple[Interpreter, ...]:
        """The interpreters, in the order of the run."""
        if self.interpreters:
            return self.interpreters
        of_quantities = [quantity.target for quantity in self.quantities]
        of_rulings = [ruling.target for ruling in self.rulings]
        return interpreters_named([*of_quantities, *of_rulings])


SPEEDUP, CORES_USED = "speedup", "cores used"


def extract(tables: Tables, verdicts: Iterable[Verdict]) -> PortableRun:
    """The portable part of a run and of the verdicts on it."""
    run, verdicts = tables.run, tuple(verdicts)
    interpreters = interpreters_of(run.targets)
    names = {id: interpreter.name for id, interpreter in interpreters.items()}
    quantities = {one.key: one for one in (*_of_cases(tables, names), *_of_evidence(run, verdicts, names))}
    return PortableRun(
        run=run.id,
        gilbench=run.gilbench,
        git_commit=run.git_commit,
        profile=run.profile,
        seed=run.seed,
        usable_cores=run.host.usable_cores,
        quantities=tuple(quantities.values()),
        rulings=tuple(
            Ruling(names[verdict.target], verdict.id, verdict.verdict, verdict.as_expected) for verdict in verdicts
        ),
        interpreters=tuple(interpreters.values()),
    )


def _of_cases(tables: Tables, names: dict[str, str]) -> Iterator[PortableRatio]:
    """Speedup, and cores used where there is computing, of every comparison within a target; serial code with itself is
    a control and no case."""
    for comparison in tables.comparisons:
        case, reference = comparison.case, comparison.reference
        if case == reference or case.target != reference.target:
            continue
        launches = tables.of(comparison.id)
        cores = _cores_of(case, tables.run)
        found = {SPEEDUP: launches["log_speedup"].to_numpy(dtype=float)}
        if cores is not None:  # what waits uses next to nothing, and how much of that is the clock's resolution
            with np.errstate(divide="ignore"):
                found[CORES_USED] = np.log(launches["cores_used"].to_numpy(dtype=float))
        for name, values in found.items():
            location = locate(values[np.isfinite(values)].tolist())
            if location is not None:
                better = True if name == SPEEDUP else None
                found_at = _quantity(
                    names[case.target], comparison.label, name, location, (cores, comparison.tasks), better
                )
                yield msgspec.structs.replace(found_at, ceiling=_least_ceiling(launches["log_ceiling"]))


def _least_ceiling(log_ceilings: pd.Series) -> float | None:
    """None where the control did not run."""
    return math.exp(log_ceilings.min()) if log_ceilings.notna().any() else None


def _cores_of(case: Case, run: Run) -> int | None:
    """Cores that a computing case can use; None where tasks only wait, which needs no core."""
    target = next(target for target in run.targets if target.id == case.target)
    computes = target.workload(case.workload).kind == "cpu"
    return min(case.workers, run.host.usable_cores) if computes else None


def _of_evidence(run: Run, verdicts: Iterable[Verdict], names: dict[str, str]) -> Iterator[PortableRatio]:
    """Ratios that verdicts rest on and that no comparison gives, such as latency beside computing threads."""
    experiments = {planned.item.id: planned.item.label for planned in run.plan if len(planned.targets) == 1}
    timed = {planned.item.id for planned in run.plan if hasattr(planned.item, "case")}
    for verdict in verdicts:
        for evidence in verdict.evidence:
            usable = evidence.item in experiments and evidence.item not in timed
            location = log_location(evidence) if usable else None
            if location is not None:
                yield _quantity(names[verdict.target], experiments[evidence.item], evidence.quantity, location)


def _quantity(
    target: str,
    item: str,
    name: str,
    location: Location,
    cores_and_tasks: tuple[int | None, int | None] = (None, None),
    better: bool | None = None,
) -> PortableRatio:
    middle = (location.center, location.se, location.df, location.n)
    return PortableRatio(target, item, name, *middle, *cores_and_tasks, better)


def log_location(evidence: Evidence) -> Location | None:
    """Locate the natural logarithm of a ratio that a verdict rests on.

    Returns:
        None where it is no ratio, or where its interval reaches 0. The standard error of a plain
        number is carried over to its logarithm by the derivative there (the delta method).
    """
    basis, estimate = evidence.basis, evidence.estimate
    if basis is None or estimate.unit not in DIMENSIONLESS:
        return None
    if basis.log:
        return Location(basis.center, basis.se, basis.df, estimate.n)
    if estimate.lo <= 0:
        return None
    return Location(math.log(basis.center), basis.se / basis.center, basis.df, estimate.n)


def read(path: Path) -> PortableRun:
    """A baseline of portable quantities from its file; InputError if it is damaged or of another schema."""
    try:
        raw = path.read_bytes()
        schema = msgspec.json.decode(raw).get("schema")
        if schema != PORTABLE_SCHEMA:
            raise InputError(
                f"{path} has schema {schema}, this gilbench reads {PORTABLE_SCHEMA}; make the baseline again"
            )
        return msgspec.json.decode(raw, type=PortableRun)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read ({error}); make the baseline again: make baseline") from error


def write(path: Path, portable: PortableRun) -> None:
    """Write a baseline, a quantity a line or so, that a diff can be read; InputError if the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(portable), indent=2) + b"\n")
    except OSError as error:
        raise InputError(f"cannot write the baseline to {path}: {error.strerror}; choose another file") from error
