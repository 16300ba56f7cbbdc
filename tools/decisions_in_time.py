"""How soon claims are decided, as tables for docs/measurements/decisions-in-time.md.

Studies: ``replay`` truncates recorded runs to their first launches and judges them; ``ceiling`` compares two
rules for hosts whose virtual cores share a real one; ``rounds`` simulates A16 on cores of two speeds with rounds
of several lengths; ``controls`` says what an A/A control can void.

Usage: ``python tools/decisions_in_time.py STUDY [RUN ...]``; RUN is a folder, for ``replay`` only.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from gilbench.analysis import family
from gilbench.analysis.location import locate
from gilbench.analysis.proportion import Proportion
from gilbench.claims import margins
from gilbench.claims.aa_controls import SAME
from gilbench.claims.judging import RunClaims
from gilbench.model import Comparison, Effort, Experiment, PlannedItem
from gilbench.plan.profiles import LOOKS
from gilbench.results import tables as loading
from gilbench.results.tables import Tables

CLAIMS = 35  # that apply on a build with the GIL
LEVEL = margins.ALPHA / 2 / CLAIMS / len(LOOKS)  # one-sided, of the first claim that is decided


# --- recorded runs, truncated -------------------------------------------------------------------


def replay(folders: Sequence[Path]) -> Iterator[str]:
    """Timed claims that are decided after so many launches, by both corrections."""
    yield "| run | launches | decided: claims, two-sided | decided: both directions apart | the difference |"
    yield "|---|---|---|---|---|"
    for folder in folders:
        whole = loading.load(folder)
        for launches in LOOKS:
            part = truncated(whole, launches)
            by_claim, apart = decided_by_claim(part), decided_apart(part)
            more = ", ".join(sorted(by_claim - apart)) or "–"
            count = len(timed_claims(part))
            yield f"| {folder.name} | {launches} | {len(by_claim)} of {count} | {len(apart)} | {more} |"


def truncated(whole: Tables, launches: int) -> Tables:
    """The first launches of every item, planned with the looks of the standard profile."""
    plan = []
    for planned in whole.run.plan:
        looks = (5,) if is_counted(planned) else LOOKS
        plan.append(msgspec.structs.replace(planned, effort=Effort(looks, planned.effort.pairs)))
    observations = whole.observations
    counted = {planned.item.id for planned in plan if is_counted(planned)}
    kept = observations["item"].isin(counted) | (observations["launch"] < launches)
    return dataclasses.replace(
        whole,
        run=msgspec.structs.replace(whole.run, plan=tuple(plan)),
        launches=whole.launches[whole.launches["launch"] < launches],
        observations=observations[kept],
    )


def is_counted(planned: PlannedItem) -> bool:
    return isinstance(planned.item, Experiment) and planned.item.counts_trials


def timed_claims(part: Tables) -> set[str]:
    """Claims that rest on more than counted trials and whose quantities the run has measured."""
    timed = set()
    for entry, question in RunClaims(part.run).questions:
        is_timed = any(
            isinstance(item, Comparison) or not item.counts_trials for item in question.items
        )
        if is_timed and all(quantity.locate(part) is not None for quantity in question.tested):
            timed.add(entry.claim.id)
    return timed


def decided_by_claim(part: Tables) -> set[str]:
    """By the rule of the ledger."""
    standings = RunClaims(part.run).standings(part)
    return {each.entry.claim.id for each in standings if each.is_decided} & timed_claims(part)


def decided_apart(part: Tables) -> set[str]:
    """With Holm over every direction of every claim; guards as the rule of the ledger has them."""
    claims = RunClaims(part.run)
    p_values = []
    for _, question in claims.questions:
        for rule in (question.proved, question.refuted):
            p_value = rule.p_value(part)
            p_values.append(1.0 if p_value is None else min(1.0, p_value * len(LOOKS)))
    adjusted = family.holm(p_values)
    decided = set()
    for index, (entry, _) in enumerate(claims.questions):
        if min(adjusted[2 * index : 2 * index + 2]) <= margins.ALPHA:
            decided.add(entry.claim.id)
    return decided & decided_by_claim(part)


# --- virtual cores that share a real one ---------------------------------------------------------

FREE, SHARED = 1.96, 1.33  # ceilings
LAUNCH_SD, CONTROL_SD = 0.05, 0.03
FREE_ABOVE, ENOUGH = 1.6, 0.1  # of the rule that left launches out


QUESTIONS = (
    ("scales: reaches 0.92 of the ceiling", True, 0.92),
    ("scales: gains nothing", False, None),
    ("gains nothing: gains nothing", True, None),
)  # question and truth, the right answer, and the true share of the ceiling


def ceiling(repetitions: int = 2000) -> Iterator[str]:
    """What A17 and A16 ask where cores are shared in a part of the launches."""
    yield "| question: truth | launches | shared cores in | free launches only | every launch |"
    yield "|---|---|---|---|---|"
    generator = np.random.default_rng(1)
    for name, answer, share in QUESTIONS:
        decide = gains_nothing if name.startswith("gains") else scales
        least = margins.CEILING_TO_GAIN if decide is gains_nothing else margins.CEILING_TO_SCALE
        for launches in (8, 16, 40):
            for shared in (0.0, 0.25, 0.5, 0.75, 1.0):
                counts = {"free": Tally(), "every": Tally()}
                for _ in range(repetitions):
                    measured = launches_with_shared_cores(generator, launches, shared, share)
                    if were_enough_free(measured):
                        counts["free"].add(
                            decide(measured[measured[:, 0] > math.log(FREE_ABOVE)]), answer
                        )
                    if mean_was_above(measured, least):
                        counts["every"].add(decide(measured), answer)
                cells = [tally.in_words(repetitions) for tally in counts.values()]
                yield f"| {name} | {launches} | {shared:.0%} of them | {' | '.join(cells)} |"


@dataclasses.dataclass
class Tally:
    """How often a rule decided, rightly and wrongly."""

    right: int = 0
    wrong: int = 0

    def add(self, decision: bool | None, answer: bool) -> None:
        self.right += decision is answer
        self.wrong += decision is (not answer)

    def in_words(self, of: int) -> str:
        return f"{self.right / of:.0%}" + (f", wrong {self.wrong / of:.2%}" if self.wrong else "")


def launches_with_shared_cores(
    generator: np.random.Generator, launches: int, shared: float, share: float | None
) -> np.ndarray:
    """A row per launch: logarithms of the measured ceiling and of the speedup; without a share there is no gain."""
    is_shared = generator.random(launches) < shared
    true = np.where(is_shared, math.log(SHARED), math.log(FREE))
    speedup = 0.0 if share is None else true + math.log(share)
    noise = generator.normal(0, LAUNCH_SD, launches)
    return np.column_stack([true + generator.normal(0, CONTROL_SD, launches), speedup + noise])


def were_enough_free(measured: np.ndarray) -> bool:
    """The guard of the rule that left launches out."""
    free = int((measured[:, 0] > math.log(FREE_ABOVE)).sum())
    return Proportion(free, len(measured)).interval(0.95)[0] > ENOUGH


def mean_was_above(measured: np.ndarray, least: float) -> bool:
    """The guard of the rule that counts every launch."""
    mean = locate(measured[:, 0].tolist())
    return mean is not None and mean.interval(0.95)[0] > math.log(least)


def scales(measured: np.ndarray) -> bool | None:
    """A17's question; None where it stays open."""
    location, bound = locate(measured[:, 1] - measured[:, 0]), math.log(margins.SHARE_OF_CEILING)
    if location is None or min(location.p_above(bound), location.p_below(bound)) > LEVEL:
        return None
    return location.center > bound


def gains_nothing(measured: np.ndarray) -> bool | None:
    """A16's question; None where it stays open."""
    location, bound = locate(measured[:, 1].tolist()), math.log(margins.GAIN)
    if location is None or min(location.p_above(bound), location.p_below(bound)) > LEVEL:
        return None
    return location.center < bound


# --- rounds of several lengths on cores of two speeds ---------------------------------------------

SLOW = 0.54
START_MS, CONTROL_MS, BETWEEN_MS = 50.0, 80.0, 4.0
THREADS_MS = 0.5  # starting and joining two threads
TRUE_SPEEDUP = 0.97
DWELLS_MS = (20, 100, 500, 2000, 5000)
TIMES_S = (3, 5, 8, 15)


def rounds(repetitions: int = 60) -> Iterator[str]:
    """The share of runs in which A16 is decided after 3, 5, 8 and 15 s of measuring."""
    dwells = " | ".join(f"dwell {dwell / 1000:g} s" for dwell in DWELLS_MS)
    yield f"| round, ms | pairs a launch | {dwells} |"
    yield "|---|---|" + "---|" * len(DWELLS_MS)
    generator = np.random.default_rng(1)
    for round_ms, pairs in ((30, 5), (20, 4), (15, 6), (10, 15), (10, 8), (10, 6), (10, 4)):
        cells = []
        for dwell_ms in DWELLS_MS:
            times_s = [
                a16_decided_s(generator, dwell_ms, round_ms, pairs) for _ in range(repetitions)
            ]
            shares = [sum(time <= limit for time in times_s) / repetitions for limit in TIMES_S]
            cells.append(" ".join(f"{share:.2f}" for share in shares))
        yield f"| {round_ms} | {pairs} | {' | '.join(cells)} |"


def a16_decided_s(
    generator: np.random.Generator, dwell_ms: float, round_ms: float, pairs: int
) -> float:
    """Seconds of measuring after which A16 is proved; infinity where that takes more than 16 s."""
    total_ms = 40_000
    cores = [speeds(generator, dwell_ms, total_ms) for _ in range(2)]
    serial = [np.concatenate([[0.0], np.cumsum(core)]) for core in cores]
    in_turns = np.concatenate([[0.0], np.cumsum((cores[0] + cores[1]) / 2)])
    now_ms = 0.0
    values: list[float] = []
    while len(values) < LOOKS[-1] and now_ms < 16_000:
        now_ms += START_MS + 2 * round_ms
        log_ratios = []
        for pair in range(pairs):
            if pair == pairs // 2:
                now_ms += CONTROL_MS
            spent = {}
            for is_case in generator.permutation([False, True]):
                if is_case:
                    spent[True] = lasts(in_turns, now_ms, round_ms / TRUE_SPEEDUP) + THREADS_MS
                else:
                    spent[False] = lasts(serial[generator.integers(2)], now_ms, round_ms)
                now_ms += spent[bool(is_case)] + BETWEEN_MS
            log_ratios.append(math.log(spent[False] / spent[True]))
        values.append(float(np.mean(log_ratios)))
        location = locate(values) if len(values) in LOOKS else None
        if location is not None and location.p_below(math.log(margins.GAIN)) <= LEVEL:
            return now_ms / 1000
    return math.inf


def speeds(generator: np.random.Generator, dwell_ms: float, total_ms: int) -> np.ndarray:
    """A core's speed in every millisecond: full and slow by turns, for exponential times."""
    speed, now, slow = np.empty(total_ms), 0, bool(generator.random() < 0.5)
    while now < total_ms:
        dwells = max(1, int(generator.exponential(dwell_ms)))
        speed[now : now + dwells] = SLOW if slow else 1.0
        now, slow = now + dwells, not slow
    return speed


def lasts(done: np.ndarray, now_ms: float, work_ms: float) -> float:
    """How long work takes from a time on; ``done`` is what a core has done by each millisecond."""
    start = int(now_ms)
    goal = done[start] + (now_ms - start) * (done[start + 1] - done[start]) + work_ms
    end = int(np.searchsorted(done, goal)) - 1
    return float(end + (goal - done[end]) / (done[end + 1] - done[end]) - now_ms)


# --- what a control can void ----------------------------------------------------------------------

CONTROLS = 8  # workloads of a run, each with a control


def controls(repetitions: int = 4000) -> Iterator[str]:
    """The share of controls that void, by how far off they really are."""
    deviations = (0.0, 0.05, 0.08, 0.10, 0.15, 0.20, 0.30, 0.50)
    yield (
        "| launches, pairs | launches vary by | "
        + " | ".join(f"off by {each:.0%}" for each in deviations)
        + " |"
    )
    yield "|---|---|" + "---|" * len(deviations)
    generator = np.random.default_rng(1)
    level = margins.ALPHA / (2 * CONTROLS)
    for launches, pairs in ((4, 2), (12, 2)):
        for sd in (0.05, 0.12):
            cells = []
            for deviation in deviations:
                voided = 0
                for _ in range(repetitions):
                    location = locate(
                        generator.normal(math.log1p(deviation), sd, launches).tolist()
                    )
                    voided += location is not None and location.p_above(math.log(SAME)) <= level
                cells.append(f"{voided / repetitions:.1%}")
            yield f"| {launches}, {pairs} | {sd:.0%} | {' | '.join(cells)} |"


STUDIES: dict[str, Callable[[], Iterator[str]]] = {
    "ceiling": ceiling,
    "rounds": rounds,
    "controls": controls,
}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("study", choices=["replay", *STUDIES])
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN")
    options = parser.parse_args(arguments)
    lines = replay(options.runs) if options.study == "replay" else STUDIES[options.study]()
    for line in lines:
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
