"""``gilbench verify``: runs as they were written, and every kind of change to one, with file and line."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests import journals, synthetic
from tests.synthetic import World

from gilbench import cli
from gilbench.model import CoresSample, InputError
from gilbench.results import folder as layout
from gilbench.results import tables, verification
from gilbench.results.journal import Journal
from gilbench.results.verification import Integrity, publish, publish_late, verify

WORLD = World(launches=2, claims=frozenset({"A16"}))


def write(folder: Path, *, sealed: bool = True, **changes) -> Path:
    """A run as it is written while it is measured."""
    run = synthetic.make_run(WORLD.plan(), targets=WORLD.targets, host=WORLD.host)
    run = replace(run, chained=True, **changes)
    folder.mkdir(parents=True)
    with Journal(folder) as journal:
        journal.write_run(replace(run, status="running"))
        for record in WORLD.records():
            journal.add(record)
        journal.add_cores(CoresSample(0.05, (0.5, 0.5)))
        journal.write_run(replace(run, seal=journal.seal() if sealed else None))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete run."""
    return write(tmp_path / "results" / "run")


def lines_of(folder: Path) -> list[bytes]:
    return (folder / layout.ROUNDS).read_bytes().splitlines(keepends=True)


def change_lines(folder: Path, change) -> None:
    lines = lines_of(folder)
    change(lines)
    (folder / layout.ROUNDS).write_bytes(b"".join(lines))


def change_run(folder: Path, change) -> None:
    path = folder / layout.RUN
    run = json.loads(path.read_text(encoding="utf-8"))
    change(run)
    path.write_text(json.dumps(run), encoding="utf-8")


def edit(lines: list[bytes]) -> None:
    """A time that nothing but the digest tells from a true one."""
    lines[4] = lines[4].replace(b'"began_s":0', b'"began_s":1', 1)


def test_a_run_is_whole_as_it_was_written(folder, capsys):
    """Verified and read, also with its own run.json laid out otherwise."""
    assert verify(folder).outcome == Integrity.WHOLE
    assert cli.main(["verify", str(folder)]) == 0
    change_run(folder, lambda run: None)
    assert verify(folder).outcome == Integrity.WHOLE
    assert len(tables.load(folder).rounds) > 0
    assert "whole" in capsys.readouterr().out


DAMAGE = {
    "an edit": (edit, "rounds.jsonl", 5),
    "a lost line": (lambda lines: lines.pop(3), "rounds.jsonl", 4),
    "a copied line": (lambda lines: lines.insert(3, lines[2]), "rounds.jsonl", 4),
    "a copied launch": (lambda lines: lines.extend(lines[:12]), "rounds.jsonl", None),
    "a lost end": (lambda lines: lines.pop(), "rounds.jsonl", None),
    "half a last line": (lambda lines: lines.append(lines.pop()[:-9]), "rounds.jsonl", None),
    "no digest": (lambda lines: lines.__setitem__(0, lines[0][:-46] + b"}\n"), "rounds.jsonl", 1),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_was_done_to_a_journal_is_reported_by_line(folder, capsys, name):
    """By verify with exit code 1, and by whatever reads the run with exit code 2."""
    change, file, line = DAMAGE[name]
    change_lines(folder, change)
    found = verify(folder)
    assert found.outcome == Integrity.DAMAGED
    assert found.problems[0].file == file
    assert line is None or found.problems[0].line == line
    assert cli.main(["verify", str(folder)]) == 1
    with pytest.raises(InputError, match=r"rounds\.jsonl:\d+ .*verify|cannot be") as caught:
        tables.load(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda run: run["host"].update(usable_cores=1),
        lambda run: run.update(seed=99),
        lambda run: run["plan"][0]["effort"].update(pairs=3),
        lambda run: run["targets"][0].update(executable="/usr/bin/false"),
    ],
    ids=["host", "seed", "plan", "target"],
)
def test_a_changed_plan_shows_at_the_first_line(folder, change):
    """What a run was measured by cannot be changed afterwards."""
    change_run(folder, change)
    problem = verify(folder).problems[0]
    assert (problem.file, problem.line) == ("rounds.jsonl", 1)
    with pytest.raises(InputError, match="digest"):
        tables.load(folder)


def test_a_journal_does_not_fit_another_run(folder, tmp_path):
    """Not even one of the same plan, measured another time."""
    other = write(tmp_path / "results" / "other", id="20260102T000000Z-0001")
    (other / layout.ROUNDS).write_bytes((folder / layout.ROUNDS).read_bytes())
    assert verify(other).problems[0].line == 1


def test_a_changed_timeline_is_reported(folder):
    """Its digest is kept where the run ends."""
    (folder / layout.CORES).write_text('{"t_s":0.05,"busy":[0.0,0.0]}\n')
    assert [problem.file for problem in verify(folder).problems] == ["cores.jsonl"]
    with pytest.raises(InputError, match=r"cores\.jsonl was changed"):
        tables.load(folder)


def test_all_that_is_wrong_is_listed(folder, capsys):
    """Not only the first of it; as JSON with file and line each."""
    change_lines(folder, edit)
    change_lines(folder, lambda lines: lines.pop(9))
    (folder / layout.VERDICTS).write_text("{")
    assert cli.main(["verify", "--json", str(folder)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == "not whole"
    places = [(problem["file"], problem["line"]) for problem in found["problems"]]
    assert ("rounds.jsonl", 5) in places and ("rounds.jsonl", 10) in places
    assert ("verdicts.json", None) in places


def test_a_run_without_digests_is_reported_as_such(tmp_path, capsys):
    """What an older gilbench recorded is read as before; that nobody changed it cannot be known."""
    folder = journals.unpack("glance-1", tmp_path)
    assert cli.main(["verify", str(folder)]) == 3
    assert "no digests" in capsys.readouterr().out
    assert len(tables.load(folder).rounds) > 0


def test_a_killed_run_is_whole_as_far_as_it_goes(tmp_path):
    """Its end was not sealed; a last line that was cut short is not an error."""
    folder = write(tmp_path / "run", sealed=False, status="running")
    change_lines(folder, lambda lines: lines.append(lines.pop()[:-9]))
    found = verify(folder)
    assert found.outcome == Integrity.UNKNOWN and not found.problems
    assert len(tables.load(folder).rounds) > 0


def test_what_is_no_run_is_an_input_error(tmp_path, capsys):
    """There is nothing to verify."""
    assert cli.main(["verify", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unreadable_run_json_is_not_whole(folder):
    """The journal alone says nothing."""
    (folder / layout.RUN).write_text("{}")
    assert cli.main(["verify", str(folder)]) == 1


def test_latest_moves_only_to_a_complete_run_that_verifies(tmp_path):
    """Neither an interrupted one nor one whose journal was changed meanwhile becomes the latest."""
    good = write(tmp_path / "good")
    assert publish(good)
    interrupted = write(tmp_path / "interrupted", status="interrupted")
    changed = write(tmp_path / "changed")
    change_lines(changed, edit)
    assert not publish(interrupted) and not publish(changed)
    assert layout.resolve(tmp_path / layout.LATEST) == good


@pytest.mark.parametrize("status", ["complete", "interrupted"])
def test_a_run_that_ended_by_itself_has_a_seal(tmp_path, status):
    """Without it nobody would see that lines are missing at its end."""
    folder = write(tmp_path / "run", sealed=False, status=status)
    assert verify(folder).outcome == Integrity.DAMAGED
    with pytest.raises(InputError, match=f"it is {status}, and has no seal"):
        tables.load(folder)


@pytest.mark.parametrize("file", [layout.ROUNDS, layout.CORES])
def test_of_what_is_wrong_everywhere_a_part_is_counted(folder, monkeypatch, file):
    """Four gigabytes of empty lines take no more time or memory than that."""
    monkeypatch.setattr(verification, "MOST_COUNTED", 60)
    (folder / file).write_bytes(b"\n" * 100_000)
    found = verify(folder)
    assert found.outcome == Integrity.DAMAGED
    assert len(found.problems) + found.more_problems <= 2 * 60


def run_of(out: Path, hour: int) -> Path:
    id = f"20260101T{hour:02}0000Z-0000"
    return write(out / id, id=id)


@pytest.mark.parametrize("pointer", [None, "older", "newer", "lost"])
def test_latest_follows_a_run_that_was_killed_before_it_could(tmp_path, pointer):
    """When its report is made; a newer run keeps its place."""
    out = tmp_path / "results"
    before, run, after = (run_of(out, hour) for hour in range(3))
    targets = {"older": before.name, "newer": after.name, "lost": "nowhere"}
    if pointer is not None:
        (out / layout.LATEST).symlink_to(targets[pointer])
    assert publish_late(run) == (pointer != "newer")
    expected = after if pointer == "newer" else run
    assert layout.resolve(out / layout.LATEST) == expected.resolve()


def test_no_pointer_is_made_where_runs_are_not_kept(tmp_path):
    """A run that somebody has copied elsewhere is reported there, and nothing is put beside it."""
    assert not publish_late(run_of(tmp_path / "downloads", 0))
    assert len(list((tmp_path / "downloads").iterdir())) == 1
