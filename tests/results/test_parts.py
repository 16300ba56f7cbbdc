"""A journal read in parts gives what it gives as a whole, and is refused where that is."""

import itertools
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import msgspec
import pandas as pd
import psutil
import pytest
from tests.patience import wait_for
from tools.selfbench.large_runs import write_run

from gilbench.model import InputError
from gilbench.results import folder as layout
from gilbench.results import parts, tables
from gilbench.results.chain import Chain, split, start_of
from gilbench.results.files import write_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="read as a whole elsewhere")
ROUNDS = 3_000
FRAMES = ("rounds", "launches", "observations", "cores")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("large") / "run", ROUNDS)


@pytest.fixture
def folder(written, tmp_path):
    """A copy of a run whose journal has several parts."""
    copied = tmp_path / "run"
    copied.mkdir()
    for file in written.iterdir():
        write_file(copied / file.name, file.read_bytes())
    return copied


@pytest.fixture(autouse=True)
def several(monkeypatch):
    """Small parts, and cores for them."""
    monkeypatch.setattr(parts, "LEAST_BYTES", 300_000)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))


def read_in_parts(folder):
    return parts.read_in_parts(folder, layout.read_run(folder), tables.TablesBuilder)


def read_whole(folder, monkeypatch):
    monkeypatch.setattr(parts, "LEAST_BYTES", 1 << 40)
    return tables.load(folder)


def change(folder, edit):
    """Change the records of a journal, and have its digests and seal follow."""
    records = []
    for line in (folder / layout.ROUNDS).read_bytes().splitlines():
        records.append(json.loads(split(line)[0]))
    edit(records)
    run = layout.read_run(folder)
    chain = Chain(start_of((folder / layout.RUN).read_bytes()))
    lines = [chain.link(msgspec.json.encode(record)) + b"\n" for record in records]
    write_file(folder / layout.ROUNDS, b"".join(lines))
    seal = msgspec.structs.replace(run.seal, rounds=chain.digest.hex())
    write_file(folder / layout.RUN, msgspec.json.encode(msgspec.structs.replace(run, seal=seal)))


def test_parts_cover_the_journal_and_begin_with_launches(folder):
    """Each begins where the one before it ends, with a launch, and knows the digest before it."""
    path = folder / layout.ROUNDS
    journal = path.read_bytes()
    found = parts._parts(path, b"first", len(journal), 4)
    assert len(found) == 4
    assert (found[0].span.start, found[0].before, found[-1].span.end) == (0, b"first", None)
    for before, part in itertools.pairwise(found):
        assert before.span.end == part.span.start
        assert json.loads(journal[part.span.start :].partition(b"\n")[0])["type"] == "launch"
        last_line = journal[: part.span.start - 1].rpartition(b"\n")[2]
        assert part.before == split(last_line)[1]


def test_parts_give_what_the_whole_gives(folder, monkeypatch):
    """Frames, ends and workers are equal, names and the order of rows included."""
    assert read_in_parts(folder) is not None
    of_parts, whole = tables.load(folder), read_whole(folder, monkeypatch)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(of_parts, name), getattr(whole, name))
        assert len(getattr(whole, name)) > 0
    assert (of_parts.ends, of_parts.workers) == (whole.ends, whole.workers)
    assert of_parts.failures == whole.failures and of_parts.drifts == whole.drifts


def test_a_changed_timeline_is_refused(folder):
    """In the words in which it is refused where the journal is read as a whole."""
    with (folder / layout.CORES).open("ab") as file:
        file.write(b"{}\n")
    assert read_in_parts(folder) is None
    with pytest.raises(InputError, match=r"cores\.jsonl was changed after the run ended"):
        tables.load(folder)


def last(records, kind):
    """The place of the last record of a kind, which is in the last part."""
    return max(place for place, record in enumerate(records) if record["type"] == kind)


def lose_a_launch(records):
    launch = records[last(records, "launch")]
    records[:] = [
        each
        for each in records
        if (each["item"], each.get("launch")) != (launch["item"], launch["launch"])
    ]


def another_checksum(records):
    """In the last launch."""
    records[last(records, "round")]["checksum"] += 1


def lose_an_end(records):
    del records[last(records, "end")]


def another_place(records):
    records[last(records, "round")]["launch"] += 1


def a_late_round(records):
    late = records.pop(last(records, "round"))
    ends = [place for place, each in enumerate(records) if each["type"] == "end"]
    (end,) = [place for place in ends if records[place]["item"] == late["item"]]
    records.insert(end + 1, late)


@pytest.mark.parametrize(
    "edit",
    [lose_a_launch, another_checksum, lose_an_end, another_place, a_late_round],
    ids=lambda edit: edit.__name__,
)
def test_what_cannot_be_is_refused_as_in_the_whole(folder, edit):
    """The parts have no result, so that reading the whole says which line it is."""
    change(folder, lambda records: None)
    assert read_in_parts(folder) is not None
    change(folder, edit)
    assert read_in_parts(folder) is None
    with pytest.raises(InputError, match=r"rounds\.jsonl:\d+ cannot be"):
        tables.load(folder)


def test_parts_must_agree_on_what_work_results_in(folder):
    """Each may agree with itself."""
    path = folder / layout.ROUNDS
    journal = path.read_bytes()
    second = parts._parts(path, b"", len(journal), 4)[1].span.start
    before = journal[:second].count(b"\n")

    def edit(records):
        for record in records[before:]:
            if "checksum" in record:
                record["checksum"] += 1

    change(folder, edit)
    assert path.stat().st_size == len(journal)  # the parts are where they were
    assert read_in_parts(folder) is None
    with pytest.raises(InputError, match="its checksum differs"):
        tables.load(folder)


def test_parts_must_end_with_what_the_run_ended_with(folder):
    """As its seal says."""
    run = layout.read_run(folder)
    seal = msgspec.structs.replace(run.seal, rounds="0" * 32)
    encoded = msgspec.json.encode(msgspec.structs.replace(run, seal=seal))
    write_file(folder / layout.RUN, encoded)
    assert read_in_parts(folder) is None
    with pytest.raises(InputError, match="is not the line that the run ended with"):
        tables.load(folder)


@pytest.mark.parametrize("place", [0.1, 0.9])
def test_a_changed_line_is_named(folder, place):
    """In the first part and in the last."""
    path = folder / layout.ROUNDS
    lines = path.read_bytes().splitlines(keepends=True)
    number = int(place * len(lines))
    lines[number] = lines[number].replace(b'"launch":', b'"launch": ', 1)
    write_file(path, b"".join(lines))
    assert read_in_parts(folder) is None
    with pytest.raises(InputError, match=rf"rounds\.jsonl:{number + 1} is damaged"):
        tables.load(folder)


def test_a_lost_part_is_noticed(folder):
    """Between two parts, and at the end, where only the seal knows."""
    path = folder / layout.ROUNDS
    journal = path.read_bytes()
    found = parts._parts(path, b"", len(journal), 4)
    middle, end = found[1].span, found[3].span
    write_file(path, journal[: middle.start] + journal[middle.end :])
    assert read_in_parts(folder) is None
    write_file(path, journal[: end.start])
    assert read_in_parts(folder) is None


def test_a_process_that_dies_costs_nothing_but_time(folder, monkeypatch):
    """The whole is read then."""
    monkeypatch.setattr(parts.PartReader, "read_and_send", lambda *_: os._exit(1))
    assert read_in_parts(folder) is None
    assert len(tables.load(folder).rounds) > ROUNDS / 2


def test_no_process_is_left_when_reading_is_interrupted(folder, monkeypatch):
    """Those that read other parts are ended, and by nobody else."""
    begun = []

    def interrupt(*_):
        begun.extend(multiprocessing.active_children())
        for process in begun:  # as a terminal interrupts all of them
            os.kill(process.pid, signal.SIGINT)
            process.join(0.1)
            assert process.is_alive()
        raise KeyboardInterrupt

    monkeypatch.setattr(parts.PartReader, "read_and_send", lambda *_: time.sleep(20))
    monkeypatch.setattr(parts.PartReader, "read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_in_parts(folder)
    assert [process.exitcode for process in begun] == 3 * [-signal.SIGKILL]


KILLED = """
import multiprocessing, os, signal, sys
from pathlib import Path
from gilbench.results import folder, parts, tables

parts.LEAST_BYTES = 300_000
os.sched_getaffinity = lambda _: set(range(4))
parent, read = os.getpid(), parts.PartReader.read

def die(reader, part):
    if os.getpid() != parent:
        return read(reader, part)
    print(*(process.pid for process in multiprocessing.active_children()), flush=True)
    os.kill(parent, signal.SIGKILL)

parts.PartReader.read = die
run = Path(sys.argv[1])
parts.read_in_parts(run, folder.read_run(run), tables.TablesBuilder)
"""


def test_no_process_is_left_when_reading_is_killed(folder, tmp_path):
    """Those that read other parts cannot send them, and end by themselves."""
    said = tmp_path / "said"  # no pipe: who has its other end would be waited for
    with said.open("w") as file:
        command = [sys.executable, "-c", KILLED, str(folder)]
        done = subprocess.run(command, stdout=file, stderr=file, check=False)
    readers = [int(pid) for pid in said.read_text().split()]
    assert len(readers) == 3 and done.returncode == -signal.SIGKILL
    try:
        assert wait_for(lambda: not any(map(psutil.pid_exists, readers)), 20.0)
    finally:
        for pid in filter(psutil.pid_exists, readers):
            os.kill(pid, signal.SIGKILL)


def test_a_small_journal_is_read_by_this_process(folder, monkeypatch):
    """A fork would cost more than it saves; likewise where there is one core."""
    monkeypatch.setattr(parts, "_processes", lambda *_: pytest.fail("forked"))
    monkeypatch.setattr(parts, "LEAST_BYTES", 1 << 25)
    assert read_in_parts(folder) is None
    monkeypatch.setattr(parts, "LEAST_BYTES", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert read_in_parts(folder) is None
