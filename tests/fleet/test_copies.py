"""What arrives of a host is written as it was there, and refused where it cannot be."""

from pathlib import Path

import msgspec
import pytest

from gilbench.fleet.copies import HostCopy, Missing
from gilbench.fleet.following import Follower
from gilbench.fleet.messages import Piece, Update, decode, encode
from gilbench.model import InputError
from gilbench.results.verification import Integrity, verify

FILES = ("run.json", "rounds.jsonl", "cores.jsonl")


def update(run_folder: Path, *pieces: Piece, with_run: bool = True) -> Update:
    """A message of a host, as it is after it was sent."""
    run_json = (msgspec.Raw((run_folder / "run.json").read_bytes()),) if with_run else ()
    return decode(encode(Update("alpha", 1, "", run_json, pieces)), Update)


def pieces_of(run_folder: Path) -> list[Piece]:
    """Everything of a run, in pieces of few lines."""
    pieces = []
    for name in FILES[1:]:
        lines = (run_folder / name).read_bytes().splitlines(keepends=True)
        at = 0
        for first in range(0, len(lines), 3):
            some = lines[first : first + 3]
            pieces.append(Piece(name, at, tuple(msgspec.Raw(line[:-1]) for line in some)))
            at += sum(map(len, some))
    return pieces


def test_a_copy_is_the_run_byte_for_byte(run_folder, tmp_path):
    """And so it is whole by the digests that the host wrote."""
    copy = HostCopy(tmp_path / "copy")
    copy.take(update(run_folder))
    for piece in pieces_of(run_folder):
        copy.take(update(run_folder, piece, with_run=False))
    for name in FILES:
        assert (copy.folder / name).read_bytes() == (run_folder / name).read_bytes()
    assert verify(copy.folder).outcome == Integrity.WHOLE
    assert copy.status == "complete"
    assert copy.ended == copy.items > 0
    assert copy.rounds > 0


def test_what_arrives_twice_is_there_once(run_folder, tmp_path):
    """As after a scheduler was lost between sending and writing."""
    copy = HostCopy(tmp_path / "copy")
    copy.take(update(run_folder, *pieces_of(run_folder)))
    before = copy.rounds
    copy.take(update(run_folder, *pieces_of(run_folder)))
    assert copy.rounds == before
    assert verify(copy.folder).outcome == Integrity.WHOLE


def test_a_coordinator_that_was_killed_resumes_where_it_was(run_folder, tmp_path):
    """An unfinished line of the copy is dropped."""
    copy = HostCopy(tmp_path / "copy")
    (
        first,
        *_,
    ) = pieces_of(run_folder)
    copy.take(update(run_folder, first))
    with (copy.folder / "rounds.jsonl").open("ab") as file:
        file.write(b'{"type":"rou')
    again = HostCopy(copy.folder)
    assert again.have == copy.have
    assert again.last == copy.last
    assert again.rounds == copy.rounds
    follower = Follower(run_folder / "rounds.jsonl", "rounds.jsonl")
    follower.skip(again.have["rounds.jsonl"], again.last.encode())
    again.take(update(run_folder, follower.next_piece()))
    assert (again.folder / "rounds.jsonl").read_bytes() == (
        run_folder / "rounds.jsonl"
    ).read_bytes()


def test_lines_that_are_missing_are_asked_for(run_folder, tmp_path):
    """Nothing is written after a gap, nor before there is a run."""
    first, second, third, *_ = pieces_of(run_folder)
    copy = HostCopy(tmp_path / "copy")
    with pytest.raises(Missing):
        copy.take(update(run_folder, first, with_run=False))
    copy.take(update(run_folder, first))
    with pytest.raises(Missing):
        copy.take(update(run_folder, third))
    copy.take(update(run_folder, second))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"type":"round"}', "digest"),
        (b'{"nothing":1,"chain":"00"}', "digest"),
        (b"[]", "digest"),
    ],
)
def test_a_line_that_cannot_be_is_refused(run_folder, tmp_path, line, why):
    """Nothing of its piece is kept."""
    copy = HostCopy(tmp_path / "copy")
    first, *_ = pieces_of(run_folder)
    copy.take(update(run_folder, first))
    bad = Piece("rounds.jsonl", copy.have["rounds.jsonl"], (msgspec.Raw(line),))
    before = copy.have
    with pytest.raises(InputError, match=why):
        copy.take(update(run_folder, bad))
    assert copy.have == before


def test_lines_in_another_order_are_refused(run_folder, tmp_path):
    """Their digests do not follow each other."""
    copy = HostCopy(tmp_path / "copy")
    first, *_ = pieces_of(run_folder)
    swapped = Piece(first.file, 0, (first.lines[1], first.lines[0]))
    with pytest.raises(InputError, match="digest"):
        copy.take(update(run_folder, swapped))


def test_the_run_cannot_be_exchanged(run_folder, tmp_path):
    """Its plan, host and targets stand at the beginning of the digests."""
    copy = HostCopy(tmp_path / "copy")
    copy.take(update(run_folder, *pieces_of(run_folder)))
    text = (run_folder / "run.json").read_bytes().replace(b'"seed": 0', b'"seed": 1')
    with pytest.raises(InputError, match="another run"):
        copy.take(Update("alpha", 1, "", (msgspec.Raw(text),), ()))


def test_a_missing_journal_is_sent_again(run_folder, tmp_path):
    """As if nothing of it had arrived."""
    copy = HostCopy(tmp_path / "copy")
    copy.take(update(run_folder, *pieces_of(run_folder)))
    (copy.folder / "rounds.jsonl").unlink()
    again = HostCopy(copy.folder)
    assert (again.have["rounds.jsonl"], again.rounds) == (0, 0)
    again.take(update(run_folder, *pieces_of(run_folder)))
    assert verify(copy.folder).outcome == Integrity.WHOLE


def test_a_damaged_copy_can_be_removed(run_folder, tmp_path):
    """The error says so."""
    copy = HostCopy(tmp_path / "copy")
    copy.take(update(run_folder))
    (copy.folder / "run.json").write_bytes(b"{")
    with pytest.raises(InputError, match="or remove it and resume again: its host then sends"):
        HostCopy(copy.folder)


def test_nothing_is_written_through_a_link(run_folder, tmp_path):
    """Neither in place of the folder nor of a file, whose end would be cut off."""
    copy = HostCopy(tmp_path / "copy")
    copy.take(update(run_folder))
    (tmp_path / "link").symlink_to(copy.folder)
    with pytest.raises(InputError, match="is a symbolic link"):
        HostCopy(tmp_path / "link")
    precious = tmp_path / "precious"
    precious.write_bytes(b"without a line end")
    for name in FILES[1:]:
        (copy.folder / name).unlink()
        (copy.folder / name).symlink_to(precious)
        with pytest.raises(InputError, match="cannot be written"):
            HostCopy(copy.folder)
        (copy.folder / name).unlink()
        (copy.folder / name).touch()
    assert precious.read_bytes() == b"without a line end"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"host":1}', None, 7, b"{}"])
def test_what_is_no_message_is_refused(text):
    """With one line."""
    with pytest.raises(InputError, match="it is no"):
        decode(text, Update)


def test_a_run_that_goes_back_to_its_host_can_be_resumed_there(run_folder, tmp_path):
    """Though its seal arrived before its last lines; a complete one stays complete."""
    described = msgspec.json.decode((run_folder / "run.json").read_bytes())
    for status, expected in (("interrupted", "running"), ("complete", "complete")):
        (run_folder / "run.json").write_bytes(msgspec.json.encode(described | {"status": status}))
        copy = HostCopy(tmp_path / status)
        copy.take(update(run_folder, *pieces_of(run_folder)[:2]))
        sent_back = msgspec.json.decode(copy.restored("fleet", "alpha").files["run.json"])
        assert sent_back["status"] == expected
        assert (sent_back["seal"] is None) == (status == "interrupted")
