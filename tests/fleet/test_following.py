"""A file that grows and is cut is given line by line, each line once."""

from pathlib import Path

from gilbench.fleet.following import Follower


def text_of(piece) -> bytes:
    return b"".join(bytes(line) + b"\n" for line in piece.lines)


def test_lines_come_once_and_only_when_they_are_finished(tmp_path: Path):
    """An unfinished line waits for its end."""
    path = tmp_path / "rounds.jsonl"
    follower = Follower(path, "rounds.jsonl")
    assert follower.next_piece() is None
    path.write_bytes(b'{"a":1}\n{"b":2}\n{"c"')
    piece = follower.next_piece()
    assert (piece.at, text_of(piece)) == (0, b'{"a":1}\n{"b":2}\n')
    assert follower.next_piece() is None
    with path.open("ab") as file:
        file.write(b":3}\n")
    piece = follower.next_piece()
    assert (piece.at, text_of(piece)) == (16, b'{"c":3}\n')


def test_a_cut_is_seen_even_where_as_much_was_written_again(tmp_path: Path):
    """As when a launch is lost and measured again under its number."""
    path = tmp_path / "rounds.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":2}\n{"c":3}\n')
    follower = Follower(path, "rounds.jsonl")
    follower.next_piece()
    path.write_bytes(b'{"a":1}\n{"b":9}\n{"c":9}\n{"d":4}\n')
    piece = follower.next_piece()
    assert (piece.at, text_of(piece)) == (8, b'{"b":9}\n{"c":9}\n{"d":4}\n')
    path.write_bytes(b'{"a":1}\n')
    piece = follower.next_piece()
    assert (piece.at, piece.lines) == (8, ())


def test_it_begins_after_what_the_other_side_has(tmp_path: Path):
    """Only if that is the same; otherwise everything comes again."""
    path = tmp_path / "rounds.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":2}\n')
    same, other, longer = (Follower(path, "rounds.jsonl") for _ in range(3))
    same.skip(8, b'{"a":1}')
    assert same.next_piece().at == 8
    other.skip(8, b'{"a":7}')
    assert other.next_piece().at == 0
    longer.skip(99, b'{"z":1}')
    assert longer.next_piece().at == 0


def test_a_long_line_comes_whole(tmp_path: Path):
    """One that is longer than what is read at once."""
    path = tmp_path / "rounds.jsonl"
    line = b'{"a":"' + b"x" * (3 << 20) + b'"}\n'
    path.write_bytes(line + b'{"b":2}\n')
    follower = Follower(path, "rounds.jsonl")
    given = b""
    while piece := follower.next_piece():
        given += text_of(piece)
    assert given == line + b'{"b":2}\n'
