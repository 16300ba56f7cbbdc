"""What a run writes comes back unchanged, and what a crash cut off is left out."""

import msgspec
import pytest
from tests import synthetic

from gilbench.model import (
    CeilingControl,
    Comparison,
    CoresSample,
    Effort,
    Experiment,
    Failure,
    InputError,
    ItemEnd,
    LaunchStart,
    PlannedItem,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.results import folder as layout
from gilbench.results.files import encode_json
from gilbench.results.journal import Journal

TARGET = synthetic.make_target(sizes={"fnv1a": 4096})
COMPARISON = compare(TARGET, "fnv1a", "process", 2)
EXPERIMENT = Experiment(TARGET.id, "switching", ({"interval_s": 0.005}, {"interval_s": 0.02}))
RECORDS = [
    LaunchStart(COMPARISON.id, 0, 4711, 0.5, 31_000_000),
    synthetic.make_round(COMPARISON.id, "reference", warmup=True, pair=-1),
    synthetic.make_round(COMPARISON.id, "case"),
    CeilingControl(COMPARISON.id, 0, 2, 1.5, 1.93, ((10,), (11,)), ((9, 10), (10, 9))),
    ItemEnd(COMPARISON.id, 1, Stop.SETTLED),
    synthetic.make_observation(EXPERIMENT, 0, 1, {"hold_ns": [5_000_000], "note": "5 ms – µs"}),
    Failure(EXPERIMENT.id, 1, "the launch died (signal SIGKILL)"),
]


@pytest.fixture
def folder(tmp_path):
    """A run folder with one of every kind of record."""
    with Journal(tmp_path) as journal:
        journal.write_run(
            synthetic.make_run(
                (PlannedItem(COMPARISON, Effort((4,), 4), ("A17",)),), targets=(TARGET,)
            )
        )
        for record in RECORDS:
            journal.add(record)
        journal.add_cores(CoresSample(0.05, (0.25, 1.0)))
    return tmp_path


def test_every_kind_of_record_comes_back_unchanged(folder):
    """What was measured is what is judged: no field is lost or changed on its way through the file."""
    assert layout.read_records(folder) == RECORDS
    assert layout.read_cores(folder) == [CoresSample(0.05, (0.25, 1.0))]


def test_the_run_comes_back_unchanged(folder):
    """The plan, its kinds of items included, survives ``run.json``."""
    run = layout.read_run(folder)
    assert run == synthetic.make_run(
        (PlannedItem(COMPARISON, Effort((4,), 4), ("A17",)),), targets=(TARGET,)
    )
    assert isinstance(run.plan[0].item, Comparison)


def test_records_are_on_disk_before_the_next_one_is_measured(tmp_path):
    """Each record is flushed as it is added, so a crash of the parent loses none of those before it."""
    journal = Journal(tmp_path)
    for count, record in enumerate(RECORDS, start=1):
        journal.add(record)
        assert layout.read_records(tmp_path) == RECORDS[:count]
    journal.__exit__(None, None, None)


def test_a_journal_is_continued_and_not_replaced(folder):
    """Opening the journal of a folder again adds to what is there."""
    with Journal(folder) as journal:
        journal.add(RECORDS[0])
    assert layout.read_records(folder) == [*RECORDS, RECORDS[0]]


def test_replacing_the_run_leaves_no_draft(folder):
    """``run.json`` is replaced in one step: the new one is whole, and nothing lies beside it."""
    with Journal(folder) as journal:
        journal.write_run(msgspec.structs.replace(layout.read_run(folder), status="interrupted"))
    assert layout.read_run(folder).status == "interrupted"
    assert {path.name for path in folder.iterdir()} == {layout.RUN, layout.ROUNDS, layout.CORES}


@pytest.mark.parametrize("lost_bytes", [1, 2, 30])
def test_a_last_line_cut_short_is_left_out(folder, lost_bytes):
    """A crash in the middle of a write costs the record that was being written, at most."""
    path = folder / layout.ROUNDS
    path.write_bytes(path.read_bytes()[:-lost_bytes])
    expected = (
        RECORDS if lost_bytes == 1 else RECORDS[:-1]
    )  # without its line end alone, a record is still whole
    assert layout.read_records(folder) == expected


@pytest.mark.parametrize(
    "damage",
    [
        b'{"type":"round","ite',
        b'{"type":"end","item":"x"}',
        b'{"type":"verdict"}',
        b"[]",
        b'{"type":"end\xff"}',
    ],
    ids=["cut", "incomplete", "unknown", "list", "not-utf8"],
)
def test_damage_before_the_end_names_file_and_line(folder, damage):
    """A journal damaged anywhere else is not judged at all: the message says which line to look at."""
    path = folder / layout.ROUNDS
    lines = path.read_bytes().splitlines()
    lines[2] = damage
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(
        InputError, match=r"rounds\.jsonl:3 is damaged .*remove that line or measure again"
    ) as caught:
        layout.read_records(folder)
    assert "\n" not in str(caught.value)


def test_a_damaged_last_line_that_is_complete_is_an_error(folder):
    """Only a line without its end was cut short by a crash; one with it was damaged later."""
    with (folder / layout.CORES).open("ab") as file:
        file.write(b'{"t_s":\n')
    with pytest.raises(InputError, match=r"cores\.jsonl:2 is damaged"):
        layout.read_cores(folder)


def test_an_unknown_field_is_damage(folder):
    """A record of a newer gilbench is not read as if it were one of this."""
    path = folder / layout.CORES
    path.write_bytes(b'{"t_s":0.1,"busy":[1.0],"temperature":40}\n')
    with pytest.raises(InputError, match="temperature"):
        layout.read_cores(folder)


def test_a_missing_journal_is_an_input_error(folder):
    """A folder with a run but no journal is said to be unreadable, in one line."""
    (folder / layout.ROUNDS).unlink()
    with pytest.raises(InputError, match=r"rounds\.jsonl cannot be read .*measure again"):
        layout.read_records(folder)


def test_a_path_that_is_not_utf8_is_one_line():
    """JSON cannot hold it; the line shows what is to be renamed."""
    run = synthetic.make_run(())
    with pytest.raises(InputError, match="is not UTF-8, which files of JSON have to be"):
        encode_json(msgspec.structs.replace(run, id="\udcff.py"))
