"""How small a slowdown a host can see, and how often identical code would fail a check there.

Policy: whole checks are replayed on launches drawn from those that were measured, with a slowdown
added. A disturbance that no launch of the calibration met is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from msgspec import Meta

from gilbench.check import replay
from gilbench.check.decision import Bounds, Change
from gilbench.model import Count, Frozen, Host, InputError, Name, Positive, one_line
from gilbench.results import fingerprint
from gilbench.results.files import encode_json, read_json, write_file, writing
from gilbench.results.possible import Impossible, check_time

SCHEMA = 1
REPLAYS = 200  # per check or case: an error of 3 % at 95 %
FOUND = 0.95  # the share of replayed checks that must find a slowdown
EFFECTS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.10, 0.15, 0.20, 0.30, 0.50, 1.0)
SCALES = (1.0, 2.0, 3.0)  # of the usual launches
FEWEST = 8  # launches of a case that replays may draw from


class Resolution(Frozen, frozen=True):
    """What the host can see of one case.

    Attributes:
        case: The label of the case.
        sd: The standard deviation of the log ratios of its launches.
        n: Launches.
        smallest: Multiple of the usual launches → the smallest slowdown, as a share, that is found
            in 95 of 100 checks; None where not even 100 % is.
    """

    case: Name
    sd: Annotated[float, Meta(ge=0, le=50)]
    n: Annotated[int, Meta(ge=2, le=1_000_000)]
    smallest: dict[float, Annotated[float, Meta(gt=0, le=100)] | None]


class Calibration(Frozen, frozen=True):
    """What a host can see.

    Attributes:
        host: The digest of its fingerprint.
        python: The version that was measured.
        measured_utc: When, in ISO 8601.
        margin: The margin of time at which false alarms were counted, as a share.
        checks: Replayed checks of identical code.
        false_alarms: In how many of them a case was called slower.
        cases: What the host can see of each case.
    """

    host: Name
    python: Name
    measured_utc: Name
    margin: Annotated[float, Meta(gt=0, le=10)]
    checks: Positive
    false_alarms: Count
    cases: Annotated[tuple[Resolution, ...], Meta(min_length=1)]
    schema: int = SCHEMA

    def scale(self, case: str, margin: float) -> float:
        """The multiple of the usual launches that a case needs for a margin.

        Returns:
            The largest multiple where none is enough, and 1 for a case that was not calibrated.
        """
        resolution = self._of_case(case)
        if resolution is None:
            return SCALES[0]
        for scale in SCALES:
            smallest = resolution.smallest[scale]
            if smallest is not None and smallest <= margin:
                return scale
        return SCALES[-1]

    def smallest(self, case: str) -> float | None:
        """The smallest slowdown of a case that most launches find; None if not calibrated."""
        resolution = self._of_case(case)
        if resolution is None:
            return None
        return resolution.smallest[SCALES[-1]] or math.inf

    def _of_case(self, case: str) -> Resolution | None:
        for resolution in self.cases:
            if resolution.case == case:
                return resolution
        return None

    def in_words(self) -> str:
        """What the host sees in half of its cases and in the worst, and the false alarms."""
        smallest = {
            resolution.case: resolution.smallest[SCALES[0]] or math.inf for resolution in self.cases
        }
        worst = max(smallest, key=lambda case: smallest[case])
        median = sorted(smallest.values())[len(smallest) // 2]
        return (
            f"this host, calibrated {self.measured_utc}, sees {_percent(median)} in half of its "
            f"cases and {_percent(smallest[worst])} in the worst, {worst}; false alarms: "
            f"{self.false_alarms} of {self.checks} replayed checks at {self.margin:.0%}"
        )


def _percent(effect: float) -> str:
    if math.isinf(effect):
        return "nothing below 100%"
    return f"{effect:.0%}"


def calibrate(
    samples: Mapping[str, Sequence[float]], margin: float, effort: replay.Looks, seed: int
) -> tuple[int, tuple[Resolution, ...]]:
    """Replay checks on the launches of code that was compared with itself.

    Args:
        samples: For each case the natural logarithms of the ratios of its launches.
        margin: The margin at which false alarms are counted, as a share.
        effort: After how many launches samples are analysed.
        seed: Of the draws.

    Returns:
        The false alarms in REPLAYS checks of identical code, and what is seen of each case.

    Raises:
        InputError: A case has too few launches.
    """
    for case, values in samples.items():  # of enough launches too many may have been disturbed
        if len(values) < FEWEST:
            raise InputError(
                f"{case} has {len(values)} usable launches, {FEWEST} are needed; raise --launches"
            )
    generator = np.random.default_rng(seed)
    as_measured = [_drawn(generator, np.asarray(values)) for values in samples.values()]
    bounds = [Bounds.of(margin)] * len(samples)
    alarms = 0
    for _ in range(REPLAYS):
        results = replay.check(as_measured, bounds, effort)
        alarms += any(result.change == Change.REGRESSED for result in results)
    resolutions = []
    for case, values in samples.items():
        centred = np.asarray(values) - np.median(values)
        smallest = {scale: _smallest(generator, centred, scaled(effort, scale)) for scale in SCALES}
        sd = float(np.std(centred, ddof=1))
        resolutions.append(Resolution(case, sd, len(values), smallest))
    return alarms, tuple(resolutions)


def scaled(effort: replay.Looks, scale: float) -> replay.Looks:
    """The same interim analyses after ``scale`` times as many launches."""
    looks = tuple(round(scale * look) for look in effort.looks)
    again = tuple(round(scale * look) for look in effort.again)
    return replay.Looks(looks, again)


def _drawn(
    generator: np.random.Generator, values: np.ndarray, slowdown: float = 0.0
) -> replay.Draw:
    return lambda n: (generator.choice(values, n) + math.log1p(slowdown)).tolist()


def _smallest(
    generator: np.random.Generator, values: np.ndarray, effort: replay.Looks
) -> float | None:
    """The smallest of EFFECTS that is found, at a margin of the same size."""
    for effect in EFFECTS:
        draw, bounds = [_drawn(generator, values, effect)], [Bounds.of(effect)]
        missed = 0
        for _ in range(REPLAYS):
            (result,) = replay.check(draw, bounds, effort)
            missed += result.change != Change.REGRESSED
            if missed > (1 - FOUND) * REPLAYS:
                break
        else:
            return effect
    return None


def path_of(out: Path, host: Host) -> Path:
    """Where the calibration of a host is kept, in the folder of its runs."""
    return out / "calibrations" / f"{fingerprint.short(host)}.json"


def read(path: Path) -> Calibration | None:
    """Read a calibration.

    Returns:
        None where there is no file.

    Raises:
        InputError: The file cannot be read, is damaged, or has another schema.
    """
    if not path.exists() and not path.is_symlink():
        return None
    remedy = "calibrate again: gilbench calibrate"
    kept = read_json(path, Calibration, SCHEMA, remedy)
    try:
        _check_possible(kept)
    except Impossible as error:
        raise InputError(f"{path} cannot be ({one_line(str(error))}); {remedy}") from error
    return kept


def _check_possible(kept: Calibration) -> None:
    check_time("measured_utc", kept.measured_utc)
    if kept.false_alarms > kept.checks:
        raise Impossible(f"{kept.false_alarms} false alarms in {kept.checks} checks")
    if len({resolution.case for resolution in kept.cases}) < len(kept.cases):
        raise Impossible("it has a case twice")
    for resolution in kept.cases:
        if tuple(sorted(resolution.smallest)) != SCALES:
            raise Impossible(f"{resolution.case} has other multiples than {SCALES}")


def write(path: Path, calibration: Calibration) -> None:
    """Write a calibration.

    Raises:
        InputError: The file cannot be written.
    """
    with writing(path, "choose another folder with --out"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, encode_json(calibration))
