"""Run folders: making one, finding one again, and saying what is wrong with one."""

import json
import re
from pathlib import Path

import pytest
from tests import synthetic

from gilbench.model import SCHEMA, InputError
from gilbench.results import folder as layout
from gilbench.results.journal import Journal


def make_run_folder(out: Path) -> Path:
    """A new run folder with a run in it."""
    folder = layout.create(out)
    with Journal(folder) as journal:
        journal.write_run(synthetic.make_run())
    return folder


def refuse_links(monkeypatch) -> None:
    def refuse(*_args, **_kwargs):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)


def test_folders_are_named_by_time_and_differ(tmp_path):
    """Two runs begun in one second get two folders, and the names sort by time."""
    first, second = (
        layout.create(tmp_path / "new" / "results"),
        layout.create(tmp_path / "new" / "results"),
    )
    assert first != second
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{4}", first.name)


def test_a_place_that_cannot_be_written_is_an_input_error(tmp_path):
    """Where no folder can be made, the message names the place and the option to change it."""
    (tmp_path / "file").touch()
    with pytest.raises(
        InputError, match=r"cannot write results to .*file/results: Not a directory.*--out"
    ):
        layout.create(tmp_path / "file" / "results")


@pytest.mark.parametrize("links", [True, False], ids=["symlink", "plain-file"])
def test_latest_follows_the_newest_run(tmp_path, monkeypatch, links):
    """``latest`` leads to the run it was pointed at last, by a link or, where links are refused, by a plain file."""
    if not links:
        refuse_links(monkeypatch)
    for folder in [make_run_folder(tmp_path), make_run_folder(tmp_path)]:
        layout.point_latest(folder)
        assert layout.resolve(tmp_path / layout.LATEST) == folder.resolve()
    assert (tmp_path / layout.LATEST).is_symlink() == links


def test_latest_may_change_from_link_to_file(tmp_path, monkeypatch):
    """A results folder copied to a place without links goes on working."""
    layout.point_latest(make_run_folder(tmp_path))
    refuse_links(monkeypatch)
    newest = make_run_folder(tmp_path)
    layout.point_latest(newest)
    assert layout.resolve(tmp_path / layout.LATEST) == newest.resolve()


def test_a_link_survives_moving_the_results(tmp_path):
    """The pointer is relative, so the whole results folder can be moved or archived."""
    folder = make_run_folder(tmp_path / "results")
    layout.point_latest(folder)
    moved = (tmp_path / "results").rename(tmp_path / "archive")
    assert layout.resolve(moved / layout.LATEST) == (moved / folder.name).resolve()


def test_something_else_called_latest_is_not_destroyed(tmp_path):
    """A folder called ``latest`` that somebody made is left alone, and nothing is left beside it."""
    (tmp_path / layout.LATEST).mkdir()
    (tmp_path / layout.LATEST / "precious").touch()
    folder = make_run_folder(tmp_path)
    with pytest.raises(InputError, match=r"cannot replace .*latest"):
        layout.point_latest(folder)
    assert {path.name for path in tmp_path.iterdir()} == {layout.LATEST, folder.name}
    assert (tmp_path / layout.LATEST / "precious").exists()


@pytest.mark.parametrize("name", ["nowhere", layout.LATEST, "."])
def test_what_is_no_run_folder_is_an_input_error(tmp_path, name):
    """A name without a run behind it is answered with what to do: run, or name a folder."""
    with pytest.raises(
        InputError, match=r"is not a run folder \(no run\.json\); run `gilbench run`"
    ):
        layout.resolve(tmp_path / name)


@pytest.mark.parametrize("links", [True, False], ids=["symlink", "plain-file"])
def test_latest_may_point_nowhere(tmp_path, monkeypatch, links):
    """A pointer to a run that was deleted is an input error and no traceback."""
    if not links:
        refuse_links(monkeypatch)
    layout.point_latest(tmp_path / "20200101T000000Z-0000")
    with pytest.raises(InputError, match="is not a run folder"):
        layout.resolve(tmp_path / layout.LATEST)


def test_another_schema_is_named(tmp_path):
    """A run of another version of the files is refused with both numbers, before its fields are looked at."""
    (tmp_path / layout.RUN).write_text(json.dumps({"schema": SCHEMA + 1, "colour": "blue"}))
    with pytest.raises(
        InputError,
        match=f"has schema {SCHEMA + 1}, this gilbench reads 1 to {SCHEMA}; measure again",
    ):
        layout.read_run(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"7", b'{"schema":1}', b'{"schema":1,"id":7}', b'{"schema":1,"id":"\xff"}'],
    ids=["empty", "cut", "list", "number", "bare", "wrong-type", "not-utf8"],
)
def test_a_damaged_run_is_an_input_error(tmp_path, content):
    """Whatever stands in ``run.json``, reading it ends in a run or in one line that names the file."""
    (tmp_path / layout.RUN).write_bytes(content)
    with pytest.raises(InputError, match=r"run\.json .*measure again") as caught:
        layout.read_run(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_run_is_an_input_error(tmp_path):
    """Reading a folder that does not exist says so in one line."""
    with pytest.raises(InputError, match=r"run\.json cannot be read"):
        layout.read_run(tmp_path / "nowhere")


def test_latest_is_a_link_though_a_process_was_killed_over_it(tmp_path):
    """What was to become the pointer is there already."""
    folder = make_run_folder(tmp_path)
    (tmp_path / f".{layout.LATEST}-{folder.name}").symlink_to(folder.name)
    layout.point_latest(folder)
    assert (tmp_path / layout.LATEST).is_symlink()
    assert len(list(tmp_path.iterdir())) == 2
