"""What an interrupted run has left to measure, where launches of its items lie between each other."""

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from tests import synthetic
from tests.synthetic import World

from gilbench import __version__
from gilbench.model import (
    CoresSample,
    Effort,
    InputError,
    ItemEnd,
    LaunchStart,
    PlannedItem,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.results import folder as layout
from gilbench.results.interrupted import read_intact
from gilbench.results.journal import Journal
from gilbench.run.interrupted_run import InterruptedRun, open_interrupted
from gilbench.run.resume import ResumedStart

TARGET = synthetic.make_target()
ITEMS = tuple(
    PlannedItem(compare(TARGET, "fnv1a", "thread", workers), Effort((1, 2), 2))
    for workers in (1, 2, 4)
)
FULL, ENDED, BEGUN = ITEMS


def launch_of(planned: PlannedItem, number: int) -> list:
    start = LaunchStart(planned.item.id, number, 1, float(number), 1_000_000)
    return [start, *World()._launch(planned.item, number, planned.effort.pairs)]


@pytest.fixture
def interrupted(tmp_path: Path) -> InterruptedRun:
    """One item has its last launch and no end, one has ended early, one has two launches of which one was cut off."""
    parts = [launch_of(FULL, 0), launch_of(BEGUN, 0), launch_of(ENDED, 0), launch_of(FULL, 1)]
    ended = [ItemEnd(ENDED.item.id, 1, Stop.SETTLED)]
    cut_off = launch_of(BEGUN, 1)[:3]
    with Journal(tmp_path) as journal:
        for part in (*parts, ended, cut_off):
            for record in part:
                journal.add(record)
        intact = read_intact(tmp_path, ITEMS)
    return InterruptedRun(tmp_path, synthetic.make_run(ITEMS), intact, journal, 0.0)


def test_an_item_with_its_last_launch_is_owed_its_end_only(interrupted: InterruptedRun):
    """Though launches of others follow it in the journal."""
    assert interrupted.finished == (FULL,)


def test_what_has_no_end_and_not_all_launches_is_left(interrupted: InterruptedRun):
    """The launch that was cut off is measured again, under its number."""
    assert interrupted.left == (BEGUN,)
    assert interrupted.intact.launches == {FULL.item.id: 2, BEGUN.item.id: 1}


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The folder of a run that was interrupted amid a launch, and closed as it should be."""
    run = synthetic.make_run(ITEMS, targets=(TARGET,))
    run = replace(run, chained=True, status="interrupted", gilbench=__version__)
    folder = tmp_path / "run"
    folder.mkdir()
    with Journal(folder) as journal:
        journal.write_run(replace(run, status="running"))
        for record in (*launch_of(FULL, 0), *launch_of(BEGUN, 0), *launch_of(FULL, 1)[:3]):
            journal.add(record)
        journal.add_cores(CoresSample(0.05, (0.5, 0.5)))
        journal.write_run(replace(run, seal=journal.seal()))
    return folder


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_run_that_was_interrupted_is_opened_as_it_was(stopped):
    """The launch that was cut off is dropped, and nothing else."""
    interrupted = open_interrupted(stopped)
    interrupted.journal.close()
    assert interrupted.intact.dropped == 3


@pytest.mark.parametrize("file", ["rounds.jsonl", "cores.jsonl"])
@pytest.mark.parametrize(
    "change", [lambda lines: lines[:-1], lambda lines: []], ids=["last", "all"]
)
def test_lines_that_were_lost_after_an_interrupt_are_noticed(stopped, file, change):
    """Else whoever takes away the launches that they do not like has the run choose others."""
    (stopped / file).write_bytes(b"".join(change(lines_of(stopped / file))))
    with pytest.raises(InputError, match=f"{file} was changed after the run was interrupted"):
        open_interrupted(stopped)
    Journal(stopped).close()  # which another attempt may open


def test_where_another_process_could_not_be_seen_nothing_is_resumed(stopped, monkeypatch):
    """On a file system without locks."""
    fcntl = pytest.importorskip("fcntl", reason="this system has no locks at all")

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(InputError, match="file system without locks"):
        open_interrupted(stopped)


@pytest.mark.parametrize("step", ["write_run", "cut"])
def test_a_run_can_be_read_whatever_stops_its_resumption(stopped, monkeypatch, step):
    """A full disk, or a kill: no seal is left of lines that were cut."""
    interrupted = open_interrupted(stopped)
    start = ResumedStart.__new__(ResumedStart)
    start._interrupted, start.plan = interrupted, SimpleNamespace(host=synthetic.make_host())

    def stop(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(interrupted.journal, step, stop)
    with pytest.raises(OSError, match="No space"):
        start.begin(())
    interrupted.journal.close()
    run = layout.read_run(stopped)
    assert sum(map(len, layout.chunks(stopped, run))) == len(lines_of(stopped / layout.ROUNDS))
    open_interrupted(stopped).journal.close()
