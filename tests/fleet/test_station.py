"""What a host keeps for fleets is removed when it is old, and never while it is measured."""

import fcntl
import os
from pathlib import Path

import pytest

from gilbench.fleet.station import ATTENDED, FOLDER_VARIABLE, LOCK, Station, remove_old_stations


@pytest.fixture
def stations(tmp_path: Path, monkeypatch) -> dict[str, Station]:
    """Three of a fleet: one just followed, and two that nobody has asked for, as the clock says."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    made = {name: Station("fleet", name) for name in ("new", "old", "running")}
    for name, station in made.items():
        station.open(1)
        if name != "new":
            os.utime(station.path / ATTENDED, (1.0, 1.0))
    return made


def test_only_what_is_old_and_not_measured_is_removed(stations):
    """A host whose clock was set by years has stations that seem old."""
    descriptor = os.open(stations["running"].path / LOCK, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        remove_old_stations()
    finally:
        os.close(descriptor)
    assert {name for name, station in stations.items() if station.path.exists()} == {
        "new",
        "running",
    }
