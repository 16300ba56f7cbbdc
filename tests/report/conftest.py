"""Run folders that were never measured, written with the journal's own writer, and their reports."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.report.charts import seen
from tests.synthetic import World, make_run
from tests.synthetic_targets import five_targets

from gilbench.claims.judging import judge_claims
from gilbench.model import CoresSample, Record, Run
from gilbench.report.write import write
from gilbench.results import tables
from gilbench.results.journal import Journal

WriteRun = Callable[..., Path]


def write_run(
    folder: Path, world: World, records: Iterable[Record] | None = None, **changes: Any
) -> Path:
    """Write a world's run into a new folder; ``records`` replace what the world would have seen, ``changes`` the run's
    own fields. Two cores are sampled ten times, the first of them busy."""
    folder.mkdir(parents=True)
    run: Run = make_run(world.plan(), targets=world.targets, host=world.host)
    with Journal(folder) as journal:
        journal.write_run(msgspec.structs.replace(run, **changes))
        for record in world.records() if records is None else records:
            journal.add(record)
        for tick in range(10):
            journal.add_cores(CoresSample(tick / 20, (0.75, 0.25)))
    return folder


@pytest.fixture(scope="session")
def world() -> World:
    """Two cores, the GIL, and every claim measured in nine launches."""
    return World(launches=9)


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """The folder of a complete run with its report; tests only read it."""
    folder = write_run(tmp_path_factory.mktemp("report") / "run", world)
    write(folder)
    return folder


@pytest.fixture(scope="session")
def of_five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of a run of five targets."""
    folder = tmp_path_factory.mktemp("five") / "five"
    folder.mkdir()
    run, records = five_targets()
    with Journal(folder) as journal:
        journal.write_run(msgspec.structs.replace(run, id="20260102T000000Z-0005"))
        for record in records:
            journal.add(record)
        for tick in range(10):
            journal.add_cores(CoresSample(tick / 20, (0.75, 0.25)))
    write(folder)
    return folder


@pytest.fixture
def new_run(tmp_path: Path) -> WriteRun:
    """Write a run of the test's own; returns its folder."""
    return lambda world, records=None, **changes: write_run(
        tmp_path / "run", world, records, **changes
    )


@pytest.fixture(scope="module")
def lawful():
    return seen(World(launches=5))


@pytest.fixture(scope="module")
def of_five_targets():
    """The tables of a run of five targets, and their verdicts."""
    run, records = five_targets(launches=3)
    found = tables.build(run, records, [CoresSample(tick / 20, (0.5, 0.5)) for tick in range(9)])
    return found, judge_claims(found)
