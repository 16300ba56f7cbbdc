"""What is said of a call, line by line: for how long it has the GIL, and who stands still meanwhile."""

from __future__ import annotations

import pytest
from tests.summary.calls import advised, four, mapped

from gilbench.summary.call_lines import answer_lines, lines_of


def test_a_range_that_excludes_nothing_is_not_told():
    """What noisy threads allow agrees with everything."""
    noisy = advised({("thread", 2): [mapped(gain) for gain in (0.7, 1.2, 1.6, 2.1)]}, share=0.5)
    (line,) = [line for line in lines_of(noisy) if line.startswith("holds the GIL")]
    assert noisy.agree and line.endswith("of its time")
    sharp = advised({("thread", 2): four(1.0)}, share=1.0)
    assert any("of its time, which agrees with" in line for line in lines_of(sharp))


def test_two_measurements_of_the_gil_that_differ_are_named():
    """Threads that gain less than the GIL leaves them, for no reason that shows, and threads that gain more."""
    less = advised({("thread", 2): four(1.6, cores=1.9)}, share=0.02)
    assert less.agree is False and not less.why_not_more
    assert any(line.endswith("for a reason that was not found") for line in lines_of(less))
    more = advised({("thread", 2): four(1.9, cores=1.9)}, share=0.9)
    assert more.agree is False
    assert any("but two threads gain as much as if it were" in line for line in lines_of(more))


def test_missing_cores_are_told_with_the_share_of_the_gil():
    """Who holds it keeps it while another program has the core."""
    ways = {("thread", 2): four(0.9, queued=0.4)}
    assert any("may keep the GIL" in line for line in lines_of(advised(ways, share=0.7)))
    quiet = advised({("thread", 2): four(0.9)}, share=0.7)
    assert not any("may keep the GIL" in line for line in lines_of(quiet))


def test_for_how_long_a_loop_stands_still_is_reported():
    """For the whole call, or for up to the GIL's waits in a thread."""
    answer = advised({("thread", 2): four(1.9, cores=1.9)})
    assert answer.loop_stall_ms == pytest.approx(1.0)
    lines = lines_of(answer)
    assert "an event loop in which it runs stands still for 1 ms at a time" in lines
    assert "no other thread had to wait for the GIL" in lines
    assert not any("for up to no time" in line for line in lines)


def test_without_a_gil_that_is_said():
    """A Python without the GIL is told from one in which there was no time to measure it."""
    without = advised({("thread", 2): four(1.9)}, gil_before=False, gil_after=False)
    assert without.holds_gil is None and not without.has_gil
    assert [line for line in lines_of(without) if line == "it runs without the GIL here"]


def test_the_answer_is_the_first_line():
    """With the call and where it ran, which names no setting that nobody asked for."""
    answer = advised({("thread", 2): four(1.9, cores=1.9)})
    first, *_ = answer_lines(answer)
    assert first.startswith(f"f() on {answer.target}: use Thread, 2 workers: 1.90×")
