"""The two sides of a check, measured for real: their hash seeds, their names and their results."""

import json
import subprocess
import sys
from collections import defaultdict

FUNCTION = """
import os, sys

LOG = {log!r}

def of_side():
    with open(LOG, "a") as log:
        log.write(f"{{os.getpid()}} {{os.environ.get('PYTHONHASHSEED')}}\\n")
    return 1 if sys.flags.no_site else 2
"""


def test_sides_share_a_hash_seed_and_may_return_different_results(tmp_path):
    """In each launch both processes have one seed, which no other launch has; different results are
    accepted and told, and a side has the name that it was given."""
    log = tmp_path / "log"
    (tmp_path / "work.py").write_text(FUNCTION.format(log=str(log)), encoding="utf-8")
    command = [sys.executable, "-m", "gilbench", "check", "--against"]
    command += [f"{sys.executable},site=1,name=old", "--workload", "work.py:of_side"]
    command += ["--strategy", "serial", "--launches", "0.3", "--quiet", "--json"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode in (0, 1, 3), done.stderr
    report = json.loads(done.stdout)
    assert report["baseline"].startswith("old: 3.")
    assert any(
        "return different results, which is accepted: work-of-side" in note
        for note in report["notes"]
    )
    assert all("could not be measured" not in finding["reason"] for finding in report["findings"])
    processes = defaultdict(set)
    for line in log.read_text(encoding="utf-8").splitlines():
        pid, seed = line.split()
        if seed != "None":  # of those that only tried the function
            processes[seed].add(pid)
    assert len(processes) > 2 and {len(pids) for pids in processes.values()} == {2}
