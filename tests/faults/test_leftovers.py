"""Shared memory of launches that are killed."""

import os
import signal
import sys
from pathlib import Path

import pytest

from gilbench.measure import leftovers
from gilbench.measure.launches import MeasurementError
from tests.patience import PATIENCE_S, wait_for

SEGMENT = """
from multiprocessing import shared_memory

def task(index, params):
    segment = shared_memory.SharedMemory(create=True, size=4096)
    with open(params["told"], "w") as file:
        file.write(segment.name)
    os.rename(params["told"], params["told"] + ".whole")
    time.sleep(600)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="segments are files on Linux only")


@pytest.mark.parametrize("how", ["close", "killed"])
def test_a_launch_that_is_killed_leaves_no_segment(launch_of, tmp_path, monkeypatch, how):
    """What removes segments gets the time to do so, and has ended then; here all that it needs on a crowded host."""
    for name in ("TRACKER_S", "SWEEP_S"):
        monkeypatch.setattr(leftovers, name, PATIENCE_S)
    launch, told = launch_of(SEGMENT), tmp_path / "told"
    launch.request(
        "round",
        workload="custom",
        strategy="serial",
        params={"told": str(told)},
        tasks=1,
        workers=1,
    )
    whole = told.with_name("told.whole")
    assert wait_for(whole.exists)
    segment = Path("/dev/shm", whole.read_text())  # noqa: S108 - where the system keeps segments
    assert segment.exists()
    if how == "killed":
        os.kill(launch.pid, signal.SIGKILL)
        with pytest.raises(MeasurementError, match="SIGKILL"):
            launch.answer(PATIENCE_S)
    launch.close()
    assert wait_for(lambda: not segment.exists())
    assert wait_for(lambda: not list(leftovers.marked_processes(launch._mark)))
