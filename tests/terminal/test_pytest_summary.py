"""The summary below pytest-benchmark's table: speedups with intervals, what times are of, and verdicts."""

import re

from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.terminal import pytest_summary


def summary_of(world, **options):
    """The summary of a world's run."""
    tables = world.tables()
    return pytest_summary.render(tables, judge_claims(tables), **options)


def test_every_case_has_its_speedup_and_every_claim_its_verdict():
    """A row per comparison, with an interval and the number of launches; the verdicts below."""
    world = World(launches=24, claims=frozenset({"A16", "A17"}))
    text = summary_of(world)
    row = re.search(
        r"^fnv1a-process-w2 +fnv1a-serial-w1 +1\.9\d× \[\S+, \S+\] +24 *$", text, flags=re.MULTILINE
    )
    assert row, text
    assert text.index("fnv1a-process-w2") < text.index("fnv1a-thread-w2")
    assert "a task of fnv1a" in text
    assert re.search(r"^PROVED +A16", text, flags=re.MULTILINE)
    assert "NOT APPLICABLE" not in text


def test_cases_of_several_targets_bear_their_targets():
    """Where two targets were measured each case says whose it is."""
    text = summary_of(World(launches=4, gil=False, beside=True, claims=frozenset({"B16"})))
    assert "@3.13.0t" in text and re.search(r"@3\.13\.0\b(?!t)", text)


def test_there_is_no_colour_but_for_a_terminal():
    """Escape sequences are written only where they are asked for."""
    world = World(launches=4, claims=frozenset({"A16"}))
    assert "\x1b[" not in summary_of(world)
    assert "\x1b[" in summary_of(world, colour=True)
