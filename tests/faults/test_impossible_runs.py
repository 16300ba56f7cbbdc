"""Runs that cannot be, and files that are none: each is refused in one line by every reader."""

import errno
import json
import os
from pathlib import Path

import pytest

from gilbench import cli
from gilbench.results import folder, tables
from tests.faults.recorded import first, refusal, unpack, write

NOBODY = 65534  # the user who may do nothing


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A recorded run, unpacked once."""
    return unpack("glance-1", tmp_path_factory.mktemp("recorded"))


def timed(lines):
    return next(line for line in lines if line["type"] == "round" and not line["warmup"])


def with_copied_launches(run, lines):
    copies = [line | {"launch": line["launch"] + 100} for line in lines if "launch" in line]
    lines.extend(copies)


def with_doubled_launches(run, lines):
    lines.extend([dict(line) for line in lines if "launch" in line])


def with_a_launch_copied_within_the_plan(run, lines):
    """As if it had been measured once more, where there is room for it."""
    for planned in run["plan"]:
        planned["effort"]["looks"][-1] += 100
    end = first(lines, "end")
    place, number = lines.index(end), end["launches"]
    lines[place:place] = [
        line | {"launch": number}
        for line in lines
        if line["item"] == end["item"] and line.get("launch") == 0
    ]
    end["launches"] = number + 1


IMPOSSIBLE = {
    "a launch copied within the plan": with_a_launch_copied_within_the_plan,
    "copied launches": with_copied_launches,
    "doubled launches": with_doubled_launches,
    "no journal": lambda run, lines: lines.clear(),
    "half a journal": lambda run, lines: lines.__delitem__(slice(len(lines) // 2, None)),
    "status": lambda run, lines: run.update(status="banana"),
    "no targets": lambda run, lines: run.update(targets=[]),
    "two targets of one id": lambda run, lines: run.update(targets=run["targets"] * 2),
    "a plan with everything twice": lambda run, lines: run.update(plan=run["plan"] * 2),
    "no looks": lambda run, lines: run["plan"][0]["effort"].update(looks=[]),
    "a look at nothing": lambda run, lines: run["plan"][0]["effort"].update(looks=[0]),
    "looks that fall": lambda run, lines: run["plan"][0]["effort"].update(looks=[5, 3]),
    "no pairs": lambda run, lines: run["plan"][0]["effort"].update(pairs=0),
    "no usable cores": lambda run, lines: run["host"].update(usable_cores=0),
    "negative cores": lambda run, lines: run["host"].update(usable_cores=-2),
    "cores beyond 64 bits": lambda run, lines: run["host"].update(logical_cores=2**63),
    "a date without a zone": lambda run, lines: run.update(started_utc="2026-01-01T00:00:00"),
    "a year before clocks": lambda run, lines: run.update(started_utc="1969-12-31T23:59:59+00:00"),
    "a year that cannot be added to": lambda run, lines: run.update(
        started_utc="9999-12-31T23:59:59-14:00"
    ),
    "a date that is none": lambda run, lines: run.update(started_utc="yesterday"),
    "an end that is none": lambda run, lines: run.update(ended_utc="x" * 10_000),
    "a target that is not there": lambda run, lines: run["targets"][0].update(id="9.9"),
    "a workload that its target does not have": lambda run, lines: run["targets"][0][
        "description"
    ].update(workloads=[]),
    "a strategy that its target does not have": lambda run, lines: run["targets"][0][
        "description"
    ].update(strategies=[]),
    "negative time": lambda run, lines: timed(lines).update(wall_ns=-5),
    "no time": lambda run, lines: timed(lines).update(wall_ns=0),
    "time beyond the phases": lambda run, lines: timed(lines).update(
        wall_ns=timed(lines)["wall_ns"] * 3
    ),
    "another checksum": lambda run, lines: timed(lines).update(checksum=1),
    "one task": lambda run, lines: timed(lines).update(tasks=1),
    "the GIL off": lambda run, lines: timed(lines).update(gil_before=False, gil_after=False),
    "CPU time": lambda run, lines: timed(lines).update(cpu_self_ns=timed(lines)["wall_ns"] * 1000),
    "a ceiling against its loops": lambda run, lines: first(lines, "control").update(ceiling=1.0),
    "a pair beyond the plan": lambda run, lines: timed(lines).update(pair=99),
    "a pair before the first": lambda run, lines: timed(lines).update(pair=-2),
    "a role": lambda run, lines: timed(lines).update(role="banana"),
    "a place": lambda run, lines: timed(lines).update(position=2),
    "an item that is not planned": lambda run, lines: timed(lines).update(item="nothing@3.13.0"),
    "another launch": lambda run, lines: timed(lines).update(launch=1),
    "an integer beyond 64 bits": lambda run, lines: timed(lines).update(peak_rss_bytes=2**63),
    "a worker's tasks": lambda run, lines: timed(lines)["workers"][0].update(tasks=1),
    "a worker's start": lambda run, lines: timed(lines)["workers"][0].update(start_ns=-1),
    "no workers": lambda run, lines: timed(lines).update(workers=[]),
    "a worker's time": lambda run, lines: timed(lines)["workers"][0].update(cpu_ns=-1),
    "a launch that died later": lambda run, lines: lines.insert(
        lines.index(first(lines, "end")), dict(first(lines, "launch"), type="lost", message="")
    ),
    "a launch that died before it was due": lambda run, lines: lines.insert(
        0, {"type": "lost", "item": lines[0]["item"], "launch": 3, "message": ""}
    ),
    "a launch that died twice": lambda run, lines: lines.__setitem__(
        slice(0, 0),
        [{"type": "lost", "item": lines[0]["item"], "launch": 0, "message": ""}] * 2,
    ),
    "an item that is over twice": lambda run, lines: lines.append(dict(first(lines, "end"))),
    "a failure of what is over": lambda run, lines: lines.append(
        {"type": "failure", "item": first(lines, "end")["item"], "launch": 0, "message": ""}
    ),
    "a key that is missing": lambda run, lines: timed(lines).pop("wall_ns"),
    "a plan that is missing": lambda run, lines: run.pop("plan"),
    "launches that were none": lambda run, lines: first(lines, "end").update(launches=1000),
}


@pytest.mark.parametrize("change", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_run_is_refused(recorded, tmp_path, change):
    """Nothing is concluded from it, and the line says what cannot be."""
    run, lines = json.loads(json.dumps(recorded))
    change(run, lines)
    refusal(write(tmp_path / "run", run, lines))


@pytest.mark.parametrize("name", [folder.RUN, folder.ROUNDS, folder.CORES])
def test_a_file_of_another_user_is_one_line(recorded, tmp_path, monkeypatch, name):
    """What may not be read is named with the reason, whoever asks; root, who may read all, is refused by a stand-in."""
    path = write(tmp_path / "run", *recorded)
    opened = os.open

    def refuse(file, *args, **options):
        if Path(file) == path / name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return opened(file, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert "Permission denied" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="there are no other users here")
@pytest.mark.parametrize("verb", ["report", "show", "verify", "export", "check", "trend"])
def test_a_folder_that_nobody_else_may_enter_is_one_line(recorded, tmp_path, capsys, verb):
    """Asked for real, by a user who may not: another one where the tests are root's, else this one."""
    path, kept = write(tmp_path / "runs" / "run", *recorded), os.geteuid()
    words = {
        "export": ["export", "--format", "csv", str(path)],
        "check": ["check", "--baseline", str(path), str(path)],
        "trend": ["trend", "--out", str(path.parent)],
    }
    path.parent.chmod(0)
    try:
        if kept == 0:
            os.seteuid(NOBODY)
        code = cli.main(words.get(verb, [verb, str(path)]))
    finally:
        os.seteuid(kept)
        path.parent.chmod(0o700)
    error = capsys.readouterr().err
    assert code == 2 and error.count("\n") == 1 and error.startswith("gilbench: ")


def test_a_report_in_a_folder_of_another_user_is_one_line(recorded, tmp_path, monkeypatch, capsys):
    """It cannot be written there; the run is left as it is."""
    path = write(tmp_path / "run", *recorded)

    def refuse(file, data):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))

    monkeypatch.setattr("gilbench.report.run_files.write_file", refuse)
    assert cli.main(["report", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "Permission denied" in error


def test_a_timeline_of_cores_that_come_and_go_is_refused(recorded, tmp_path):
    """The columns of a table cannot be of one core here and of another there."""
    path = write(tmp_path / "run", *recorded)
    path.joinpath("cores.jsonl").write_text(
        '{"t_s":0.1,"busy":[0.5]}\n{"t_s":0.2,"busy":[0.5,1]}\n'
    )
    assert "cores.jsonl:2 cannot be (it has 2 cores" in refusal(path)


def test_the_recorded_run_is_possible(recorded, tmp_path):
    """What the changes start from is accepted."""
    run, lines = recorded
    assert len(tables.load(write(tmp_path / "run", run, lines)).rounds) > 0


def test_a_launch_that_died_once_is_possible(recorded, tmp_path):
    """It is measured again under its number; each time that a run is resumed, another may die."""
    run, lines = json.loads(json.dumps(recorded))
    died = {"type": "lost", "item": lines[0]["item"], "launch": 0, "message": "the launch died"}
    tables.load(write(tmp_path / "run", run, [died, *lines]))


def test_a_line_is_named_by_its_number(recorded, tmp_path):
    """So that it can be looked at."""
    run, lines = json.loads(json.dumps(recorded))
    timed(lines).update(tasks=1)
    number = lines.index(timed(lines)) + 1
    assert f"rounds.jsonl:{number} " in refusal(write(tmp_path / "run", run, lines))


DEEP = "[" * 3000 + "]" * 3000


@pytest.mark.parametrize("name", ["run.json", "rounds.jsonl"])
@pytest.mark.parametrize(
    "place",
    [
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path),
        lambda path: path.mkdir(),
        lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 8 << 30),
        lambda path: path.write_text(DEEP + "\n"),
        lambda path: path.write_text('{"schema":1,"a":' + DEEP + "}\n"),
        lambda path: path.write_bytes(b"\xff\xfe\n"),
        lambda path: path.write_bytes(b'{"schema":1,"a":[' + b"[]," * (5 << 20) + b"1]}\n"),
    ],
    ids=["fifo", "zeros", "loop", "folder", "sparse", "deep", "deep-inside", "bytes", "lists"],
)
def test_what_is_no_file_of_a_run_is_one_line(recorded, tmp_path, capsys, name, place):
    """No hang, no gigabytes, no traceback, from any verb that reads a run."""
    path = write(tmp_path / "run", *recorded)
    (path / name).unlink()
    place(path / name)
    for words in (["report"], ["check", "--baseline", str(path)], ["export", "--format", "csv"]):
        assert cli.main([*words, str(path)]) == 2
        captured = capsys.readouterr()
        assert captured.err.count("\n") == 1 and captured.err.startswith("gilbench: ")


def test_a_report_is_not_written_through_links(recorded, tmp_path):
    """A link in the folder is replaced, and what it points to stays as it is."""
    path = write(tmp_path / "run", *recorded)
    precious = tmp_path / "precious"
    names = (folder.REPORT, folder.VERDICTS, folder.SUMMARY_MD, folder.SUMMARY_CSV)
    precious.write_text("mine")
    for name in names:
        (path / name).symlink_to(precious)
    assert cli.main(["report", str(path)]) == 0
    assert precious.read_text() == "mine"
    assert not any((path / name).is_symlink() for name in names)


def test_a_folder_of_figures_that_is_a_link_is_refused(recorded, tmp_path, capsys):
    """The figures of one run do not end up in another place."""
    path, elsewhere = write(tmp_path / "run", *recorded), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (path / folder.FIGURES).symlink_to(elsewhere)
    assert cli.main(["report", str(path)]) == 2
    assert "symbolic link" in capsys.readouterr().err
    assert not list(elsewhere.iterdir())
