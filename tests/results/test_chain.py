"""The digests of a journal: whatever is done to its lines shows at the line where it was done."""

import pytest

from gilbench.results.chain import BrokenChain, Chain, split, start_of

LINES = [b'{"n":%d}' % number for number in range(5)]


def written(start: bytes = b"") -> list[bytes]:
    chain = Chain(start)
    return [chain.link(line) for line in LINES]


def broken(lines: list[bytes], start: bytes = b"") -> list[int]:
    """The numbers of the lines that do not follow."""
    chain, numbers = Chain(start), []
    for number, line in enumerate(lines):
        try:
            chain.unlink(line)
        except BrokenChain:
            numbers.append(number)
    return numbers


def test_lines_come_back_as_they_were():
    """A digest is added to a line and taken off it, nothing else."""
    chain = Chain(b"")
    assert [chain.unlink(line) for line in written()] == LINES


@pytest.mark.parametrize(
    ("change", "numbers"),
    [
        (lambda lines: lines.__setitem__(2, lines[2].replace(b"2", b"7", 1)), [2]),
        (lambda lines: lines.pop(2), [2]),
        (lambda lines: lines.insert(2, lines[1]), [2]),
        (lambda lines: lines.insert(2, lines[4]), [2, 3]),
        (lambda lines: lines.reverse(), [0, 1, 2, 3, 4]),
        (lambda lines: lines.__setitem__(3, b'{"n":3}'), [3]),
        (lambda lines: lines.__setitem__(3, b'{"n":3,"chain":"' + b"g" * 32 + b'"}'), [3, 4]),
        (lambda lines: lines.clear(), []),
    ],
    ids=["edit", "loss", "copy", "moved", "order", "no digest", "no hex", "nothing left"],
)
def test_what_is_done_to_lines_shows_where_it_was_done(change, numbers):
    """Once for each change; the loss of the last lines is what the seal of run.json is for."""
    lines = written()
    change(lines)
    assert broken(lines) == numbers


def test_a_digest_is_written_in_one_way():
    """Capitals mean the same and are a change all the same."""
    lines = written()
    lines[1] = lines[1][:-34] + lines[1][-34:-2].upper() + lines[1][-2:]
    assert broken(lines)[0] == 1


def test_lines_of_another_run_do_not_follow():
    """The start is another, so not even the first line does."""
    assert broken(written(b"another")) == [0]


def test_the_start_is_what_does_not_change_in_a_run():
    """Its status may change, spaces and the order of keys too; its plan may not."""
    start = start_of(b'{"id":"a","plan":[],"status":"running"}')
    assert start_of(b'{"status": "complete", "plan": [], "id": "a"}') == start
    assert start_of(b'{"id":"a","plan":[1],"status":"running"}') != start


@pytest.mark.parametrize("line", [b"", b"{}", b'"}', b'{"a":1}', b"\xff" * 60])
def test_a_line_without_a_digest_is_reported(line):
    """Whatever it is, however short."""
    with pytest.raises(BrokenChain):
        split(line)
