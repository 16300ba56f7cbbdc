"""A check's result as a page: the verdict first, every case on the same axis, everything escaped."""

import itertools
import re

import pytest
from tests.report.html.conftest import Reader, fed

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.model import Estimate
from gilbench.report.html import check_page
from gilbench.report.html.strips import WIDTH
from gilbench.summary import check


def finding(ratio, change=Change.REGRESSED, case="fnv1a-thread-w2", margin=0.05, **fields):
    estimate = None if ratio is None else Estimate(ratio, ratio / 1.02, ratio * 1.02, "×", 9, 0.95)
    return Finding(case, "time", change, estimate, margin, "why", **fields)


def report(*findings, kind="against", outcome=Change.REGRESSED, notes=()):
    return Report(kind, "baseline", "head", outcome, findings, notes=notes)


def strip_of(**fields):
    found = finding(**fields)
    (row,) = [check_page._row(report(found), found, check_page.Scale(check_page._reach([found])))]
    return row.strip


def test_the_page_says_what_the_terminal_says():
    """Its heading is the verdict, each case has its change, and notes follow; tags close in turn."""
    found = report(
        finding(1.1, case="slower"),
        finding(1.0, Change.EQUIVALENT, "same"),
        finding(None, Change.MISSING, "gone"),
        notes=("it was busy",),
    )
    page = check_page.render(found)
    fed(Reader(), page)
    assert f"<h1>{check.verdict_sentence(found)}</h1>" in page
    assert re.findall(r'class="statement">([^<]+)', page) == ["slower", "gone", "same"]
    assert re.findall(r'<data value="([^"]+)"[^>]*>\s*([^<\s]+\s%)', page) == [
        ("1.1", "+10.0\u00a0%"),
        ("1.0", "+0.0\u00a0%"),
    ]
    assert "it was busy." in page
    counts = re.findall(r'question">([^<]+)</span>\s*<span class="number">(\d+)', page)
    assert [int(number) for _, number in counts] == [1, 1, 1, 0]


def test_what_passes_is_folded_where_something_else_is_to_be_seen():
    """A pass shows its cases at once."""
    passing = finding(1.0, Change.EQUIVALENT, "same")
    assert '<details class="fold">' in check_page.render(report(finding(1.1), passing))
    page = check_page.render(report(passing, outcome=Change.EQUIVALENT))
    assert '<details class="fold" open>' in page


def test_an_interval_stands_on_its_margin():
    """Within it in the region that passes, beyond it in the one that is worse, whichever way that is."""
    strip = strip_of(ratio=1.2)
    within, worse = strip.regions
    assert within.proves and not worse.proves
    assert worse.left == within.right < strip.lo < strip.center < strip.hi < WIDTH
    same = strip_of(ratio=1.0)
    assert same.regions[0].left < same.lo < same.hi < same.regions[0].right
    assert same.center == WIDTH / 2
    less = strip_of(ratio=0.8, more_is_better=True)
    assert less.hi < less.regions[0].left == less.regions[1].right


@pytest.mark.parametrize("ratio", [0.001, 1.0, 1.3, 50.0])
def test_the_axis_has_round_changes_in_their_order(ratio):
    """No change in the middle, at most two on either side, all within the plot."""
    ticks = check_page.Scale(check_page._reach([finding(ratio)])).ticks()
    places = [tick.place for tick in ticks]
    assert places == sorted(places)
    assert 3 <= len(ticks) <= 5
    px = 289 / WIDTH  # of the plots on a phone of 360 px
    for left, right in itertools.pairwise(ticks):
        widths = [9 if tick.text == "0" else 43 for tick in (left, right)]  # of 0, of +20 %
        assert (right.place - left.place) * px > sum(widths) / 2 + 4
    assert places[0] > 0 and places[-1] < WIDTH
    assert next(tick.place for tick in ticks if tick.text == "0") == WIDTH / 2


def test_nothing_compared_is_no_empty_page():
    """It says so."""
    page = check_page.render(report(outcome=Change.MISSING))
    assert "Nothing was compared." in page and "this is no pass" in page


def test_what_comes_from_a_run_is_escaped():
    """Neither a case nor a note becomes markup."""
    evil = "<script>alert(1)</script>"
    page = check_page.render(report(finding(1.1, case=evil), notes=(evil,)))
    assert evil not in page


def test_an_undecided_case_shows_how_far_it_is_certain():
    """Its 95 % interval lies within the margin; the limit that decides lies beyond it."""
    strip = strip_of(ratio=1.02, change=Change.INCONCLUSIVE, limit=1.07)
    margin = next(region for region in strip.regions if region.proves)
    assert strip.hi < margin.right < strip.certain[1]
    page = check_page.render(report(finding(1.02, Change.INCONCLUSIVE, limit=1.07)))
    assert 'class="certain"' in page
    assert "A thin line" in page
    assert "A thin line" not in check_page.render(report(finding(1.1)))
