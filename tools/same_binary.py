"""One binary under two names, compared as two targets are: every interval must contain 1 or lie within ±1 %.

The same comparisons as ``gilbench run`` makes between targets, each repeated many times, every repeat with launches and
an interval. All of them together must hold at 95 %, so each is as wide as its share of that error needs. It also
prints how many of the usual 95 % intervals miss 1: one in twenty should.

Exit code 1 if an interval does neither.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from dataclasses import dataclass

from gilbench.analysis.location import Location, locate
from gilbench.measure.items import open_measurement
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import Comparison, Effort, PlannedItem, Record, Round
from gilbench.plan.comparisons import TASKS_AT_LEAST, same_case_across

CASES = (("fnv1a", "serial", 1), ("sha256-large", "serial", 1), ("fnv1a", "thread", 2))
ROUND_NS = 5_000_000  # of 8 serial tasks; many short rounds resolve better than few long ones
CONFIDENCE = 0.95
SAME = 0.01


@dataclass(frozen=True)
class Found:
    """Speed of one name over the other, as a logarithm, from the launches of one repeat."""

    location: Location

    def interval(self, confidence: float) -> tuple[float, float]:
        lo, hi = self.location.interval(confidence)
        return math.exp(lo), math.exp(hi)

    def contains_one(self, confidence: float) -> bool:
        lo, hi = self.interval(confidence)
        return lo <= 1 <= hi

    def is_near_one(self, confidence: float) -> bool:
        lo, hi = self.interval(confidence)
        return lo >= 1 - SAME and hi <= 1 + SAME


def repeat(session: Session, comparison: Comparison, launches: int, pairs: int) -> Found:
    """Measure a comparison once, from fresh launches on."""
    records: list[Record] = []
    session.listeners[:] = [records.append]
    measurement = open_measurement(session, PlannedItem(comparison, Effort((launches,), pairs)))
    for _ in range(launches):
        measurement.run_launch()
    found: defaultdict[int, list[float]] = defaultdict(list)
    for record in records:
        if isinstance(record, Round) and not record.warmup:
            sign = 1 if record.role == "reference" else -1
            found[record.launch].append(sign * math.log(record.wall_ns))
    location = locate([sum(logs) / pairs for logs in found.values()])
    assert location is not None
    return Found(location)


def main() -> int:
    """Print one line per repeat and a summary per case."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("repeats", 20), ("launches", 12), ("pairs", 10)):
        parser.add_argument(name, type=int, nargs="?", default=usual, help=f"(default: {usual})")
    parser.add_argument(
        "python", nargs="?", default=sys.executable, help="(default: the one that runs this)"
    )
    arguments = parser.parse_args()
    repeats, launches, pairs, python = (
        arguments.repeats,
        arguments.launches,
        arguments.pairs,
        arguments.python,
    )
    failed = 0
    with Session(seed=0) as session:
        both, problems = loading.load_targets(
            [f"{python},name=one", f"{python},name=other"], session.target_bundle
        )
        if problems:
            sys.exit("\n".join(problems))
        for target in both:
            session.targets[target.id], _ = loading.size_tasks(
                target, session.target_bundle, ROUND_NS // TASKS_AT_LEAST
            )
        one, other = session.targets.values()
        print(
            f"{python} under two names: {repeats} repeats of {launches} launches of {pairs} pairs"
        )
        together = 1 - (1 - CONFIDENCE) / (repeats * len(CASES))
        for workload, strategy, workers in CASES:
            comparison = same_case_across(one, other, workload, strategy, workers)
            found = []
            for number in range(repeats):
                session.seed = number
                found.append(repeat(session, comparison, launches, pairs))
                lo, hi = found[-1].interval(together)
                middle = math.exp(found[-1].location.center)
                print(
                    f"  {comparison.label:<22} {number + 1:>3}  {middle:.4f} [{lo:.4f}, {hi:.4f}]",
                    flush=True,
                )
            bad = sum(
                not (each.contains_one(together) or each.is_near_one(together)) for each in found
            )
            failed += bad
            widths = sorted(
                (hi - lo) / 2 for lo, hi in (each.interval(CONFIDENCE) for each in found)
            )
            print(
                f"{comparison.label}: of {repeats}, {sum(each.contains_one(together) for each in found)} contain 1, "
                f"{bad} neither that nor within ±{SAME:.0%}; each at {CONFIDENCE:.0%} by itself: "
                f"{sum(not each.contains_one(CONFIDENCE) for each in found)} miss 1, "
                f"{sum(each.is_near_one(CONFIDENCE) for each in found)} lie within ±{SAME:.0%}, "
                f"median half width {widths[repeats // 2]:.2%}; "
                f"farthest estimate {max(abs(math.expm1(each.location.center)) for each in found):.2%}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
