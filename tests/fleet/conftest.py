"""A run as a host writes it, to be followed and copied."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests import synthetic
from tests.synthetic import World

from gilbench.model import CoresSample
from gilbench.results.journal import Journal

WORLD = World(launches=2, claims=frozenset({"A16"}))


def write_run(folder: Path) -> Path:
    """A complete run, sealed."""
    run = synthetic.make_run(WORLD.plan(), targets=WORLD.targets, host=WORLD.host)
    run = replace(run, chained=True)
    folder.mkdir(parents=True)
    with Journal(folder) as journal:
        journal.write_run(replace(run, status="running"))
        for record in WORLD.records():
            journal.add(record)
        journal.add_cores(CoresSample(0.05, (0.5, 0.5)))
        journal.write_run(replace(run, seal=journal.seal()))
    return folder


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A complete run on its host."""
    return write_run(tmp_path / "host" / "run")
