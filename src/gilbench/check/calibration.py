"""What a host can see: how often identical code would alarm there, and how small a slowdown is found.

Both are replayed: whole checks are decided over and over on launches drawn from those that were measured, to which a
slowdown is added. What no launch of the calibration shows, such as another hour's neighbours, is not in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from gilbench.check import replay
from gilbench.check.decision import Bounds, Change
from gilbench.model import Frozen, Host, InputError
from gilbench.results import fingerprint

SCHEMA = 1
REPLAYS = 200  # of a check or case: an error of 3 % at 95 %
FOUND = 0.95
EFFECTS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.10, 0.15, 0.20, 0.30, 0.50, 1.0)
SCALES = (1.0, 2.0, 3.0)  # of the usual launches
FEWEST = 8  # launches of a case that replays may draw from


class Resolution(Frozen, frozen=True):
    """One case: how much its launches vary (standard deviation of their log ratios), over ``n`` of them, and the
    smallest slowdown that is found in 95 of 100 checks, by the multiple of the usual launches; None beyond 100 %."""

    case: str
    sd: float
    n: int
    smallest: dict[float, float | None]


class Calibration(Frozen, frozen=True):
    """A host. In ``false_alarms`` of ``checks`` replays of identical code something was called slower by ``margin``."""

    host: str
    python: str
    measured_utc: str
    margin: float
    checks: int
    false_alarms: int
    cases: tuple[Resolution, ...]
    schema: int = SCHEMA

    def scale(self, case: str, margin: float) -> float:
        """The multiple of the usual launches that a case needs for a margin; the largest where none will do."""
        for one in self.cases:
            if one.case == case:
                return next((scale for scale in SCALES if _reaches(one.smallest[scale], margin)), SCALES[-1])
        return SCALES[0]

    def smallest(self, case: str) -> float | None:
        """The smallest slowdown of a case that this host can see at all; None where nothing is known of it."""
        return next((one.smallest[SCALES[-1]] or math.inf for one in self.cases if one.case == case), None)

    def in_words(self) -> str:
        """``sees 3 % in most cases, 5 % in fnv1a-serial-w1``, and the false alarms."""
        seen = [one.smallest[SCALES[0]] or math.inf for one in self.cases]
        worst = max(self.cases, key=lambda one: one.smallest[SCALES[0]] or math.inf)
        middle = sorted(seen)[len(seen) // 2]
        return (
            f"this host, calibrated {self.measured_utc}, sees {_percent(middle)} in half of its cases and "
            f"{_percent(max(seen))} in the worst, {worst.case}; false alarms: {self.false_alarms} of {self.checks} "
            f"replayed checks at {self.margin:.0%}"
        )


def _reaches(smallest: float | None, margin: float) -> bool:
    return smallest is not None and smallest <= margin


def _percent(effect: float) -> str:
    return f"{effect:.0%}" if math.isfinite(effect) else "nothing below 100%"


def calibrate(
    samples: Mapping[str, Sequence[float]], margin: float, effort: replay.Looks, seed: int
) -> tuple[int, tuple[Resolution, ...]]:
    """False alarms in REPLAYS checks of identical code, and the resolution of every case, from samples of log ratios of
    code with itself; InputError where a case has too few launches."""
    for case, values in samples.items():  # disturbed launches are left out, so enough measured may be too few
        if len(values) < FEWEST:
            raise InputError(f"{case} has {len(values)} usable launches, {FEWEST} are needed; raise --launches")
    generator = np.random.default_rng(seed)
    centred = {case: np.asarray(values) - np.median(values) for case, values in samples.items()}
    as_measured = [_drawn(generator, np.asarray(values)) for values in samples.values()]
    bounds = [Bounds.of(margin)] * len(samples)
    alarms = 0
    for _ in range(REPLAYS):
        alarms += any(change == Change.REGRESSED for change, _ in replay.check(as_measured, bounds, effort))
    resolutions = [
        Resolution(
            case,
            float(np.std(values, ddof=1)),
            len(values),
            {scale: _smallest(generator, values, scaled(effort, scale)) for scale in SCALES},
        )
        for case, values in centred.items()
    ]
    return alarms, tuple(resolutions)


def scaled(effort: replay.Looks, scale: float) -> replay.Looks:
    """The same looks at more launches."""
    return replay.Looks(
        tuple(round(scale * one) for one in effort.looks), tuple(round(scale * one) for one in effort.again)
    )


def _drawn(generator: np.random.Generator, values: np.ndarray, slowdown: float = 0.0) -> replay.Draw:
    return lambda n: (generator.choice(values, n) + math.log1p(slowdown)).tolist()


def _smallest(generator: np.random.Generator, values: np.ndarray, effort: replay.Looks) -> float | None:
    """The smallest of EFFECTS that is found, at a margin as large as it is."""
    for effect in EFFECTS:
        draw, bounds = [_drawn(generator, values, effect)], [Bounds.of(effect)]
        missed = 0
        for _ in range(REPLAYS):
            missed += replay.check(draw, bounds, effort)[0][0] != Change.REGRESSED
            if missed > (1 - FOUND) * REPLAYS:
                break
        else:
            return effect
    return None


def path_of(out: Path, host: Host) -> Path:
    """Where the calibration of a host is kept, beside its runs."""
    return out / "calibrations" / f"{fingerprint.short(host)}.json"


def read(path: Path) -> Calibration | None:
    """The calibration in a file, or None where there is none; InputError if it is damaged or of another schema."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); mend that, or remove it") from error
    try:
        if msgspec.json.decode(raw).get("schema") == SCHEMA:
            return msgspec.json.decode(raw, type=Calibration)
    except (msgspec.MsgspecError, UnicodeDecodeError, AttributeError) as error:
        raise InputError(f"{path} is damaged ({error}); calibrate again: gilbench calibrate") from error
    raise InputError(f"{path} has another schema than {SCHEMA}; calibrate again: gilbench calibrate")


def write(path: Path, calibration: Calibration) -> None:
    """Keep it; InputError if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(calibration), indent=2) + b"\n")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}; choose another folder with --out") from error
