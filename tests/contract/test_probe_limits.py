"""Every registered probe in a real launch, under what the ledger asks of it: it ends in time and leaves nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import msgspec
import psutil
import pytest
from tests import synthetic
from tests.contract.conftest import TIMEOUT_S, description

from gilbench.claims.questions import wanted_items
from gilbench.experiments.report_only import report_only
from gilbench.measure.launches import Launch
from gilbench.model import Experiment, Failure, Observation, Target, TargetDescription
from gilbench.plan.amounts import ceiling_amounts
from gilbench.results import folder

PATIENCE_S = 60.0
# What multiprocessing starts once and keeps.
SERVERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
# What comparisons and the measurements of a user's call ask of probes.
WITHOUT_A_CLAIM: dict[str, list[dict[str, Any]]] = {
    "ceiling": [ceiling_amounts(2)],
    "ticker": [{"threads": 1}, {"threads": 2}],
}

HANGS = """
import time
from gilbench.target.registry import Probe

def run(params):
    while True:
        time.sleep(600)

PROBE = Probe(name="relock", summary="hangs", run=run, limit_s=1)
"""


def conditions_of(probe: str) -> list[dict[str, Any]]:
    """Every condition, each once, under which the ledger or the report wants a probe of this interpreter run."""
    target_description = msgspec.convert(description(), TargetDescription)
    target = Target("this", sys.executable, target_description, {})
    wanted = wanted_items((target,), synthetic.make_host()).values()
    items = [entry.item for entry in wanted] + list(report_only(target))
    conditions = list(WITHOUT_A_CLAIM.get(probe, []))
    for item in items:
        if isinstance(item, Experiment) and item.probe == probe:
            conditions += item.conditions
    return list(
        {json.dumps(condition, sort_keys=True): condition for condition in conditions}.values()
    )


def left_behind(pid: int) -> list[list[str]]:
    """The command lines of a process's descendants, but for multiprocessing's own servers."""
    command_lines = []
    for child in psutil.Process(pid).children(recursive=True):
        try:
            command_line = child.cmdline()
        except psutil.ZombieProcess:
            command_line = ["ended, and not waited for"]
        except psutil.NoSuchProcess:  # it has gone since
            continue
        if not any(server in " ".join(command_line) for server in SERVERS):
            command_lines.append(command_line)
    return command_lines


def leaves_nothing(pid: int) -> bool:
    """Whether no descendant of a process is left, once those that are ending have ended."""
    end_s = time.monotonic() + PATIENCE_S
    while left_behind(pid):
        if time.monotonic() > end_s:
            return False
        time.sleep(0.02)
    return True


def test_a_probe_ends_within_its_limit_and_leaves_nothing(target_bundle, probe, subtests):
    """Under each condition it returns in time, and then no child is left and the launch still answers."""
    if probe["missing"]:
        pytest.skip(probe["missing"])
    conditions = conditions_of(probe["name"])
    assert conditions, "a probe that nothing asks for"
    with Launch(sys.executable, target_bundle) as launch:
        for condition in conditions:
            with subtests.test(condition=condition):
                assert launch.ask("probe", probe["limit_s"], probe=probe["name"], params=condition)
                assert leaves_nothing(launch.pid), left_behind(launch.pid)
                assert launch.ask("ping", TIMEOUT_S) == {}


def test_a_probe_that_hangs_for_ever_costs_its_own_claim_only(bundle_with, tmp_path):
    """The launch is ended at the probe's limit, one line says so, and whatever else was planned is measured."""
    bundle_with({"probes/relock.py": HANGS})
    command = [
        sys.executable,
        "-m",
        "gilbench",
        "run",
        "--claim",
        "A10",
        "--claim",
        "A14",
        "--profile",
        "quick",
    ]
    done = subprocess.run(
        [*command, "--json", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("gilbench: relock@")
    assert line.endswith("could not be measured: no answer within 1 s; the launch was ended")

    latest = tmp_path / "results" / "latest"
    assert folder.read_run(latest.resolve()).status == "complete"
    records = folder.read_records(latest)
    assert [record.item.split("@")[0] for record in records if isinstance(record, Failure)] == [
        "relock"
    ]
    observed = {record.item.split("@")[0] for record in records if isinstance(record, Observation)}
    assert observed == {"pipe-ends"}
    verdicts = {verdict["id"]: verdict for verdict in json.loads(done.stdout)}
    assert "could not be measured" not in verdicts["A10"]["reason"]
    assert verdicts["A14"]["verdict"] == "INCONCLUSIVE"
    assert "could not be measured" in verdicts["A14"]["reason"]
