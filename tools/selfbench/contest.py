"""One function in two versions, given to gilbench and its peers for about as many seconds: who calls it slower?

``Contest`` has a method for each tool, and ``PEERS`` those of the peers. Each has a folder with both versions; gilbench's versions
are two environments whose paths differ, because it compares interpreters.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.selfbench import processes
from tools.selfbench.bench import SCRIPTS, Bench
from tools.selfbench.model import OURS

from gilbench.model import LaunchStart, Round
from gilbench.results import folder as layout

LIMIT_S = 3.0  # of measuring one comparison, both versions together
GIT = ("git", "-c", "user.name=selfbench", "-c", "user.email=selfbench@example.invalid")
UNDECIDED = ("inconclusive", "void", "failed", "missing", "left out")
# 10 processes of 5 values of 20 ms, each with a warm-up: about 1.5 s of measuring
PYPERF_OPTIONS = ("--processes=10", "--values=5", "--warmups=1", "--min-time=0.02")
REGRESSED = re.compile(r"Field '(\w+)' has failed")
ASV = {
    "version": 1,
    "project": "function",
    "project_url": "https://example.invalid",
    "repo": ".",
    "branches": ["HEAD"],
    "environment_type": "virtualenv",
    "pythons": [f"{sys.version_info.major}.{sys.version_info.minor}"],
    "build_command": [],
    "uninstall_command": ["in-dir={env_dir} python -c pass"],
    "install_command": [
        'in-dir={build_dir} python -c "import shutil, sysconfig; '
        "shutil.copy('function.py', sysconfig.get_path('purelib'))\""
    ],
    "benchmark_dir": "benchmarks",
    "env_dir": ".asv/env",
    "results_dir": ".asv/results",
    "html_dir": ".asv/html",
}
Said = dict[str, dict[str, float]]  # what a tool said, by the name of its setting


class Contest:
    """Folders and environments of one row, for a function whose cores may have two speeds.

    Args:
        bench: What to measure with.
        name: Of its folder.
    """

    def __init__(self, bench: Bench, name: str) -> None:
        self.bench, self.place = bench, bench.make_folder(name)
        self._asv_home: Path | None = None
        self._text = (SCRIPTS / "function.py").read_text(encoding="utf-8")
        for script in ("test_case.py", "case.py"):
            shutil.copy(SCRIPTS / script, self.place)

    def function(self, percent: int, dwell_s: float) -> str:
        """The function's source with so much more work, on cores of two speeds if they dwell."""
        text = self._text.replace("EXTRA_PERCENT = 0", f"EXTRA_PERCENT = {percent}", 1)
        return text.replace("DWELL_S = 0.0", f"DWELL_S = {dwell_s}", 1)

    def _write(self, percent: int, dwell_s: float) -> None:
        (self.place / "function.py").write_text(self.function(percent, dwell_s), encoding="utf-8")

    def _python(self, name: str) -> str:
        """A virtual environment of this name, made when first asked for."""
        home = self.place / name
        if not home.is_dir():
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
        return str(home / "bin" / "python")

    def gilbench(self, percent: int, margin: float, dwell_s: float) -> Said:
        """``gilbench check``, with the margin in a ``pyproject.toml``."""
        self._write(0, dwell_s)
        project = f"[tool.gilbench.gate]\nmargin = {margin}\n"
        (self.place / "pyproject.toml").write_text(project, encoding="utf-8")
        head = self._python(f"extra-{percent}" if percent else "head")
        out = self.place / "out"
        shutil.rmtree(out, ignore_errors=True)
        words = ["check", "--against", self._python("baseline"), "--python", head]
        words += ["--workload", "function.py:work", "--strategy", "serial"]
        words += ["--out", str(out), "--quiet", "--json"]
        if self.bench.is_quick:  # in a separate journal; every tool is to have its turn
            words += ["--launches", "0.3"]
        words += ["--seed", str(self.bench.random.randrange(1 << 30))]
        began_s = time.monotonic()
        done = self.bench.gilbench(words, self.place, fine=(0, 1, 3))
        report = json.loads(done.stdout)
        (finding,) = [entry for entry in report["findings"] if "@head" not in entry["case"]]
        spent = measured(out / "checks" / "latest")
        values = {
            "slower": float(finding["change"] == "regressed"),
            "faster": float(finding["change"] == "improved"),
            "undecided": float(finding["change"] in UNDECIDED),
            "took_s": time.monotonic() - began_s,
            **spent,
        }
        return {OURS: values}

    def pytest_benchmark(self, percent: int, margin: float, dwell_s: float) -> Said:
        """``--benchmark-compare-fail``: the mean with default settings, the minimum with the
        settings that its documentation advises against noise."""
        said: Said = {}
        quiet: tuple[str, ...] = ("--benchmark-warmup=on", "--benchmark-warmup-iterations=40")
        quiet += ("--benchmark-disable-gc",)
        settings: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            ("defaults, mean", "mean", ()),
            ("warm-up, no collector, min", "min", quiet),
        )
        for setting, field, options in settings:
            words = [*self.bench.peers.program("pytest-benchmark"), "test_case.py", "-q"]
            words += ["-p", "no:cacheprovider", f"--benchmark-max-time={LIMIT_S / 2}", *options]
            stored = self.place / "pytest-benchmark.json"
            compare = [f"--benchmark-compare={stored}"]
            compare.append(f"--benchmark-compare-fail={field}:{margin:.0%}")
            began_s = time.monotonic()
            self._write(0, dwell_s)
            processes.run([*words, f"--benchmark-json={stored}"], self.place)
            self._write(percent, dwell_s)
            done = processes.run([*words, *compare], self.place, fine=(0, 1))
            failed = REGRESSED.findall(done.stdout + done.stderr)
            said[f"pytest-benchmark, {setting}"] = {
                "slower": float(bool(failed)),
                "faster": 0.0,  # it is not asked
                "took_s": time.monotonic() - began_s,
            }
        return said

    def pyperf(self, percent: int, margin: float, dwell_s: float) -> Said:
        """``compare_to``, without a least difference and with one of the margin."""
        program = self.bench.peers.program("pyperf")
        began_s = time.monotonic()
        for name, extra in (("one.json", 0), ("two.json", percent)):
            (self.place / name).unlink(missing_ok=True)
            self._write(extra, dwell_s)
            processes.run([*program, "case.py", "-q", *PYPERF_OPTIONS, "-o", name], self.place)
        took_s = time.monotonic() - began_s
        said = {}
        least = f"--min-speed={100 * margin:g}"
        for setting, options in (("defaults", ()), (f"--min-speed={MIN_SPEED}", (least,))):
            words = [*program, "-m", "pyperf", "compare_to", *options, "one.json", "two.json"]
            done = processes.run(words, self.place)
            said[f"pyperf, {setting}"] = {
                "slower": float("slower" in done.stdout),
                "faster": float("faster" in done.stdout),
                "took_s": took_s,
            }
        return said

    def asv(self, percent: int, margin: float, dwell_s: float) -> Said:
        """``asv continuous``, which interleaves two rounds of both versions by default."""
        home = self._asv_project()
        program = self.bench.peers.program("asv")
        for number, extra in enumerate((0, percent)):
            source = self.function(extra, dwell_s) + f"\n# version {number} of {time.time_ns()}\n"
            (home / "function.py").write_text(source, encoding="utf-8")
            processes.run([*GIT, "commit", "--quiet", "--all", "--message", "version"], home)
        began_s = time.monotonic()
        words = [*program, "continuous", "-f", f"{1 + margin:g}", "HEAD~1", "HEAD"]
        variables = {"PATH": f"{Path(program[0]).parent}:/usr/local/bin:/usr/bin:/bin"}
        done = processes.run(words, home, fine=(0, 1), timeout_s=300, variables=variables)
        if "time_work" not in done.stdout:
            raise processes.Failed(f"asv measured nothing: {done.stdout.strip()[-200:]}")
        values = {
            "slower": float("PERFORMANCE DECREASED" in done.stdout),
            "faster": float("PERFORMANCE INCREASED" in done.stdout),
            "took_s": time.monotonic() - began_s,
        }
        return {"asv, continuous -f": values}

    def _asv_project(self) -> Path:
        """A repository with the function and asv's settings, whose environment is kept in the cache."""
        if self._asv_home is None:
            home = self.bench.cache / "asv-project"
            (home / "benchmarks").mkdir(parents=True, exist_ok=True)
            (home / "benchmarks" / "__init__.py").touch()
            shutil.copy(SCRIPTS / "bench_case.py", home / "benchmarks" / "bench_case.py")
            (home / "asv.conf.json").write_text(json.dumps(ASV), encoding="utf-8")
            (home / ".gitignore").write_text(".asv\n", encoding="utf-8")
            (home / "function.py").write_text(self.function(0, 0), encoding="utf-8")
            shutil.rmtree(home / ".git", ignore_errors=True)
            processes.run(["git", "init", "--quiet", "."], home)
            processes.run([*GIT, "add", "--all"], home)
            processes.run([*GIT, "commit", "--quiet", "--message", "first"], home)
            program = self.bench.peers.program("asv")
            processes.run([*program, "machine", "--yes"], home)
            self._asv_home = home
        return self._asv_home


MIN_SPEED = "margin"  # how the setting is named on the page
Tool = Callable[[Contest, int, float, float], Said]
PEERS: tuple[Tool, ...] = (Contest.pytest_benchmark, Contest.pyperf, Contest.asv)
SETTINGS = (
    "pytest-benchmark, defaults, mean",
    "pytest-benchmark, warm-up, no collector, min",
    "pyperf, defaults",
    "pyperf, --min-speed=margin",
    "asv, continuous -f",
)


def measured(run: Path) -> dict[str, float]:
    """What a check did: seconds in rounds, warm-ups included, as pytest-benchmark counts its time, and
    from the start of each launch to the end of its last round; and the calls of a round."""
    starts: dict[tuple[str, int], float] = {}
    ends: dict[tuple[str, int], float] = {}
    rounds_s, calls_a_round = 0.0, 0
    for record in layout.read_records(run.resolve()):
        if isinstance(record, LaunchStart):
            starts[record.item, record.launch] = record.began_s
        elif isinstance(record, Round) and "@head" in record.item:
            ends[record.item, record.launch] = record.began_s + record.wall_ns / 1e9
            rounds_s += record.wall_ns / 1e9
            calls_a_round = record.tasks
    launches_s = sum(end_s - starts[launch] for launch, end_s in ends.items())
    return {"rounds_s": rounds_s, "launches_s": launches_s, "calls_a_round": float(calls_a_round)}
