"""The kinds of interval that gilbench prints, and how often each covers the truth on a simulated host."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from tools.selfbench.simulated import HOSTS, Launches, Law, simulate

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import Location, locate
from gilbench.analysis.proportion import Proportion
from gilbench.analysis.steps import find_steps
from gilbench.check import decision, replay
from gilbench.claims import margins
from gilbench.claims.margins import ALPHA
from gilbench.model import Effort
from gilbench.plan.profiles import LOOKS, PROFILES, of_percentiles
from gilbench.run.interleaved import EFFORT as CHECK
from gilbench.summary import call_ways, cases

REPEATS = 100  # of every mood
NOMINAL = 0.95
CLAIMS = 35  # undecided ones in the family of a claim
THREADS, PROCESSES = math.log(0.98), math.log(1.0)  # beyond what the simulated host gives
CHECK_LOOKS = (CHECK.looks, CHECK.again)
CHECK_PAIRS = 6
SLOWDOWNS = (0.0, 0.017, 0.05)  # nothing, what is tolerated, the margin
TRIALS = 20
TREND_SERIES, TREND_RUNS = 6, 20
# Why a coverage is not that of 95 %; the figures stand in docs/measurements/coverage.md
OF_ANALYSES = "printed at {:.1f} %, which corrects for all planned interim analyses whether or not a claim needs more than the first"
OF_COURSE = (
    "experiments and truth have the same course of speeds, so that part of what launches differ by, which widens the "
    "interval, is no error of their mean (it varies by 0.83 to 0.92 of its standard error); launches of any other course "
    "have their mean within it less often"
)
OF_TAILS = (
    "few of the first 6 launches meet a change of speed, and those differ much: with such heavy tails a t interval covers "
    "more than its level, with 24 launches no longer"
)
TWO_SPEEDS = "two speeds"  # how hosts of them begin
Counts = tuple[int, int]  # that covered, of how many


@dataclass(frozen=True)
class Kind:
    """One kind of interval: how it is called, and how many of its experiments covered the truth.

    Attributes:
        looks: Planned interim analyses that its level corrects for.
        of_speeds: Why it covers otherwise on hosts of two speeds.
    """

    name: str
    count: Callable[[Law, int, np.random.Generator], Counts]
    hosts: tuple[str, ...] = tuple(HOSTS)
    note: str = ""
    looks: int = 1
    of_speeds: str = OF_COURSE

    def series(self, host: str) -> str:
        """The name of its trials on a host."""
        return f"{self.name} | {host}"

    def reasons(self, host: str) -> str:
        """Why its coverage is not that of 95 %, on a host."""
        reasons = []
        if self.looks > 1:
            level = 100 * nominal_confidence(NOMINAL, self.looks)
            reasons.append(OF_ANALYSES.format(level))
        if self.note:
            reasons.append(self.note)
        if host.startswith(TWO_SPEEDS) and self.of_speeds:
            reasons.append(self.of_speeds)
        return "; ".join(reasons)


def _covers(interval: tuple[float, float], truth: float) -> bool:
    return interval[0] <= truth <= interval[1]


def _count(
    launches: Launches, shown: Callable[[np.ndarray], tuple[tuple[float, float], int]]
) -> Counts:
    """How many experiments cover what could have been measured in their own seconds."""
    moods, repeats, _ = launches.logs.shape
    covered = 0
    for mood in range(moods):
        for repeat in range(repeats):
            interval, number = shown(launches.logs[mood, repeat])
            covered += _covers(interval, launches.truth_of(mood, repeat, number))
    return covered, moods * repeats


def _stopped(values: np.ndarray, bound: float, looks: Sequence[int] = LOOKS) -> Location:
    """What is known of a claim's quantity when it is decided, or at the last launch."""
    level = ALPHA / 2 / len(looks) / CLAIMS
    location = None
    for look in looks:
        location = locate(values[:look].tolist())
        assert location is not None
        if min(location.p_below(bound), location.p_above(bound)) <= level:
            break
    assert location is not None
    return location


def _of_verdict(
    strategy: str, log_ratio: float, bound: float
) -> Callable[[Law, int, np.random.Generator], Counts]:
    def count(law: Law, moods: int, generator: np.random.Generator) -> Counts:
        launches = simulate(
            law,
            strategy,
            log_ratio,
            launches=LOOKS[-1],
            pairs=PROFILES["standard"].claim.pairs,
            moods=moods,
            repeats=REPEATS,
            generator=generator,
        )
        confidence = nominal_confidence(NOMINAL, len(LOOKS))

        def shown(values: np.ndarray) -> tuple[tuple[float, float], int]:
            location = _stopped(values, bound)
            return location.interval(confidence), location.n

        return _count(launches, shown)

    return count


def survey(law: Law, moods: int, generator: np.random.Generator) -> Counts:
    """A standard run's speedups that no claim asks for: a fixed number of launches."""
    effort = PROFILES["standard"].survey
    number = effort.looks[-1]
    launches = simulate(
        law,
        "processes",
        PROCESSES,
        launches=number,
        pairs=effort.pairs,
        moods=moods,
        repeats=REPEATS,
        generator=generator,
    )

    def shown(values: np.ndarray) -> tuple[tuple[float, float], int]:
        estimate = cases.measured(values, "×", log=True)
        assert estimate is not None
        lo, hi = estimate.span
        return (math.log(lo), math.log(hi)), number

    return _count(launches, shown)


def advice(law: Law, moods: int, generator: np.random.Generator) -> Counts:
    """The gain of a way in ``gilbench advise``, of three to six launches as its time allows."""
    launches = simulate(
        law,
        "threads",
        THREADS,
        launches=6,
        pairs=2,
        moods=moods,
        repeats=REPEATS,
        generator=generator,
    )

    def shown(values: np.ndarray) -> tuple[tuple[float, float], int]:
        number = int(generator.integers(3, 7))
        estimate = call_ways.gain_over_launches(values[:number].tolist())
        assert estimate is not None
        return (math.log(estimate.lo), math.log(estimate.hi)), number

    return _count(launches, shown)


def check(law: Law, moods: int, generator: np.random.Generator) -> Counts:
    """The ratio of ``gilbench check``: of the first sample, or of the second where it is suspected."""
    bounds = decision.Bounds.of(0.05)
    covered = of = 0
    for slowdown in SLOWDOWNS:
        both = sum(looks[-1] for looks in CHECK_LOOKS)
        launches = simulate(
            law,
            "head",
            -math.log1p(slowdown),
            launches=both,
            pairs=CHECK_PAIRS,
            moods=max(1, moods // len(SLOWDOWNS)),
            repeats=REPEATS,
            generator=generator,
            combine=lambda logs: np.median(logs, axis=1),
        )

        def shown(values: np.ndarray) -> tuple[tuple[float, float], int]:
            location, looks, number = _checked(-values, bounds)
            lo, hi = location.interval(nominal_confidence(NOMINAL, looks))
            return (-hi, -lo), number

        more, number = _count(launches, shown)
        covered, of = covered + more, of + number
    return covered, of


def _checked(slowdowns: np.ndarray, bounds: decision.Bounds) -> tuple[Location, int, int]:
    """The location that a check shows, its planned analyses, and the launches up to its last."""
    first_looks, second_looks = CHECK_LOOKS
    first = replay.first(lambda n: slowdowns[:n].tolist(), bounds, first_looks, 1)
    if not decision.suspect(first.location, bounds, len(first_looks)):
        return first.location, len(first_looks), first.launches
    rest = slowdowns[first.launches :]
    second = replay.second(lambda n: rest[:n].tolist(), bounds, second_looks, 1)
    return second.location, len(second_looks), first.launches + second.launches


def latency(law: Law, moods: int, generator: np.random.Generator) -> Counts:
    """The 90th percentile of a wake-up over the switch interval, of 30 samples in each launch."""
    n = moods * REPEATS

    def launch_values(number: int, launches: int) -> np.ndarray:
        shape = (number, launches, 30)
        waits = generator.geometric(0.5, shape) + generator.exponential(0.05, shape)
        offset = generator.normal(0, law.launch_noise, (number, launches))
        is_bad = generator.random((number, launches)) < law.bad
        offset += is_bad * generator.uniform(0.05, 0.10, (number, launches))
        return np.asarray(np.log(np.percentile(waits, 90, axis=2)) + offset)

    many = np.sort(launch_values(4000, 40).ravel())
    cut = len(many) // 10
    truth = float(many[cut:-cut].mean())
    looks = of_percentiles(Effort(LOOKS, 1)).looks
    confidence = nominal_confidence(NOMINAL, len(looks))
    stopped = [_stopped(each, math.log(1.5), looks) for each in launch_values(n, looks[-1])]
    return sum(_covers(location.interval(confidence), truth) for location in stopped), n


def trials(_: Law, moods: int, generator: np.random.Generator) -> Counts:
    """A share of trials, such as daemons that were terminated: the exact interval."""
    n = moods * REPEATS
    truths = generator.uniform(0.02, 0.98, n)
    held = generator.binomial(TRIALS, truths)
    pairs = zip(held.tolist(), truths.tolist(), strict=True)
    return sum(_covers(Proportion(k, TRIALS).interval(NOMINAL), truth) for k, truth in pairs), n


def trend(law: Law, moods: int, generator: np.random.Generator) -> Counts:
    """Histories in which nothing changed and no step is marked."""
    n = moods * REPEATS
    unmarked = 0
    for _ in range(n):
        shape = (TREND_SERIES, TREND_RUNS)
        values = generator.normal(0, max(0.01, law.launch_noise), shape)
        values += (generator.random(shape) < law.bad) * generator.uniform(0.05, 0.10, shape)
        seed = int(generator.integers(1 << 30))
        unmarked += not find_steps(values.tolist(), seed=seed)
    return unmarked, n


KINDS = (
    Kind(
        "verdicts, threads",
        _of_verdict("threads", THREADS, math.log(margins.GAIN)),
        looks=len(LOOKS),
    ),
    Kind(
        "verdicts, processes", _of_verdict("processes", PROCESSES, math.log(1.5)), looks=len(LOOKS)
    ),
    Kind("survey", survey),
    Kind("advice, gain", advice),
    Kind("check", check, looks=len(CHECK_LOOKS[0]), of_speeds=OF_TAILS),
    Kind("percentiles of waits", latency, hosts=("quiet", "rare bad launches")),
    Kind(
        "shares of trials",
        trials,
        hosts=("quiet",),
        note="the exact interval covers at least 95 % by construction, and more with 20 trials",
    ),
    Kind(
        "trend without a change: no step marked",
        trend,
        hosts=("quiet", "rare bad launches"),
    ),
)
