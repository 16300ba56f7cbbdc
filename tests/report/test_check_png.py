"""The figure of a check: a row for each ratio, its margin shaded, and room for all of them."""

import math

import msgspec
import pytest
from matplotlib.patches import Rectangle

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.model import Estimate, InputError
from gilbench.report import check_png


def finding(ratio, change=Change.REGRESSED, case="fnv1a-thread-w2", margin=0.05):
    estimate = None if ratio is None else Estimate(ratio, ratio / 1.02, ratio * 1.02, "×", 9, 0.95)
    return Finding(case, "time", change, estimate, margin, "why")


def report(*findings, kind="against"):
    return Report(kind, "baseline", "head", Change.REGRESSED, findings)


def axes_of(*findings, **fields):
    (axes,) = check_png.draw(report(*findings, **fields)).axes
    return axes


def test_each_ratio_is_a_row_with_its_margin():
    """What could not be measured has none."""
    axes = axes_of(
        finding(1.1, case="a"),
        finding(0.95, margin=0.1, case="b"),
        finding(None, Change.MISSING, "c"),
    )
    shaded = [patch.get_width() for patch in axes.patches if isinstance(patch, Rectangle)]
    assert shaded == pytest.approx([2 * math.log(1.05), 2 * math.log(1.1)])
    told = [text.get_text() for text in axes.texts]
    assert [words for words in told if len(words) == 1] == ["a", "b"]
    assert any("+10.0 %" in words for words in told) and any("−5.0 %" in words for words in told)


def test_there_is_room_for_every_middle_and_margin():
    """Either way alike, and never less than a small change needs; an interval without end does not set the scale."""
    low, high = axes_of(finding(1.001, margin=0.0)).get_xlim()
    assert low == -high and high >= 0.08
    assert axes_of(finding(3.0)).get_xlim()[1] > math.log(3.0)
    usual = finding(1.1)
    endless = msgspec.structs.replace(usual, ratio=msgspec.structs.replace(usual.ratio, hi=1e9))
    assert axes_of(endless).get_xlim()[1] < 1


def test_the_quantity_is_named_where_there_are_several():
    """Stored runs are compared in more than times."""
    names = [text.get_text() for text in axes_of(finding(1.1), kind="baseline").texts]
    assert "fnv1a-thread-w2 time" in names and "fnv1a-thread-w2" not in names


def test_without_a_ratio_there_is_no_figure(tmp_path):
    """And no file."""
    assert check_png.draw(report(finding(None, Change.MISSING))) is None
    assert not check_png.write(tmp_path / "figure.png", report(finding(None, Change.MISSING)))
    assert list(tmp_path.iterdir()) == []


def test_it_is_written_where_it_is_asked_for(tmp_path):
    """Folders that are missing are made; a file that cannot be written is one line with the remedy."""
    path = tmp_path / "new" / "figure.png"
    assert check_png.write(path, report(finding(1.1)))
    assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="choose another file"):
        check_png.write(path / "below-a-file.png", report(finding(1.1)))
