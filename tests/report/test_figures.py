"""The contract that every figure keeps, and the parts that figures share."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from tests.synthetic import World, make_target

from gilbench.claims import ledger
from gilbench.model import CoresSample
from gilbench.report import cases
from gilbench.report.figures import Chart, ChartError, _style, charts, core_timeline, phases
from gilbench.results import tables

EVERY = pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.stem)
FASTER = {"fnv1a-thread-w2": 1.37, "fnv1a-process-w2": 1.53, "sha256-large-thread-w2": 1.21, "http-thread-w4": 2.22}


def seen(world, busy=(0.75, 0.25)):
    """A world's tables, with a timeline, and their verdicts."""
    from tests.synthetic import make_run

    run = make_run(world.plan(), target=world.target, host=world.host)
    found = tables.build(run, world.records(), [CoresSample(tick / 20, busy) for tick in range(20)])
    return found, ledger.judge(found)


@pytest.fixture(scope="module")
def lawful():
    return seen(World(launches=5))


@EVERY
def test_it_draws(chart, lawful):
    """A complete run gives a figure, which renders as a PNG."""
    figure = chart.draw(*lawful)
    assert isinstance(figure, Figure)
    assert _style.png(figure).startswith(b"\x89PNG")


@EVERY
def test_an_empty_run_gives_none_and_words(chart):
    """Where there is nothing to show, there is no figure, and still a sentence."""
    world = World(launches=0)
    run, _ = seen(world)
    empty = tables.build(run.run, [])
    assert chart.draw(empty, ledger.judge(empty)) is None
    assert chart.alt(empty, ledger.judge(empty)).endswith(".")


@EVERY
def test_it_draws_from_one_launch(chart):
    """One launch has no intervals; nothing breaks."""
    figure = chart.draw(*seen(World(launches=1)))
    assert figure is None or _style.png(figure)


@EVERY
def test_it_draws_a_host_of_many_cores(chart):
    """Sixteen cores fit as well as two."""
    figure = chart.draw(*seen(World(launches=2, cores=16), busy=(0.5,) * 16))
    assert figure is not None
    assert _style.png(figure)


@EVERY
def test_its_words_follow_the_data(chart, lawful):
    """The alternative text has numbers, and other data give other words."""
    other = seen(World(launches=5, speedups=FASTER), busy=(0.4, 0.6))
    assert any(letter.isdigit() for letter in chart.alt(*lawful))
    assert chart.alt(*lawful) != chart.alt(*other)


@EVERY
def test_it_says_how_to_read_it(chart):
    """Title and caption are there, and the stem makes a file name."""
    assert chart.title
    assert len(chart.caption) > 60
    assert chart.stem.replace("-", "").isalnum()


def test_speedups_are_told_as_the_summary_has_them(lawful):
    """The alternative text of the speedups has each strategy's last point, as estimated."""
    found, verdicts = lawful
    row = next(row for row in cases.rows(found) if row.case.label == "http-thread-w4")
    assert f"thread {row.speedup}" in next(chart for chart in charts() if chart.stem == "speedup").alt(found, verdicts)


def test_bounds_are_those_of_the_claims(lawful):
    """The board's rows carry the verdict's own estimate."""
    from gilbench.report.bounds import tested

    found, verdicts = lawful
    rows = [row for row in tested(found, verdicts) if row.verdict.id == "A16"]
    gain = next(row for row in rows if row.quantity.startswith("speedup"))
    assert gain.estimate == next(one.estimate for one in verdicts if one.id == "A16")
    assert {(bound.at, bound.above, bound.proves) for bound in gain.bounds} >= {
        (1.15, False, True),
        (1.15, True, False),
    }


def test_a_stem_that_stands_twice_fails_loudly(monkeypatch):
    """Two charts of one stem would overwrite each other's file."""
    from gilbench.report.figures import speedup

    monkeypatch.setattr(core_timeline, "CHART", speedup.CHART)
    with pytest.raises(ChartError, match="'speedup' stands twice"):
        charts.__wrapped__()


def test_a_file_without_a_chart_fails_loudly(monkeypatch):
    """A file that was dropped in and forgot its CHART is named."""
    monkeypatch.delattr(phases, "CHART")
    with pytest.raises(ChartError, match="phases has no CHART"):
        charts.__wrapped__()


def test_charts_are_in_the_order_of_the_report():
    """Order first, then stem."""
    assert [(chart.order, chart.stem) for chart in charts()] == sorted((chart.order, chart.stem) for chart in charts())
    assert all(isinstance(chart, Chart) for chart in charts())


def test_every_strategy_has_a_look_of_its_own(lawful):
    """No two strategies share colour, mark and dash; the known ones keep theirs whatever else there is."""
    found, _ = lawful
    looks = _style.marks(found)
    assert len(set(looks.values())) == len(looks)
    assert looks["thread"] == _style.KNOWN["thread"]
    offered = {entry["name"] for entry in make_target().description["strategies"]}
    assert offered <= set(looks)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12))
def test_labels_keep_apart_and_in_order(wanted):
    """Labels are a gap apart, and the higher line has the higher label."""
    placed = _style.spread_out(wanted, 0.5)
    in_order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = [placed[index] for index in in_order]
    assert all(upper - lower >= 0.5 - 1e-9 for lower, upper in pairwise(places))


def test_labels_that_have_room_stay():
    """A label moves only where another is too near."""
    assert _style.spread_out([1.0, 2.0, 3.0], 0.5) == [1.0, 2.0, 3.0]
    assert _style.spread_out([1.0, 1.0], 0.5) == [0.75, 1.25]


def test_the_timeline_is_averaged_over_time():
    """A core that is busy in the first half only is dark there and light afterwards."""
    world = World(launches=1)
    run = seen(world)[0].run
    samples = [CoresSample(tick / 20, (1.0 if tick < 50 else 0.0, 0.3)) for tick in range(100)]
    edges, share = core_timeline.binned(tables.build(run, [], samples))
    assert share.shape == (2, len(edges) - 1)
    assert share[0, : len(edges) // 2 - 1].min() == pytest.approx(1)
    assert share[0, len(edges) // 2 + 1 :].max() == pytest.approx(0)
    assert share[1] == pytest.approx(0.3)


def test_phases_are_shares_of_the_serial_time(lawful):
    """Two processes that took half the serial time make a bar of half the length."""
    found, _ = lawful
    row = next(row for row in cases.rows(found) if row.case.label == "fnv1a-process-w2" and row.against_serial)
    assert sum(phases.shares(row).values()) == pytest.approx(1 / 1.94, rel=0.02)
    assert json.dumps(phases.shares(row))
