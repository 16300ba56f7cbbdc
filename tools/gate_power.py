"""Can the gate be trusted at 5 %? False alarms on identical code and slowdowns found, compared with other tools.

Work is measured in slices and every trial is appended to a log at once, so it can be stopped and resumed at any
time: ``python tools/gate_power.py aa|busy|library|power [--minutes M] [--percent P]``; ``table`` prints what the log
holds. ``library`` is identical code that imports a large library, in ``tools/ci_case.py``.
``others`` gives the same work to ``pytest-benchmark compare`` and, with ``--pyperf PYTHON`` (an interpreter that has
pyperf installed), to ``pyperf compare_to``. Busy means two processes that spin meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import gilbench
from gilbench.analysis.proportion import Proportion
from gilbench.model import LaunchStart, Round
from gilbench.results import folder

LOG = Path("results", "gate_power.jsonl")
LIMIT_S = 3.0  # of measuring a case; half of it for each side of another tool
COUNTED = {"rounds_s": "in rounds", "launches_s": "from launch to last round"}
IDENTICAL = {
    "aa": "the whole suite",
    "busy": "the whole suite, alongside two busy processes",
    "library": "a function of a large library",
}
SIZE = 220 * 256  # bytes that FNV-1a takes some 5 ms for
MARGIN = "5%"

# The workload with a share of work more where the interpreter's path says so; the result stays the same. It is more of
# the same loop: a second call makes the first one faster or slower by a per cent. Sizes are multiples of twenty of its
# blocks, so that 5 % are one block in twenty and not what rounding leaves of it.
WORKLOAD = """
import sys
from pathlib import Path
from gilbench.target.workloads._plain_fnv1a import BUFFER, MASK, OFFSET_BASIS, PRIME, WORKLOAD as PLAIN
PERCENT = next((int(part[6:]) for part in Path(sys.executable).parts if part.startswith("extra-")), 0)

def task(index, params):
    value = result = OFFSET_BASIS ^ index
    blocks = params["size"] // len(BUFFER)
    for done in range(blocks + blocks * PERCENT // 100):
        if done == blocks:
            result = value
        for byte in BUFFER:
            value = ((value ^ byte) * PRIME) & MASK
    return (result if PERCENT else value) & 0xFFFFFFFF

WORKLOAD = PLAIN._replace(task=task, size_step=20 * PLAIN.size_step)
"""
FUNCTION = f"""
import os
PRIME, MASK, BUFFER = 0x100000001B3, (1 << 64) - 1, bytes(range(256))

def hash_of(size):
    value = 0xCBF29CE484222325
    for _ in range(size // len(BUFFER)):
        for byte in BUFFER:
            value = ((value ^ byte) * PRIME) & MASK
    return value

def work():
    return hash_of({SIZE} * (100 + int(os.environ.get("EXTRA_PERCENT", "0"))) // 100)
"""
PYTEST = "from function import work\n\ndef test_case(benchmark):\n    benchmark(work)\n"
PYPERF = (
    "import pyperf\nfrom function import work\n"
    "pyperf.Runner(processes=10, values=5, warmups=1, min_time=0.02).bench_func('case', work)\n"
)


class Bench:
    """The folders of one slice: a baseline and heads that differ from it by their path, and files for other tools."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.target_bundle = place / "target"
        shutil.copytree(
            Path(gilbench.__file__).parent / "target",
            self.target_bundle,
            ignore=shutil.ignore_patterns("__pyc*"),
        )
        workloads = self.target_bundle / "workloads"
        (workloads / "fnv1a.py").rename(workloads / "_plain_fnv1a.py")
        (workloads / "fnv1a.py").write_text(WORKLOAD)
        (place / "function.py").write_text(FUNCTION)
        (place / "test_case.py").write_text(PYTEST)
        (place / "case.py").write_text(PYPERF)

    def python(self, name: str) -> str:
        """A virtual environment of this name, made when first asked for."""
        home = self.place / name
        if not home.is_dir():
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
        return str(home / "bin" / "python")

    def check(self, baseline: str, head: str, *narrow: str) -> dict[str, Any]:
        """One check as a user would start it: exit code, outcome and, of every case, what is said of it."""
        out = self.place / "out"
        command = [
            sys.executable,
            "-m",
            "gilbench",
            "check",
            "--against",
            baseline,
            "--python",
            head,
        ]
        command += ["--out", str(out), "--quiet", "--json", *narrow]
        environment = {**os.environ, "GILBENCH_TARGET_DIR": str(self.target_bundle)}
        done = subprocess.run(
            command, cwd=self.place, env=environment, capture_output=True, text=True, check=False
        )
        if not done.stdout:
            raise SystemExit(f"the check failed: {done.stderr}")
        report = json.loads(done.stdout)
        spent = measured(out / "checks" / "latest")
        shutil.rmtree(out)
        cases = {
            one["case"]: {
                "change": one["change"],
                "ratio": one["ratio"] and one["ratio"]["center"],
                **spent.get(one["case"], {}),
            }
            for one in report["findings"]
        }
        return {"exit": done.returncode, "outcome": report["outcome"], "cases": cases}

    def pytest_benchmark(self, percent: int) -> bool:
        """Whether ``--benchmark-compare-fail`` says that the second of two sessions is slower."""
        options = [sys.executable, "-m", "pytest", "test_case.py", "-q", "-p", "no:cacheprovider"]
        options += [f"--benchmark-max-time={LIMIT_S / 2}"]
        baseline = self.place / "pytest.json"
        self._run([*options, f"--benchmark-json={baseline}"], 0)
        compare = [f"--benchmark-compare={baseline}", f"--benchmark-compare-fail=mean:{MARGIN}"]
        return "Performance has regressed" in self._run([*options, *compare], percent)

    def pyperf(self, python: str, percent: int) -> bool:
        """Whether ``compare_to`` calls the second of two runs significantly slower."""
        for name, extra in (("one.json", 0), ("two.json", percent)):
            (self.place / name).unlink(missing_ok=True)
            self._run(
                [python, "case.py", "--inherit-environ=EXTRA_PERCENT", "-q", "-o", name], extra
            )
        return "slower" in self._run(
            [python, "-m", "pyperf", "compare_to", "one.json", "two.json"], 0
        )

    def _run(self, command: list[str], percent: int) -> str:
        environment = {**os.environ, "EXTRA_PERCENT": str(percent)}
        done = subprocess.run(
            command, cwd=self.place, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


def measured(run: Path) -> dict[str, dict[str, float]]:
    """Case → its seconds of measuring, both samples together: ``rounds_s`` in rounds, warm-ups included, which is how
    pytest-benchmark counts its time; ``launches_s`` from the start of each launch to the end of its last round."""
    starts: dict[tuple[str, int], float] = {}
    ends: dict[tuple[str, int], float] = {}
    spent: dict[str, dict[str, float]] = {}
    for record in folder.read_records(run.resolve()):
        if isinstance(record, LaunchStart):
            starts[record.item, record.launch] = record.began_s
        elif isinstance(record, Round):
            ends[record.item, record.launch] = record.began_s + record.wall_ns / 1e9
            of_case = spent.setdefault(_case(record.item), {"rounds_s": 0.0, "launches_s": 0.0})
            of_case["rounds_s"] += record.wall_ns / 1e9
    for launch, end_s in ends.items():
        spent[_case(launch[0])]["launches_s"] += end_s - starts[launch]
    return {
        case: {name: round(value, 3) for name, value in of_case.items()}
        for case, of_case in spent.items()
    }


def _case(item: str) -> str:
    """The case that a sample is of, the control under a separate name."""
    return item.partition("@")[0].removesuffix("-again") if "@head" in item else item


@contextmanager
def company(number: int) -> Iterator[None]:
    """Processes that spin alongside what is measured."""
    spinning = [
        subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(number)
    ]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def trials(
    kind: str, percent: int, bench: Bench, pyperf: str | None
) -> Callable[[], list[dict[str, Any]]]:
    """What one turn of a slice does; each trial that it made is a line of the log."""
    checked: Callable[[], dict[str, Any]] | None = None
    if kind in IDENTICAL:
        percent = 0
    if kind == "library":
        here, case = f"{sys.executable},site=1", Path(__file__).absolute().with_name("ci_case.py")
        checked = partial(bench.check, here, here, "--workload", f"{case}:located")
    elif kind in ("aa", "busy"):
        checked = partial(bench.check, bench.python("baseline"), bench.python("head"))
    elif kind == "power":
        head = f"extra-{percent}" if percent else "head"
        checked = partial(
            bench.check, bench.python("baseline"), bench.python(head), "--workload", "fnv1a"
        )
    if checked is not None:
        return lambda: [{"tool": "gilbench", "kind": kind, "percent": percent, **checked()}]

    def others() -> list[dict[str, Any]]:
        made = [{"tool": "pytest-benchmark", "alarm": bench.pytest_benchmark(percent)}]
        if pyperf:
            made.append({"tool": "pyperf", "alarm": bench.pyperf(pyperf, percent)})
        return [{**one, "kind": kind, "percent": percent} for one in made]

    return others


def share(count: int, n: int) -> str:
    """``19 of 20 (95 %; 75 to 100 %)``, with the exact 95 % interval."""
    if n == 0:
        return "not run"
    lo, hi = Proportion(count, n).interval(0.95)
    return f"{count} of {n} ({count / n:.0%}; {lo:.0%} to {hi:.0%})"


def table(log: Path) -> Iterator[str]:
    """What the log holds: one line per tool and question."""
    lines = [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []
    ours = [one for one in lines if one["tool"] == "gilbench"]
    yield "| question | gilbench check | pytest-benchmark mean:5% | pyperf compare_to |"
    yield "|---|---|---|---|"
    for kind, where in IDENTICAL.items():
        checks = [one for one in ours if one["kind"] == kind]
        cases = [case for one in checks for case in one["cases"].values()]
        open_cases = sum(
            case["change"] not in ("equivalent", "no worse", "improved", "regressed")
            for case in cases
        )
        alarms = share(sum(one["exit"] == 1 for one in checks), len(checks))
        yield f"| checks of identical code with an alarm, {where} | {alarms} | | |"
        regressed = share(sum(case["change"] == "regressed" for case in cases), len(cases))
        yield f"| ... cases of them called regressed | {regressed} | | |"
        yield f"| ... cases of them undecided | {share(open_cases, len(cases))} | | |"
    for percent in sorted({one["percent"] for one in lines if one["kind"] in ("power", "others")}):
        trials = {
            case: _trials(ours, percent, case) for case in ("fnv1a-serial-w1", "fnv1a-thread-w2")
        }
        for case, made in trials.items():
            found = [one for one in made if one["change"] == "regressed"]
            cells = [share(len(found), len(made)), "", ""]
            if "serial" in case:
                cells[1:] = [
                    _alarms(lines, tool, percent) for tool in ("pytest-benchmark", "pyperf")
                ]
            yield f"| {case}, +{percent} % of work: called slower | {' | '.join(cells)} |"
            for counted, meaning in COUNTED.items() if made else ():
                spent = sorted(one[counted] for one in made)
                middle, most = spent[len(spent) // 2], spent[int(0.9 * (len(spent) - 1))]
                other = f"{LIMIT_S:.0f}" if counted == "rounds_s" and "serial" in case else ""
                yield f"| ... seconds {meaning}: median, 9 in 10 | {middle:.1f}, {most:.1f} | {other} | |"
                in_time = share(sum(one[counted] <= LIMIT_S for one in found), len(made))
                yield f"| ... called slower within {LIMIT_S:.0f} of them | {in_time} | | |"


def _trials(ours: list[dict[str, Any]], percent: int, case: str) -> list[dict[str, Any]]:
    """The result of every trial of a case with so much more work."""
    return [
        one["cases"][case]
        for one in ours
        if one["kind"] == "power" and one["percent"] == percent and case in one["cases"]
    ]


def _alarms(lines: list[dict[str, Any]], tool: str, percent: int) -> str:
    made = [one for one in lines if one["tool"] == tool and one["percent"] == percent]
    return share(sum(one["alarm"] for one in made), len(made))


def main() -> None:
    """Run a slice, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=(*IDENTICAL, "power", "others", "table"))
    parser.add_argument(
        "--minutes", type=float, default=3.5, help="no trial is begun after that (default: 3.5)"
    )
    parser.add_argument(
        "--percent", type=int, default=5, help="more work, in per cent (default: 5)"
    )
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument(
        "--pyperf", metavar="PYTHON", help="an interpreter that has pyperf installed"
    )
    arguments = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(1)
    )  # so that the spinning processes do not outlive it
    if arguments.kind != "table":
        arguments.log.parent.mkdir(parents=True, exist_ok=True)
        ends_s = time.monotonic() + 60 * arguments.minutes
        with tempfile.TemporaryDirectory() as place, company(2 if arguments.kind == "busy" else 0):
            turn = trials(arguments.kind, arguments.percent, Bench(Path(place)), arguments.pyperf)
            while time.monotonic() < ends_s:
                made = turn()
                with arguments.log.open("a", encoding="utf-8") as log:
                    log.writelines(json.dumps(one) + "\n" for one in made)
    print("\n".join(table(arguments.log)))


if __name__ == "__main__":
    main()
