"""Are verdicts ever wrong where the host lacks cores? Quick runs under three conditions, compared with a reference.

Conditions: ``one-core`` (``taskset -c 0``), ``busy`` (two processes spin meanwhile), ``quota`` (1.5 CPUs, by a
new cgroup where that is permitted, else by systemd-run). A verdict is wrong if it decides a claim otherwise
than the reference run does. Each trial is a line of a journal, so ``measure`` can be stopped and continued:

    python tools/strained_runs.py measure trials.jsonl --runs 30 --minutes 20
    python tools/strained_runs.py count trials.jsonl --reference results/latest

``count`` exits with 1 if any verdict was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from gilbench.analysis.proportion import Proportion

CONDITIONS = ("one-core", "busy", "quota")
DECIDED = ("PROVED", "REFUTED")
HEADLINE = ("A16", "A17", "A18", "A20", "B2", "B3")
BUSY_PROCESSES = 2
QUOTA_CPUS, PERIOD_US = 1.5, 100_000
PATIENCE_S = 600
# Ends with this tool, however that ends
SPIN = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
CGROUPS = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))  # version 1, version 2
Prefix = tuple[str, ...]  # of the command of a run


@contextmanager
def busy() -> Iterator[Prefix]:
    """Two processes that spin meanwhile."""
    processes = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(BUSY_PROCESSES)]
    try:
        yield ()
    finally:
        for process in processes:
            process.kill()
            process.wait()


@contextmanager
def quota() -> Iterator[Prefix]:
    """A limit of CPU time: a new cgroup that the run enters, or a scope of systemd."""
    group = _limited_group()
    if group is None:
        yield ("systemd-run", "--scope", "--quiet", "-p", f"CPUQuota={QUOTA_CPUS:.0%}", "--")
        return
    try:
        yield ("sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh")
    finally:
        with suppress(OSError):  # something that the run started may take a moment to end
            group.rmdir()


def _limited_group() -> Path | None:
    """A new cgroup with the quota; None where none may be made."""
    quota_us = round(QUOTA_CPUS * PERIOD_US)
    for root in CGROUPS:
        group = root / "gilbench-strained"  # the same again after a trial that was killed
        try:
            group.mkdir(exist_ok=True)
        except OSError:
            continue
        try:
            if (group / "cpu.cfs_quota_us").exists():
                (group / "cpu.cfs_period_us").write_text(str(PERIOD_US), encoding="ascii")
                (group / "cpu.cfs_quota_us").write_text(str(quota_us), encoding="ascii")
            else:
                (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}", encoding="ascii")
            return group
        except OSError:
            group.rmdir()
    return None


def under(condition: str) -> AbstractContextManager[Prefix]:
    """A condition while it holds, and what to put before the command of a run."""
    if condition == "busy":
        return busy()
    if condition == "quota":
        return quota()
    return nullcontext(("taskset", "-c", "0"))


def trial(condition: str, seed: int, profile: str) -> dict[str, Any]:
    """Measure one run under a condition, and keep its verdicts only."""
    folder = tempfile.mkdtemp(prefix="strained-")
    run = ("-m", "gilbench", "run", "--profile", profile, "--json", "--quiet")
    began_s = time.monotonic()
    entry: dict[str, Any] = {
        "condition": condition,
        "profile": profile,
        "seed": seed,
        "began_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "load_before": os.getloadavg()[0],
    }
    try:
        with under(condition) as prefix:
            command = [*prefix, sys.executable, *run, "--seed", str(seed), "--out", folder]
            ended = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=PATIENCE_S
            )
        entry |= {"exit": ended.returncode, "said": ended.stderr[-500:]}
        verdicts = json.loads(ended.stdout) if ended.stdout.strip() else []
        entry["verdicts"] = {verdict["id"]: verdict["verdict"] for verdict in verdicts}
        entry["reasons"] = {
            verdict["id"]: verdict["reason"]
            for verdict in verdicts
            if verdict["verdict"] in DECIDED
        }
    except (subprocess.TimeoutExpired, ValueError) as error:
        entry |= {"exit": None, "said": str(error), "verdicts": {}, "reasons": {}}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return entry | {"seconds": round(time.monotonic() - began_s, 1)}


def read(journal: Path) -> list[dict[str, Any]]:
    """The trials so far; the last line is left out if it was cut off."""
    trials = []
    if journal.exists():
        for line in journal.read_text(encoding="utf-8").splitlines():
            try:
                trials.append(json.loads(line))
            except ValueError:
                continue
    return trials


def measure(
    journal: Path, conditions: Sequence[str], runs: int, minutes: float, profile: str
) -> None:
    """Measure what is missing of so many runs for each condition, in turn, and journal each."""
    until_s = time.monotonic() + 60 * minutes
    done = dict.fromkeys(conditions, 0)
    for entry in read(journal):
        if entry["condition"] in done:
            done[entry["condition"]] += 1
    while time.monotonic() < until_s:
        condition = min(conditions, key=lambda name: done[name])
        if done[condition] >= runs:
            return
        entry = trial(condition, done[condition], profile)
        with journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        done[condition] += 1
        print(f"{condition} {done[condition]} of {runs}: {summary(entry)}", flush=True)


def summary(entry: dict[str, Any]) -> str:
    """A trial in a few words."""
    outcomes = list(entry["verdicts"].values())
    if not outcomes:
        return f"no verdicts, exit {entry['exit']}: {entry['said'].strip()[-200:]}"
    decided = sum(outcome in DECIDED for outcome in outcomes)
    return f"{decided} decided, {outcomes.count('INCONCLUSIVE')} open, {entry['seconds']} s"


def outcomes_of(run: Path) -> dict[str, str]:
    """The verdicts of a run's folder by claim, or of a verdicts.json."""
    path = run / "verdicts.json" if run.is_dir() else run
    verdicts = json.loads(path.read_text(encoding="utf-8"))
    return {verdict["id"]: verdict["verdict"] for verdict in verdicts}


def wrong_in(entry: dict[str, Any], reference: dict[str, str]) -> list[str]:
    """The claims that a trial decides otherwise than the reference does."""
    wrong = []
    for claim, outcome in entry["verdicts"].items():
        right = reference.get(claim)
        if outcome in DECIDED and right in DECIDED and outcome != right:
            wrong.append(claim)
    return wrong


def row_of(condition: str, entries: Sequence[dict[str, Any]], reference: dict[str, str]) -> str:
    """A row of the table: how many runs were wrong, and how much they decided."""
    wrong = sum(bool(wrong_in(entry, reference)) for entry in entries)
    lo, hi = Proportion(wrong, len(entries)).interval(0.95)
    decided, headline, applicable = [], 0, 0
    for entry in entries:
        outcomes = entry["verdicts"]
        decided.append(sum(outcome in DECIDED for outcome in outcomes.values()))
        for claim in HEADLINE:
            if outcomes.get(claim) not in (None, "NOT APPLICABLE"):
                headline += outcomes[claim] in DECIDED
                applicable += 1
    seconds = sorted(entry["seconds"] for entry in entries)[len(entries) // 2]
    return (
        f"| {condition} | {len(entries)} | {wrong} [{lo:.3f}, {hi:.3f}] | "
        f"{min(decided)} to {max(decided)} | {headline} of {applicable} | {seconds:.0f} |"
    )


def problems_of(entry: dict[str, Any], reference: dict[str, str]) -> Iterator[str]:
    """A line for each wrong verdict of a trial, or for a trial that has no verdicts."""
    where = f"{entry['condition']}, seed {entry['seed']}"
    for claim in wrong_in(entry, reference):
        reason = entry["reasons"].get(claim, "")
        yield f"wrong: {where}: {claim} {entry['verdicts'][claim]}: {reason}"
    if not entry["verdicts"]:
        yield f"no verdicts: {where}: {summary(entry)}"


def decided_here_only(entries: Iterable[dict[str, Any]], reference: dict[str, str]) -> list[str]:
    """The claims that some trial decides and the reference does not."""
    claims = set()
    for entry in entries:
        for claim, outcome in entry["verdicts"].items():
            if outcome in DECIDED and reference.get(claim) not in DECIDED:
                claims.add(claim)
    return sorted(claims)


def count(journal: Path, reference: dict[str, str]) -> int:
    """Print the outcomes of the trials as a table, and every wrong verdict; 1 if there is any."""
    trials = read(journal)
    print(
        "| condition | runs | runs with a wrong verdict | decided a run | headline decided | seconds |"
    )
    print("|---|---|---|---|---|---|")
    for condition in CONDITIONS:
        entries = [
            entry for entry in trials if entry["condition"] == condition and entry["verdicts"]
        ]
        if entries:
            print(row_of(condition, entries, reference))
    for entry in trials:
        for problem in problems_of(entry, reference):
            print(problem)
    if only_here := decided_here_only(trials, reference):
        print(f"decided here and not in the reference: {', '.join(only_here)}")
    return int(any(wrong_in(entry, reference) for entry in trials))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    measuring = verbs.add_parser("measure", help="measure what is missing of the trials")
    measuring.add_argument("journal", type=Path)
    measuring.add_argument("--runs", type=int, default=30, help="for each condition")
    measuring.add_argument("--minutes", type=float, default=600, help="begin no trial after these")
    measuring.add_argument("--condition", action="append", choices=CONDITIONS, dest="conditions")
    measuring.add_argument("--profile", default="quick")
    counting = verbs.add_parser("count", help="compare the trials with a reference run")
    counting.add_argument("journal", type=Path)
    counting.add_argument(
        "--reference", type=Path, required=True, help="a run's folder, or its verdicts.json"
    )
    options = parser.parse_args()
    if options.verb == "count":
        return count(options.journal, outcomes_of(options.reference))
    conditions = options.conditions or CONDITIONS
    measure(options.journal, conditions, options.runs, options.minutes, options.profile)
    return 0


if __name__ == "__main__":
    sys.exit(main())
