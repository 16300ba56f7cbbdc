"""What single figures show is what was measured."""

import json
import tracemalloc
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.report.charts import chart_of, seen
from tests.synthetic import World

from gilbench.model import CoresSample
from gilbench.report.figures import core_timeline, phases, speedup
from gilbench.report.figures import verdicts as verdict_chart
from gilbench.results import tables
from gilbench.summary import cases, formatting


def test_speedups_are_those_of_the_summary(lawful):
    """The alternative texts have each strategy's speedup with most workers, and at one a core."""
    found, verdicts = lawful
    for stem, label in (("speedup", "fnv1a-thread-w4"), ("strategies", "fnv1a-process-w2")):
        row = next(row for row in cases.rows(found) if row.case.label == label)
        assert f"{row.case.strategy} {row.speedup}" in chart_of(stem).alt(found, verdicts)


def test_speedups_leave_out_twins_and_panels_of_one_point(lawful):
    """A subclass that does the same, and a workload with a single number of workers."""
    found, _ = lawful
    shown = speedup.shown(found)
    assert shown
    assert not {name for panel in shown for name in panel.strategies if "subclass" in name}
    assert all(len(panel.line(panel.strategies[0])) > 1 for panel in shown)
    measured = {row.case.strategy for row in cases.rows(found)}
    assert {name for name in measured if "subclass" in name}
    assert {row.case.workload for row in cases.rows(found)} > {panel.workload for panel in shown}


def test_bounds_are_those_of_the_claims(lawful):
    """The board's rows carry the verdict's own estimate."""
    _, verdicts = lawful
    rows = [row for row in verdict_chart.by_unit(verdicts)["×"] if row.verdict.id == "A16"]
    gain = next(row for row in rows if row.quantity.startswith("speedup"))
    assert gain.estimate == next(one.estimate for one in verdicts if one.id == "A16")
    assert {(bound.value, bound.above, bound.proves) for bound in gain.bounds} >= {
        (1.15, False, True),
        (1.15, True, False),
    }


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


def test_rounds_are_marked_where_they_were():
    """The share of each stretch of time that rounds took is what their beginnings and lengths say."""
    timed = pd.DataFrame({"began_s": [1.0, 2.5], "wall_ns": [1e9, 0.25e9]})
    assert core_timeline._covered_s(
        timed, np.array([0.0, 1.5, 2.0, 3.0])
    ).tolist() == pytest.approx([0.5, 0.5, 0.25])


def test_phases_are_shares_of_the_serial_time(lawful):
    """Two processes that took half the serial time make a bar of half the length."""
    found, _ = lawful
    row = next(
        row
        for row in cases.rows(found)
        if row.case.label == "fnv1a-process-w2" and row.against_serial
    )
    assert sum(phases.shares(row).values()) == pytest.approx(1 / 1.94, rel=0.02)
    assert json.dumps(phases.shares(row))


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
        symbol, effect = formatting.SYMBOLS[one.label], formatting.effect(one.estimate)
        cells.append(f"{symbol} {effect}" if one.estimate else symbol)
        assert f"{one.label.value} on {one.target}{f' {effect}' if one.estimate else ''}" in told
    assert sorted(text for text in letters if text in cells) == sorted(cells)
    assert [target.id for target in found.run.targets if target.id not in letters] == []
    surprising = sum(one.as_expected is False for one in verdicts)
    assert letters.count("≠") == surprising > 0


def test_one_target_keeps_its_effects_and_bounds(lawful):
    """The board of several is theirs only."""
    assert chart_of("verdicts").for_run(lawful[0]) is chart_of("verdicts")


def test_spans_have_the_names_of_what_was_measured(lawful):
    """They come in the order of time, each is a workload or a probe, and neighbours differ."""
    found, _ = lawful
    spans = core_timeline.spans(found)
    assert {"fnv1a", "socket"} < {span.name for span in spans}
    for before, after in pairwise(spans):
        assert before.from_s <= after.from_s
        assert before.name != after.name


def test_the_timeline_takes_little_memory(lawful):
    """It needs less than 100 bytes a round: a run may have a million."""
    found, _ = lawful
    rounds = pd.concat([found.rounds] * (100_000 // len(found.rounds)), ignore_index=True)
    large = replace(found, rounds=rounds)
    core_timeline.spans(found)  # imports
    tracemalloc.start()
    try:
        core_timeline.spans(large)
        core_timeline.marked(large, np.linspace(0, 1e3, 100))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 100 * len(rounds)
