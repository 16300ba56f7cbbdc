"""The contract that every figure keeps, and the parts that figures share."""

import json
import math
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from tests.synthetic import World, make_target

from gilbench.claims import ledger
from gilbench.model import CoresSample, Experiment, Observation
from gilbench.report import cases, words
from gilbench.report.cases import Measured
from gilbench.report.figures import (
    Chart,
    ChartError,
    _png,
    _press,
    _series,
    _style,
    _svg,
    charts,
    core_timeline,
    phases,
    turns,
)
from gilbench.results import tables

EVERY = pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.stem)
FASTER = {"fnv1a-thread-w2": 1.37, "fnv1a-process-w2": 1.53, "sha256-large-thread-w2": 1.21, "http-thread-w4": 2.22}

SLOWER = {"pipe": 3.0, "convoy": 3.0, "lock_cost": 9.0, "bare": 0.2, "fork": 9.0}
# Figures of experiments, by the probes that they show.
PROBES = {
    "channels": {"messages"},
    "latency": {"wakeup"},
    "locks": {"locking", "counting"},
    "release": {"release-sweep"},
    "start-cost": {"start"},
    "switching": {"switching"},
    "turns": {"turns"},
}
OF_PROBES = pytest.mark.parametrize("stem", PROBES)


def png(figure):
    return _png.encoded(_png.image(figure))


def chart_of(stem):
    return next(chart for chart in charts() if chart.stem == stem)


def changed(world, change, probes):
    """A world's tables with what some probes observed put through ``change(record)``; None drops a record."""
    from tests.synthetic import make_run

    records = [
        change(record) if isinstance(record, Observation) and record.item.split("@")[0] in probes else record
        for record in world.records()
    ]
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    return tables.build(run, [record for record in records if record is not None])


def observed(record, value_of):
    return msgspec.structs.replace(record, observed={key: value_of(one) for key, one in record.observed.items()})


def nothing_came(value):
    """What probes journal of that which never came: no samples, and None for a number."""
    return [] if isinstance(value, list) else None


def seen(world, busy=(0.75, 0.25)):
    """A world's tables, with a timeline, and their verdicts."""
    from tests.synthetic import make_run

    run = make_run(world.plan(), targets=world.targets, host=world.host)
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
    assert png(figure).startswith(b"\x89PNG")


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
    assert figure is None or png(figure)


@EVERY
def test_it_draws_a_host_of_many_cores(chart):
    """Sixteen cores fit as well as two."""
    figure = chart.draw(*seen(World(launches=2, cores=16), busy=(0.5,) * 16))
    assert figure is not None
    assert png(figure)


@EVERY
def test_its_words_follow_the_data(chart, lawful):
    """The alternative text has numbers, and other data give other words."""
    other = seen(World(launches=5, speedups=FASTER, law=SLOWER, interval_matters=0.5, seed=2), busy=(0.4, 0.6))
    assert any(letter.isdigit() for letter in chart.alt(*lawful))
    assert chart.alt(*lawful) != chart.alt(*other)


@EVERY
def test_it_says_how_to_read_it(chart):
    """Title and caption are there, and the stem makes a file name."""
    assert chart.title
    assert len(chart.caption) > 60
    assert chart.stem.replace("-", "").isalnum()


@EVERY
def test_it_draws_without_a_gil(chart):
    """A free-threaded build has every figure but that of the GIL's hand-over, which it does not have."""
    figure = chart.draw(*seen(World(launches=2, gil=False)))
    assert (figure is None) == (chart.stem == "switching")
    assert figure is None or png(figure)


@EVERY
def test_it_draws_two_targets(chart):
    """Two targets stand in one figure, both in its words; one that holds no GIL has no hand-over."""
    from tests.synthetic import make_run

    world, other = World(launches=2), World(launches=2, gil=False)
    run = msgspec.structs.replace(
        make_run((*world.plan(), *other.plan()), host=world.host), targets=(world.target, other.target)
    )
    both = tables.build(run, [*world.records(), *other.records()], [CoresSample(t / 20, (0.5, 0.5)) for t in range(9)])
    verdicts = ledger.judge(both)
    assert png(chart.for_run(both).draw(both, verdicts))
    if chart.stem in PROBES:
        assert ("on 3.13.0t" in chart.alt(both, verdicts)) == (chart.stem != "switching")


@OF_PROBES
def test_a_probe_that_failed_has_no_figure(stem):
    """What failed leaves its figure out, and no other one."""
    failed = seen(World(launches=2, failures=dict.fromkeys(PROBES[stem], "it broke")))
    assert chart_of(stem).draw(*failed) is None
    assert chart_of(stem).alt(*failed).endswith(".")
    assert all(chart.draw(*failed) for chart in charts() if chart.stem != stem)


@OF_PROBES
@pytest.mark.parametrize("left", [0, 1, 3], ids=lambda left: f"{left} of 3 launches")
@pytest.mark.parametrize("instead", [nothing_came, lambda value: None], ids=["no samples", "None"])
def test_what_never_came_is_left_out(stem, left, instead):
    """Launches in which nothing came change no number; where nothing came at all there is no figure."""
    world = World(launches=3, noise=0)
    found = changed(world, lambda one: one if one.launch < left else observed(one, instead), PROBES[stem])
    figure = chart_of(stem).draw(found, [])
    assert (figure is None) == (left == 0)
    assert figure is None or png(figure)
    assert chart_of(stem).alt(found, []).endswith(".")


@OF_PROBES
def test_every_condition_may_be_the_one_that_never_came(stem):
    """Whichever condition is missing from all launches, the others are drawn."""
    world = World(launches=2)
    items = [one.item for one in world.plan() if isinstance(one.item, Experiment) and one.item.probe in PROBES[stem]]
    for item in items:
        for missing in range(len(item.conditions)):
            found = changed(
                world,
                lambda one: observed(one, nothing_came) if one.condition == missing else one,  # noqa: B023 - called at once
                {item.probe},
            )
            assert isinstance(chart_of(stem).draw(found, []), Figure)


@OF_PROBES
def test_a_launch_that_was_interrupted_is_left_out(stem):
    """A launch that lacks a condition is no launch, and alone it makes no figure."""
    world = World(launches=1)
    assert chart_of(stem).draw(changed(world, lambda one: None if one.condition else one, PROBES[stem]), []) is None


@OF_PROBES
def test_other_conditions_are_not_told_as_these(stem):
    """An experiment of another version, under other conditions, is left out."""
    found, verdicts = seen(World(launches=2))
    plan = [
        msgspec.structs.replace(one, item=msgspec.structs.replace(one.item, conditions=one.item.conditions[1:]))
        if isinstance(one.item, Experiment)
        else one
        for one in found.run.plan
    ]
    other = tables.build(msgspec.structs.replace(found.run, plan=tuple(plan)), World(launches=2).records())
    assert chart_of(stem).draw(other, verdicts) is None


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("channels", ("pipe on 3.13.0: 16 B 332447 messages/s", "back again 16 B 6.02 µs", "16 MiB 119 messages/s")),
        (
            "latency",
            ("alone on 3.13.0: p50 0.0600 ms", "1 thread, 5 ms on 3.13.0: p50 5.56 ms", "at most 22 ms of 108"),
        ),
        ("locks", ("threading, Lock on 3.13.0: 60.0 ns", "read, add, write; no lock on 3.13.0: 24 of 24 runs lost")),
        ("release", ("sha256 on 3.13.0, GIL kept up to 2047 B: 512 B 0.95×", "4096 B 1.90×", "5120 B 0.95×")),
        ("start-cost", ("fork on 3.13.0: 1.50 ms", "the first time 3.00 ms", "spawn on 3.13.0: 45.0 ms")),
        (
            "turns",
            (
                "pure Python, 2 threads on 3.13.0: both at once 0 % of 60 ms, handed over 11 times",
                "hashlib over 256 KiB, 2 threads on 3.13.0: both at once 100 %",
                "pure Python, 2 processes on 3.13.0: both at once 100 % of 60 ms, handed over 1 times",
            ),
        ),
        ("switching", ("Operations of 25 ns at an interval of 1 ms on 3.13.0: 1.00 ms", "6.83 µs at", "20.0 ms [")),
    ],
)
def test_experiments_are_told_as_they_are(stem, told):
    """The alternative text has the numbers of a world that is known exactly."""
    words = chart_of(stem).alt(*seen(World(launches=3, noise=0)))
    assert [number for number in told if number not in words] == []


def test_costs_are_those_of_the_evidence(lawful):
    """A figure and a verdict's evidence say the same of the same quantity."""
    found, verdicts = lawful
    evidence = {piece.quantity: piece.estimate for one in verdicts if one.id in ("B11", "B8") for piece in one.evidence}
    starts, waits = chart_of("start-cost").alt(found, verdicts), chart_of("latency").alt(found, verdicts)
    assert f"fork on 3.13.0: {words.effect(evidence['starting and joining: fork'])}" in starts
    assert f"p99 {words.effect(evidence['p99 of wake-up beside one CPU process'])}" in waits


def test_a_log_axis_has_room_and_names():
    """Limits enclose middles and finite intervals; one without end does not set them; ticks lie between them."""
    plain, endless = Measured(10.0, 8.0, 12.0, "", 3), Measured(20.0, -5.0, 1e9, "", 3)
    low, high = _series.log_limits([plain, endless, None])
    assert low < math.log10(8) < math.log10(20) < high < 2
    assert _series.log_ticks(low, high) == [10, 20]
    assert _series.log_ticks(0, 4) == [1, 10, 100, 1000, 10000]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.02, "s", "20 ms"),
        (5e-8, "s", "50 ns"),
        (1e9, "B/s", "1 GB/s"),
        (1e-6, "s", "1 µs"),
        (332447, "/s", "332 k/s"),
    ],
)
def test_numbers_have_prefixes(value, unit, shown):
    """Three significant digits, and the prefix that leaves them before the point."""
    assert _series.prefixed(value, unit) == shown


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


def test_overlap_is_what_both_ran():
    """Of slices that touch, enclose and miss each other, the common part; the same from either side."""
    one, other = [(0, 10), (20, 30), (40, 50)], [(5, 22), (30, 40), (42, 60)]
    assert turns.overlap_ns(one, other) == turns.overlap_ns(other, one) == 5 + 2 + 8
    assert turns.overlap_ns([], other) == 0


def test_turns_are_counted_when_another_takes_over():
    """Slices of the same worker that follow each other are one turn."""
    assert turns.passed_on([[(0, 5), (5, 9), (20, 30)], [(10, 20)]]) == 2


def test_rounds_are_marked_where_they_were():
    """The share of each stretch of time that rounds took is what their beginnings and lengths say."""
    import numpy as np
    import pandas as pd

    timed = pd.DataFrame({"began_s": [1.0, 2.5], "wall_ns": [1e9, 0.25e9]})
    assert core_timeline._covered_s(timed, np.array([0.0, 1.5, 2.0, 3.0])).tolist() == pytest.approx([0.5, 0.5, 0.25])


@EVERY
def test_markup_stands_in_a_page(chart, lawful):
    """Text stays text, identifiers are the figure's own and are all there, and every colour is a variable."""
    import re
    from xml.etree import ElementTree

    markup = _svg.inline(chart.draw(*lawful), chart.stem)
    root = ElementTree.fromstring(f'<svg xmlns:xlink="http://www.w3.org/1999/xlink">{markup.body}</svg>')
    assert "".join(root.itertext()).strip()
    ids = set(re.findall(r' id="([^"]+)"', markup.body))
    assert all(one.startswith(chart.stem) for one in ids)
    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', markup.body)) <= {(one, "") for one in ids} | {
        ("", one) for one in ids
    }
    assert not re.search(r": #[0-9a-f]{6}", markup.body)
    assert "DejaVu" not in markup.body
    assert "<script" not in markup.body


@EVERY
def test_every_colour_can_be_told_from_both_pages(chart, lawful):
    """Whatever is drawn in a colour of its own stands out from a dark page as text must, and text from a light one."""
    import re

    markup = _svg.inline(chart.draw(*lawful), chart.stem)
    found = {name: (light, dark) for name, light, dark in _svg.colours([markup.body])}
    letters = re.findall(r"<text style=\"[^\"]*fill: var\(--(f[0-9a-f]{6})\)", markup.body)
    assert letters
    for name in letters:
        light, dark = found[name]
        assert _style.contrast(light, _svg.LIGHT_PAGE) >= _style.LEAST_CONTRAST, light
        assert _style.contrast(dark, _svg.DARK_PAGE) >= _style.LEAST_CONTRAST, dark


def test_contrast_is_that_of_the_guidelines():
    """Black on white is 21, a colour on itself 1, and the order does not matter."""
    assert _style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _style.contrast("#777777", "#777777") == 1
    assert _style.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_cards_have_the_size_of_a_preview(lawful, tmp_path):
    """Each figure stands in a file at the size of print; one that can be read there as a whole also on a card of 1200 ×
    630, and a card of an earlier report of another one is gone."""
    from PIL import Image

    (tmp_path / "social").mkdir()
    (tmp_path / "social" / "verdicts.png").write_bytes(b"of an earlier report")
    drawn = _press.draw_all(tmp_path, *lawful)
    assert [one.stem for one in drawn] == [chart.stem for chart in charts()]
    for one in drawn:
        with Image.open(tmp_path / f"{one.stem}.png") as printed:
            width, height = printed.size
        assert width == pytest.approx(one.markup.width / 72 * _png.PRINT_DPI, abs=2)
        card = tmp_path / "social" / f"{one.stem}.png"
        assert card.exists() == (min(1112 / width, 502 / height) >= 0.6), one.stem
        if card.exists():
            with Image.open(card) as found:
                assert found.size == (1200, 630)
    assert {"switching.png", "release.png"} <= {path.name for path in (tmp_path / "social").iterdir()}
    assert not (tmp_path / "social" / "verdicts.png").exists()


@pytest.fixture(scope="module")
def of_five_targets():
    """The tables of a run of five targets, and their verdicts."""
    from tests.synthetic import five_targets

    run, records = five_targets(launches=3)
    found = tables.build(run, records, [CoresSample(t / 20, (0.5, 0.5)) for t in range(9)])
    return found, ledger.judge(found)


@EVERY
def test_five_targets_fit_a_page(chart, of_five_targets):
    """No figure is wider than a desk's page at the size of its letters, or taller than twice its width."""
    figure = chart.for_run(of_five_targets[0]).draw(*of_five_targets)
    width, height = figure.get_size_inches()
    assert width < 13
    assert height < 2 * width


def test_the_verdicts_of_several_targets_stand_side_by_side(of_five_targets):
    """A row a claim and a column a target, each with its outcome and effect, in the figure as in its words; what is
    not as expected is marked."""
    found, verdicts = of_five_targets
    chart = chart_of("verdicts").for_run(found)
    assert chart.stem == "verdicts" and chart is not chart_of("verdicts")
    axes = chart.draw(found, verdicts).axes[0]
    letters = [text.get_text() for text in axes.texts]
    told = chart.alt(found, verdicts)
    cells = []
    for one in verdicts:
        symbol, effect = words.SYMBOLS[one.verdict], words.effect(one.estimate)
        cells.append(f"{symbol} {effect}" if one.estimate else symbol)
        assert f"{one.verdict.value} on {one.target}{f' {effect}' if one.estimate else ''}" in told
    assert sorted(text for text in letters if text in cells) == sorted(cells)
    assert [target.id for target in found.run.targets if target.id not in letters] == []
    surprising = sum(one.as_expected is False for one in verdicts)
    assert letters.count("≠") == surprising > 0


def test_one_target_keeps_its_effects_and_bounds(lawful):
    """The board of several is theirs only."""
    assert chart_of("verdicts").for_run(lawful[0]) is chart_of("verdicts")


def test_one_core_draws_the_same(lawful, tmp_path, monkeypatch):
    """Where there is one core, nothing is forked, and the figures are the same."""
    several = _press.draw_all(tmp_path / "several", *lawful)
    monkeypatch.setattr(_press.os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(_press, "ProcessPoolExecutor", None)
    assert _press.draw_all(tmp_path / "one", *lawful) == several
