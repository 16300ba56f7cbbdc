"""The strategy ``dask``: it says why it is missing, and gives the results of serial code where it is not."""

import subprocess
import sys

import pytest
from tests.bundle_code import run_in_bundle

CODE = """
from gilbench.target.registry import load
from gilbench.target.rounds import Job
if __name__ == "__main__":
    params = dict(load("workload", "fnv1a").defaults)
    job = Job("fnv1a", params, 6, 2)
    serial = load("strategy", "serial").run(job._replace(workers=1))
    dask = load("strategy", "dask").run(job)
    assert sum(log.checksum for log in dask) == sum(log.checksum for log in serial)
    assert len(dask) == 6
    print("same")
"""


def test_it_says_why_it_is_missing(target_bundle):
    """A launch without the packages of its interpreter, as by default."""
    code = "from gilbench.target.strategies.dask import missing; print(missing())"
    assert "site=1" in run_in_bundle(code, target_bundle)


@pytest.mark.slow
def test_its_results_are_those_of_serial_code(tmp_path):
    """Every task once, whichever worker takes it."""
    pytest.importorskip("distributed", reason="the extra fleet is not installed")
    script = tmp_path / "script.py"
    script.write_text(CODE)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.stdout.strip() == "same", done.stderr
