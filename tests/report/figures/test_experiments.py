"""Figures of experiments: what failed, never came or was asked otherwise is left out, and the rest told as it is."""

import msgspec
import pytest
from matplotlib.figure import Figure
from tests.report.charts import PROBES, chart_of, png_of, seen
from tests.synthetic import World, make_run

from gilbench.model import Experiment, Observation
from gilbench.report.figures import charts
from gilbench.results import tables
from gilbench.summary import formatting


def changed(world, change, probes):
    """A world's tables with what some probes observed put through ``change(record)``; None drops a record."""
    records = [
        change(record)
        if isinstance(record, Observation) and record.item.split("@")[0] in probes
        else record
        for record in world.records()
    ]
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    return tables.build(run, [record for record in records if record is not None])


def observed(record, value_of):
    return msgspec.structs.replace(
        record, observed={key: value_of(one) for key, one in record.observed.items()}
    )


def nothing_came(value):
    """What probes journal of that which never came: no samples, and None for a number."""
    return [] if isinstance(value, list) else None


def test_a_probe_that_failed_has_no_figure(subtests):
    """What failed leaves its figure out, and no other one."""
    for stem, probes in PROBES.items():
        with subtests.test(chart=stem):
            failed = seen(World(launches=2, failures=dict.fromkeys(probes, "it broke")))
            assert [other for other in PROBES if chart_of(other).draw(*failed) is None] == [stem]
            assert chart_of(stem).alt(*failed).endswith(".")


def test_comparisons_are_drawn_where_every_probe_failed(subtests):
    """Their figures need none."""
    failed = seen(
        World(launches=2, failures=dict.fromkeys(set().union(*PROBES.values()), "it broke"))
    )
    for chart in charts():
        with subtests.test(chart=chart.stem):
            assert (chart.draw(*failed) is None) == (chart.stem in PROBES)


@pytest.mark.parametrize("left", [0, 1, 3], ids=lambda left: f"{left} of 3 launches")
@pytest.mark.parametrize("instead", [nothing_came, lambda value: None], ids=["no samples", "None"])
def test_what_never_came_is_left_out(left, instead, subtests):
    """Launches in which nothing came change no number; where nothing came at all there is no figure."""
    world = World(launches=3, noise=0)
    every_probe = set().union(*PROBES.values())
    measured = changed(
        world, lambda one: one if one.launch < left else observed(one, instead), every_probe
    )
    for stem in PROBES:
        with subtests.test(chart=stem):
            figure = chart_of(stem).draw(measured, [])
            assert (figure is None) == (left == 0)
            assert figure is None or png_of(figure)
            assert chart_of(stem).alt(measured, []).endswith(".")


def test_every_condition_may_be_the_one_that_never_came(subtests):
    """Whichever condition is missing from all launches, the others are drawn."""
    world = World(launches=2)
    for stem, probes in PROBES.items():
        experiments = [
            planned for planned in world.plan() if getattr(planned.item, "probe", "") in probes
        ]
        alone = make_run(tuple(experiments), targets=world.targets, host=world.host)
        ids = {planned.item.id for planned in experiments}
        records = [record for record in world.records() if record.item in ids]
        for planned in experiments:
            count = len(planned.item.conditions)
            # Of the 63 of messages every fifth: each channel and each size is among them, in a fifth of the time.
            for missing in range(0, count, 5 if count > 24 else 1):
                with subtests.test(chart=stem, probe=planned.item.probe, condition=missing):
                    left = [without(record, planned.item.id, missing) for record in records]
                    assert isinstance(chart_of(stem).draw(tables.build(alone, left), []), Figure)


def without(record, item, condition):
    """The record, without what came of one condition of an experiment."""
    if isinstance(record, Observation) and (record.item, record.condition) == (item, condition):
        return observed(record, nothing_came)
    return record


def test_a_launch_that_was_interrupted_is_left_out(subtests):
    """A launch that lacks a condition is no launch, and alone it makes no figure."""
    every_probe = set().union(*PROBES.values())
    interrupted = changed(
        World(launches=1), lambda one: None if one.condition else one, every_probe
    )
    for stem in PROBES:
        with subtests.test(chart=stem):
            assert chart_of(stem).draw(interrupted, []) is None


def test_other_conditions_are_not_shown_as_these(subtests):
    """An experiment of another version, under other conditions, is left out."""
    found, verdicts = seen(World(launches=2))
    plan = [
        msgspec.structs.replace(
            one, item=msgspec.structs.replace(one.item, conditions=one.item.conditions[1:])
        )
        if isinstance(one.item, Experiment)
        else one
        for one in found.run.plan
    ]
    other = tables.build(
        msgspec.structs.replace(found.run, plan=tuple(plan)), World(launches=2).records()
    )
    for stem in PROBES:
        with subtests.test(chart=stem):
            assert chart_of(stem).draw(other, verdicts) is None


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        (
            "channels",
            (
                "pipe on 3.13.0: 16 B 332447 messages/s",
                "round trip 16 B 6.02 µs",
                "16 MiB 119 messages/s",
            ),
        ),
        (
            "latency",
            (
                "alone on 3.13.0: p50 0.0600 ms",
                "1 thread, 5 ms on 3.13.0: p50 5.16 ms",
                "at most 21 ms of 90",
            ),
        ),
        (
            "locks",
            (
                "threading, Lock on 3.13.0: 60.0 ns",
                "read, add, write; no lock on 3.13.0: 24 of 24 runs lost",
            ),
        ),
        (
            "release",
            (
                "sha256 on 3.13.0, GIL kept up to 2047 B: 512 B 0.95×",
                "4096 B 1.90×",
                "5120 B 0.95×",
            ),
        ),
        (
            "start-cost",
            ("fork on 3.13.0: 1.50 ms", "the first time 3.00 ms", "spawn on 3.13.0: 45.0 ms"),
        ),
        (
            "turns",
            (
                "pure Python, 2 threads on 3.13.0: both at once 0 % of 60 ms, handed over 11 times",
                "hashlib over 256 KiB, 2 threads on 3.13.0: both at once 100 %",
                "pure Python, 2 processes on 3.13.0: both at once 100 % of 60 ms, handed over 1 times",
            ),
        ),
        (
            "switching",
            (
                "Operations of 25 ns at an interval of 1 ms on 3.13.0: 1.00 ms",
                "6.83 µs at",
                "20.0 ms [",
            ),
        ),
    ],
)
def test_experiments_are_described_as_they_are(stem, told):
    """The alternative text has the numbers of a world that is known exactly."""
    words = chart_of(stem).alt(*seen(World(launches=3, noise=0)))
    assert [number for number in told if number not in words] == []


def test_costs_are_those_of_the_evidence(lawful):
    """A figure and a verdict's evidence say the same of the same quantity."""
    found, verdicts = lawful
    evidence = {
        piece.quantity: piece.estimate
        for one in verdicts
        if one.id in ("B11", "B8")
        for piece in one.evidence
    }
    starts, waits = (
        chart_of("start-cost").alt(found, verdicts),
        chart_of("latency").alt(found, verdicts),
    )
    assert f"fork on 3.13.0: {formatting.effect(evidence['starting and joining: fork'])}" in starts
    assert f"p90 {formatting.effect(evidence['p90 of wake-up alongside one CPU process'])}" in waits
