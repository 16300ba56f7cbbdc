"""One interpreter under two names, compared as targets are: neither may be faster, and intervals must contain 1."""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tools.selfbench import arithmetic
from tools.selfbench.bench import Bench
from tools.selfbench.model import OURS, Result, Row, Trial

from gilbench.analysis.location import locate
from gilbench.measure.items import open_measurement
from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import Comparison, Effort, PlannedItem, Record, Round
from gilbench.plan.comparisons import TASKS_AT_LEAST, same_case_across

NAME = "same_binary"
CASES = (("fnv1a", "serial", 1), ("sha256-large", "serial", 1), ("fnv1a", "thread", 2))
ROUND_NS = 5_000_000  # of 8 serial tasks; many short rounds resolve better than few long ones
LAUNCHES, PAIRS = 12, 10
CONFIDENCE = 0.95
ENOUGH = 100  # comparisons of each case


def compare(session: Session, comparison: Comparison) -> dict[str, float]:
    """Speed of one name over the other, as a logarithm with its interval, from fresh launches."""
    records: list[Record] = []
    session.listeners[:] = [records.append]
    measurement = open_measurement(session, PlannedItem(comparison, Effort((LAUNCHES,), PAIRS)))
    for _ in range(LAUNCHES):
        measurement.run_launch()
    logs: defaultdict[int, list[float]] = defaultdict(list)
    for record in records:
        if isinstance(record, Round) and not record.warmup:
            sign = 1 if record.role == "reference" else -1
            logs[record.launch].append(sign * math.log(record.wall_ns))
    location = locate([sum(of_launch) / PAIRS for of_launch in logs.values()])
    assert location is not None
    lo, hi = location.interval(CONFIDENCE)
    return {"log_ratio": location.center, "lo": lo, "hi": hi}


def turns(bench: Bench) -> Iterator[list[Trial]]:
    with Session(seed=bench.random.randrange(1 << 30)) as session:
        specs = [f"{sys.executable},name=one", f"{sys.executable},name=other"]
        both, problems = loading.load_targets(specs, session.target_bundle)
        if problems:
            raise ValueError("; ".join(problems))
        workloads = [workload for workload, *_ in CASES]
        for target in both:
            session.targets[target.id], _ = loading.size_tasks(
                target, session.target_bundle, ROUND_NS // TASKS_AT_LEAST, workloads
            )
        one, other = session.targets.values()
        while True:
            for case in bench.in_random_order(CASES):
                session.seed = bench.random.randrange(1 << 30)
                values = compare(session, same_case_across(one, other, *case))
                yield [Trial(row=NAME, series=series_of(*case), tool=OURS, values=values)]


def series_of(workload: str, strategy: str, workers: int) -> str:
    """The name of a case."""
    return f"{workload}-{strategy}-w{workers}"


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for case in CASES:
        series = series_of(*case)
        logs = arithmetic.values_of(trials, "log_ratio", series)
        quantity = f"{series}: speed under one name over that under the other"
        made.append(arithmetic.unbiased(quantity, logs))
    containing = sum(trial.values["lo"] <= 0 <= trial.values["hi"] for trial in trials)
    covering = arithmetic.share(containing, len(trials))
    note = ""
    if trials:
        widths = sorted((trial.values["hi"] - trial.values["lo"]) / 2 for trial in trials)
        note = f"half of an interval is {widths[len(widths) // 2]:.1%} wide in the median"
    if len(trials) < ENOUGH:  # one interval more or less is several per cent
        note += f"; one of {len(trials)} is {1 / len(trials):.1%}" if trials else ""
    made.append(
        Result(
            quantity="95 % intervals that contain 1",
            ours=covering,
            goal="94 to 97 %",
            standing=arithmetic.stands(covering, 0.94, 0.97),
            note=note.replace("%", " %"),
        )
    )
    return made


ROW = Row(
    name=NAME,
    title="One interpreter under two names",
    method="The same executable as two targets, compared as `gilbench run` compares targets: 12 launches of 10 pairs, an "
    "interval each time.",
    minutes=1.5,
    turns=turns,
    results=results,
    enough=lambda trials: len(trials) >= ENOUGH * len(CASES),
    parts=2 * len(CASES),
)
