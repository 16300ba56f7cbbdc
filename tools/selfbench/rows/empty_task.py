"""What tools report for a function that does nothing, and what a round costs besides."""

from __future__ import annotations

import json
import math
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tools.selfbench import arithmetic, processes
from tools.selfbench.bench import SCRIPTS, Bench
from tools.selfbench.model import OURS, Failure, PeerFigure, Result, Row, Trial
from tools.selfbench.peers import Absent
from tools.selfbench.processes import Failed

from gilbench.measure.bundle import make_target_bundle
from gilbench.measure.launches import Launch

NAME = "empty_task"
TIMEOUT_S = 60.0
MANY, ROUNDS = 100_000, 15
ENOUGH = 60
WORKLOADS = {
    "empty": """
from gilbench.target.registry import Workload

WORKLOAD = Workload(name="empty", kind="cpu", summary="does nothing", task=lambda index, params: 0, defaults={})
""",
    "empty_call": """
from gilbench.target.calls.finding import Subject
from gilbench.target.calls.task import CallTask, workload_of_calls


def empty():
    pass


SUBJECT = Subject(empty, (), {}, None, False, "empty()", [])
WORKLOAD = workload_of_calls("empty-call", "a function of the user that does nothing", CallTask(lambda: SUBJECT))
""",
}
# Reported for a task, for a round of one task, and for the computing in such a round: what is left
# of a round without its start and end, which every round reports too
TASK, ROUND, COMPUTE = "task_ns", "round_ns", "compute_ns"
CALL = "call_ns"  # of a function of the user, of which a task makes many
USUAL, PEDANTIC = "pytest-benchmark, benchmark()", "pytest-benchmark, pedantic"
TIMEIT, PYPERF = "timeit", "pyperf, bench_func"
# In a round of 10 ms, the shortest that gilbench measures
SHORTEST_NS, SHORTEST_TASK_NS = 10e6, 1e6


def by_gilbench(bench: Bench, folder: Path) -> dict[str, dict[str, float]]:
    """Rounds of many empty tasks or calls and of one, in a launch; the difference is their time."""
    target_bundle = folder / "bundle"
    if not target_bundle.is_dir():
        make_target_bundle(folder)
        for name, text in WORKLOADS.items():
            file = target_bundle / "gilbench" / "target" / "workloads" / f"{name}.py"
            file.write_text(text, encoding="utf-8")
    jobs: dict[tuple[str, int], dict[str, object]] = {}
    for number in (1, MANY):
        jobs[TASK, number] = {"workload": "empty", "tasks": number, "params": {}}
        jobs[CALL, number] = {"workload": "empty-call", "tasks": 1, "params": {"size": number}}
    times_ns: dict[tuple[str, int], list[int]] = {kind: [] for kind in jobs}
    of_task_ns: list[int] = []
    with Launch(sys.executable, target_bundle) as launch:
        for turn in range(ROUNDS + 1):
            for kind in bench.in_random_order(list(jobs)):
                answer = launch.ask("round", TIMEOUT_S, strategy="serial", workers=1, **jobs[kind])
                if turn > 0:
                    times_ns[kind].append(int(answer["wall_ns"]))
                    if kind == (TASK, 1):
                        of_task_ns.append(int(answer["compute_ns"]))
    values = {ROUND: statistics.median(times_ns[TASK, 1])}
    values[COMPUTE] = statistics.median(of_task_ns)
    for each in (TASK, CALL):
        one, many = (statistics.median(times_ns[each, number]) for number in (1, MANY))
        values[each] = (many - one) / (MANY - 1)
    return {OURS: values}


def by_timeit(_: Bench, folder: Path) -> dict[str, dict[str, float]]:
    done = processes.run([sys.executable, "-S", "empty.py"], folder)
    usual, once = map(float, done.stdout.split())
    return {TIMEIT: {TASK: usual, ROUND: once}}


def by_pytest_benchmark(bench: Bench, folder: Path) -> dict[str, dict[str, float]]:
    stored = folder / "pytest-benchmark.json"
    words = [*bench.peers.program("pytest-benchmark"), "test_empty.py", "-q"]
    words += ["-p", "no:cacheprovider", "--benchmark-max-time=0.3", f"--benchmark-json={stored}"]
    processes.run(words, folder)
    report = json.loads(stored.read_text())
    medians_ns = {
        benchmark["name"]: 1e9 * benchmark["stats"]["median"] for benchmark in report["benchmarks"]
    }
    return {
        USUAL: {TASK: medians_ns["test_usual"]},
        PEDANTIC: {TASK: medians_ns["test_pedantic"], ROUND: medians_ns["test_once"]},
    }


def by_pyperf(bench: Bench, folder: Path) -> dict[str, dict[str, float]]:
    program = bench.peers.program("pyperf")
    values = {}
    for name, options in ((TASK, ["--min-time=0.02"]), (ROUND, ["--loops=1"])):
        stored = folder / "pyperf.json"
        stored.unlink(missing_ok=True)
        words = [*program, "empty_pyperf.py", "--quiet", "--processes=2", "--values=5"]
        processes.run([*words, *options, "-o", str(stored)], folder)
        (benchmark,) = json.loads(stored.read_text())["benchmarks"]
        measured = [value for run in benchmark["runs"] for value in run.get("values", ())]
        values[name] = 1e9 * statistics.median(measured)
    return {PYPERF: values}


WAYS: tuple[Callable[[Bench, Path], dict[str, dict[str, float]]], ...] = (
    by_gilbench,
    by_timeit,
    by_pytest_benchmark,
    by_pyperf,
)


def turns(bench: Bench) -> Iterator[list[Trial | Failure]]:
    folder = bench.make_folder(NAME)
    for script in ("empty.py", "test_empty.py", "empty_pyperf.py"):
        shutil.copy(SCRIPTS / script, folder)
    while True:
        made: list[Trial | Failure] = []
        for way in bench.in_random_order(WAYS):
            try:
                said = way(bench, folder)
            except Absent:
                continue
            except Failed as error:
                name = way.__name__.removeprefix("by_")
                made.append(Failure(row=NAME, tool=name, reason=str(error)))
                continue
            for tool, values in said.items():
                made.append(Trial(row=NAME, series="empty", tool=tool, values=values))
        yield made


QUANTITIES = (
    (
        TASK,
        "an empty task among very many: time reported for it",
        "ns",
        (TIMEIT, USUAL, PEDANTIC, PYPERF),
    ),
    (
        CALL,
        "a function of the user that does nothing: time reported for a call",
        "ns",
        (TIMEIT, USUAL, PEDANTIC, PYPERF),
    ),
    (COMPUTE, "an empty task alone: computing time of its round", "µs", (TIMEIT, PEDANTIC, PYPERF)),
    (ROUND, "an empty task alone: all of its round", "µs", (TIMEIT, PEDANTIC, PYPERF)),
)
SCALES = {"ns": 1.0, "µs": 1000.0}


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for value, quantity, unit, tools in QUANTITIES:
        scale = SCALES[unit]
        ours = arithmetic.median(
            [one / scale for one in arithmetic.values_of(trials, value, tool=OURS)], unit
        )
        sessions = {
            trial.session for trial in trials if value in trial.values and trial.tool == OURS
        }
        interleaved = [trial for trial in trials if trial.session in sessions]
        peers = []
        for tool in tools:
            told = TASK if value in (TASK, CALL) else ROUND
            of_tool = arithmetic.values_of(interleaved, told, tool=tool)
            figure = arithmetic.median([one / scale for one in of_tool], unit)
            peers.append(PeerFigure(tool, figure))
        lowest = min((peer.figure.center for peer in peers if peer.figure), default=math.inf)
        made.append(
            Result(
                quantity=quantity,
                ours=ours,
                peers=tuple(peers),
                goal="below each",
                standing=arithmetic.at_most(ours, lowest),
                note="" if ours is None else _stated(value, ours.center * scale),
            )
        )
    return made


def _stated(value: str, center_ns: float) -> str:
    """What the bias means for a ratio, and where it is corrected."""
    of_round = f"{center_ns / SHORTEST_NS:.4%}".replace("%", " %")
    if value == TASK:
        return (
            "the loop, the call with two arguments and the sum of the results; not subtracted, since it is the same in case "
            f"and reference and {center_ns / SHORTEST_TASK_NS:.4%} of the shortest task that a run measures"
        ).replace("%", " %")
    if value == CALL:
        return "the loop and the call, written out as by hand"
    if value == COMPUTE:
        return (
            "corrected: a round reports its start, its computing and its end apart, and claims that concern the work "
            f"alone compare this time; {of_round} of a round of 10 ms, the shortest that a run measures"
        )
    return (
        "stated: what starts and ends a strategy belongs to its cost, so that wall-clock time keeps it, serial code's "
        f"included; {of_round} of a round of 10 ms, and the same in case and reference where both are serial"
    )


ROW = Row(
    name=NAME,
    title="Bias of an empty task, and the overhead of a round",
    method="A function that does nothing, in rounds of very many tasks and of one, and as the function of a user in tasks of "
    "very many calls and of one: medians of fresh processes, interleaved. The true time of the call itself is the same "
    "for all.",
    minutes=0.8,
    turns=turns,
    results=results,
    enough=lambda trials: len(arithmetic.values_of(trials, CALL)) >= ENOUGH,
    peers=("timeit", "pytest-benchmark", "pyperf"),
)
