"""Where a fleet begins: one command at a time, with its own options, and nothing kept of nothing."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

pytest.importorskip("distributed", reason="the extra fleet is not installed")

from gilbench import cli
from gilbench.commands.fleet import _parsed, _terms
from gilbench.commands.run import request_of
from gilbench.fleet import measuring
from gilbench.fleet.conversation import Terms
from gilbench.fleet.measuring import Start, locked
from gilbench.fleet.planning import words_of
from gilbench.model import InputError
from gilbench.model.fleets import FleetHost, HostStatus
from gilbench.results.fleet_folder import Unwritable, read_fleet, unwritable, write_fleet

EVERY_OPTION = (
    *("--profile", "full", "--seed", "7", "--strategy", "thread", "--strategy", "process"),
    *("--workers", "2", "--workers", "4", "--force-workers", "--claim", "A1", "--claim", "A16"),
    *("--workload", "sleep", "--workload", "mine.py:work", "--args", '["a b", -1]'),
    *("--kwargs", '{"x": "$y"}', "--setup", "mine.py:make"),
    *("--python", "3.13", "--python", "3.14t,gil=0"),
)


def terms(*words: str, at_once: bool = False) -> Terms:
    request = request_of(cli.parser().parse_args(["run", *words]))
    return Terms(request, at_once, expected=1, patience_s=1.0, orphan_s=1.0)


def test_one_command_at_a_time_measures_a_folder(tmp_path):
    """The second one says so; when the first has ended, it can."""
    with (
        locked(tmp_path),
        pytest.raises(InputError, match="is being measured by another command"),
        locked(tmp_path),
    ):
        pytest.fail("two have the lock")
    with locked(tmp_path):
        pass


def test_every_option_is_kept_in_the_folder(tmp_path):
    """And comes back as it was given; without any, none is made up."""
    for words in ((), EVERY_OPTION):
        wanted = terms(*words, at_once=bool(words))
        start = Start(wanted, tmp_path / "out", None)
        folder = start.folder()
        start.fleet(folder)
        again = Start(wanted, tmp_path, folder).fleet(folder)
        assert (again.resumed, again.at_once) == (1, bool(words))
        assert words_of(request_of(_parsed(again))) == words_of(wanted.request)
        assert request_of(_parsed(again)) == wanted.request


def test_a_resumed_fleet_measures_what_it_was_begun_with(tmp_path):
    """What names code is named again; everything else is taken from the folder."""
    named = EVERY_OPTION[EVERY_OPTION.index("mine.py:work") - 1 :]
    wanted = terms(*EVERY_OPTION, at_once=True)
    start = Start(wanted, tmp_path, None)
    folder = start.folder()
    start.fleet(folder)
    words = ["fleet", "run", "--local", "1", "--resume", str(folder)]
    resumed = _terms(cli.parser().parse_args([*words, *named]), read_fleet(folder))
    assert (resumed.request, resumed.at_once) == (wanted.request, True)
    with pytest.raises(InputError, match="name the same again"):
        _terms(cli.parser().parse_args(words), read_fleet(folder))


def test_another_gilbench_does_not_resume(tmp_path):
    """Its launches would run other code than the first ones."""
    start = Start(terms(), tmp_path, None)
    folder = start.folder()
    write_fleet(folder, msgspec.structs.replace(start.fleet(folder), target_code="other"))
    with pytest.raises(InputError, match="cannot be resumed: the code that launches run was other"):
        Start(terms(), tmp_path, folder).fleet(folder)


def test_a_folder_that_no_host_joined_is_removed(tmp_path):
    """Not one with a host, and not one that was to be resumed."""
    start = Start(terms(), tmp_path, None)
    folder = start.folder()
    fleet = start.fleet(folder)
    with_host = msgspec.structs.replace(fleet, hosts=(FleetHost("a", "", HostStatus.LOST),))
    assert not start.discard(folder, with_host)
    assert not replace(start, resume=folder).discard(folder, fleet)
    assert folder.exists()
    assert start.discard(folder, fleet)
    assert not folder.exists()


def test_a_new_folder_that_cannot_be_written_is_no_fleet(tmp_path, monkeypatch):
    """There is nothing to resume, whatever cannot be written first."""
    full = unwritable(tmp_path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    start = Start(terms(), tmp_path / "out", None)
    (start.folder() / "hosts").touch()
    with pytest.raises(Unwritable, match="File exists"):
        start.fleet(start.begun)
    monkeypatch.setattr(measuring, "write_fleet", Mock(side_effect=full))
    start = Start(terms(), tmp_path / "other", None)
    with pytest.raises(Unwritable, match="No space left on device"):
        start.fleet(start.folder())
    assert start.begun is None
    assert not list((tmp_path / "other").iterdir())


def test_a_moved_folder_is_resumed_under_its_id(tmp_path: Path):
    """Its hosts know it by that."""
    start = Start(terms(), tmp_path, None)
    folder = start.folder()
    name = start.fleet(folder).id
    moved = folder.rename(tmp_path / "elsewhere")
    assert Start(terms(), tmp_path, moved).fleet(moved).id == name
