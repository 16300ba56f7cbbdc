"""The part of a run that means the same on another machine: ratios and verdicts, without any time.

A ratio is kept as the mean of its logarithm over launches with its standard error, which is all
that a comparison of two independent runs needs (Welch), so that a committed baseline is small.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from msgspec import Meta

from gilbench.analysis.location import SMALLEST_SE, Location, locate
from gilbench.check.versions import Interpreter, interpreters_named, interpreters_of
from gilbench.model import (
    Case,
    Comparison,
    Evidence,
    Frozen,
    InputError,
    Name,
    Outcome,
    Positive,
    Run,
    Signed,
    Verdict,
    one_line,
)
from gilbench.results.files import encode_json, read_json, write_named_file, writing
from gilbench.results.tables import Tables

PORTABLE_SCHEMA = 1
SPEEDUP, CORES_USED = "speedup", "cores used"
# Units of evidence that is a ratio of two times, or a slope of one over another
DIMENSIONLESS = ("×", "")


# What is possible in a baseline that somebody hands over
LogRatio = Annotated[float, Meta(ge=-50, le=50)]  # a ratio of times from 1e-21 to 1e21
Spread = Annotated[float, Meta(ge=SMALLEST_SE / 1e6, le=50)]  # a small one of a plain number's
Freedom = Annotated[float, Meta(gt=0, le=1e6)]
Launches = Annotated[int, Meta(ge=2, le=1_000_000)]
Ceiling = Annotated[float, Meta(gt=0, le=1e6)]


class PortableRatio(Frozen, frozen=True):
    """A ratio that can be compared between machines.

    Attributes:
        target: The interpreter, as ``Interpreter.name``.
        item: The label of the case or experiment.
        name: Which ratio of the item: ``speedup``, ``cores used``, or the quantity of a claim.
        center: The trimmed mean of its natural logarithm over launches.
        se: The standard error of ``center``.
        df: The degrees of freedom of ``se``.
        n: Launches.
        cores: How many cores the case could use at most; None where its tasks only wait.
        tasks: How many tasks a round has. Ratios that differ in ``cores`` or ``tasks`` are not
            compared.
        more_is_better: None where neither direction is worse.
        ceiling: The lowest ceiling of its launches.
    """

    target: Name
    item: Name
    name: Name
    center: LogRatio
    se: Spread
    df: Freedom
    n: Launches
    cores: Positive | None = None
    tasks: Positive | None = None
    more_is_better: bool | None = None
    ceiling: Ceiling | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What a ratio has in common with the one that it is compared with."""
        return (self.target, self.item, self.name)

    @property
    def location(self) -> Location:
        """The natural logarithm of the ratio."""
        return Location(self.center, self.se, self.df, self.n)


class Ruling(Frozen, frozen=True):
    """A verdict without its words."""

    target: Name
    claim: Name
    verdict: Outcome
    as_expected: bool | None

    @property
    def key(self) -> tuple[str, str]:
        """What a verdict has in common with the one that it is compared with."""
        return (self.target, self.claim)


class PortableRun(Frozen, frozen=True):
    """The portable part of a run.

    Two are compared only if ``profile`` and ``seed`` are the same.
    """

    run: Name
    gilbench: Name
    git_commit: Name | None
    profile: Name
    seed: Signed
    usable_cores: Positive
    quantities: tuple[PortableRatio, ...]
    rulings: tuple[Ruling, ...]
    interpreters: tuple[Interpreter, ...] = ()  # empty in baselines that an older gilbench kept
    schema: int = PORTABLE_SCHEMA

    @property
    def measured_on(self) -> tuple[Interpreter, ...]:
        """The interpreters, in the order of the run."""
        if self.interpreters:
            return self.interpreters
        of_ratios = [ratio.target for ratio in self.quantities]
        of_rulings = [ruling.target for ruling in self.rulings]
        return interpreters_named([*of_ratios, *of_rulings])


def extract_portable(tables: Tables, verdicts: Iterable[Verdict]) -> PortableRun:
    """Extract the portable part of a run and of the verdicts on it."""
    run, verdicts = tables.run, tuple(verdicts)
    interpreters = interpreters_of(run.targets)
    names = {id: interpreter.name for id, interpreter in interpreters.items()}
    ratios = {}
    for ratio in (*_of_cases(tables, names), *_of_evidence(run, verdicts, names)):
        ratios[ratio.key] = ratio
    rulings = []
    for verdict in verdicts:
        name = names[verdict.target]
        rulings.append(Ruling(name, verdict.id, verdict.verdict, verdict.as_expected))
    return PortableRun(
        run=run.id,
        gilbench=run.gilbench,
        git_commit=run.git_commit,
        profile=run.profile,
        seed=run.seed,
        usable_cores=run.host.usable_cores,
        quantities=tuple(ratios.values()),
        rulings=tuple(rulings),
        interpreters=tuple(interpreters.values()),
    )


def _of_cases(tables: Tables, names: dict[str, str]) -> Iterator[PortableRatio]:
    """The ratios of every comparison within a target.

    Serial code compared with itself is a control and no case.
    """
    for comparison in tables.comparisons:
        case, reference = comparison.case, comparison.reference
        if case == reference or case.target != reference.target:
            continue
        launches = tables.of(comparison.id)
        cores = _cores_of(case, tables.run)
        ceiling = _lowest_ceiling(launches["log_ceiling"])
        for name, log_values in _log_ratios(launches, computes=cores is not None).items():
            location = locate(log_values[np.isfinite(log_values)].tolist())
            if location is not None:
                yield PortableRatio(
                    target=names[case.target],
                    item=comparison.label,
                    name=name,
                    center=location.center,
                    se=location.se,
                    df=location.df,
                    n=location.n,
                    cores=cores,
                    tasks=comparison.tasks,
                    more_is_better=True if name == SPEEDUP else None,
                    ceiling=ceiling,
                )


def _log_ratios(launches: pd.DataFrame, *, computes: bool) -> dict[str, np.ndarray]:
    """The logarithms of the ratios of each launch, by the names of the ratios.

    Cores used are left out where tasks wait: they use next to nothing, and the resolution of the
    clock decides how much.
    """
    log_ratios = {SPEEDUP: launches["log_speedup"].to_numpy(dtype=float)}
    if computes:
        with np.errstate(divide="ignore"):
            log_ratios[CORES_USED] = np.log(launches["cores_used"].to_numpy(dtype=float))
    return log_ratios


def _lowest_ceiling(log_ceilings: pd.Series) -> float | None:
    """None where the control did not run."""
    if not log_ceilings.notna().any():
        return None
    return math.exp(log_ceilings.min())


def _cores_of(case: Case, run: Run) -> int | None:
    """The cores that a CPU-bound case can use; None where tasks only wait, which needs no core."""
    if run.target(case.target).workload(case.workload).kind != "cpu":
        return None
    return min(case.workers, run.host.usable_cores)


def _of_evidence(
    run: Run, verdicts: Iterable[Verdict], names: dict[str, str]
) -> Iterator[PortableRatio]:
    """The ratios behind verdicts that no comparison gives, such as those of wake-up latencies."""
    experiments = {}
    for planned in run.plan:
        if len(planned.targets) == 1 and not isinstance(planned.item, Comparison):
            experiments[planned.item.id] = planned.item.label
    for verdict in verdicts:
        for evidence in verdict.evidence:
            if evidence.item not in experiments:
                continue
            location = log_location(evidence)
            if location is not None:
                yield PortableRatio(
                    target=names[verdict.target],
                    item=experiments[evidence.item],
                    name=evidence.quantity,
                    center=location.center,
                    se=location.se,
                    df=location.df,
                    n=location.n,
                )


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
    """Read a kept baseline.

    Raises:
        InputError: The file cannot be read, is damaged, has another schema, or cannot be.
    """
    remedy = "make the baseline again: make baseline"
    kept = read_json(path, PortableRun, PORTABLE_SCHEMA, remedy)
    why = _why_impossible(kept)
    if why is not None:
        raise InputError(f"{path} cannot be ({one_line(why)}); {remedy}")
    return kept


def _why_impossible(kept: PortableRun) -> str | None:
    """Which rule across its records a baseline breaks; None if it can be."""
    keys: list[tuple[str, ...]] = [(interpreter.name,) for interpreter in kept.interpreters]
    keys += [ratio.key for ratio in kept.quantities]
    keys += [("verdict on", *ruling.key) for ruling in kept.rulings]
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        return f"it has {' '.join(twice[0])} twice"
    names = {interpreter.name for interpreter in kept.measured_on}
    targets = {ratio.target for ratio in kept.quantities}
    targets |= {ruling.target for ruling in kept.rulings}
    if not targets <= names:
        return f"it has no interpreter {min(targets - names)!r}"
    for ratio in kept.quantities:
        if ratio.cores is not None and ratio.cores > kept.usable_cores:
            return f"{ratio.item} could use {ratio.cores} of {kept.usable_cores} cores"
        if ratio.df >= ratio.n:
            return f"{ratio.item} has {ratio.df:g} degrees of freedom of {ratio.n} launches"
    return None


def write(path: Path, portable: PortableRun) -> None:
    """Write a baseline.

    Raises:
        InputError: The file cannot be written.
    """
    with writing(f"the baseline to {path}", "choose another file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_named_file(path, encode_json(portable))
