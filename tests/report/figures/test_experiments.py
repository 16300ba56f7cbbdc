"""Figures of experiments: what failed, never came or was asked otherwise is left out, and the rest told as it is."""

import msgspec
import pytest
from matplotlib.figure import Figure
from tests.report.charts import chart_of, png_of, seen
from tests.synthetic import World, make_run

from gilbench.model import Experiment, Observation
from gilbench.report.figures import charts
from gilbench.results import tables
from gilbench.summary import formatting

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


def changed(world, change, probes):
    """A world's tables with what some probes observed put through ``change(record)``; None drops a record."""
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
    assert figure is None or png_of(figure)
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
    assert f"fork on 3.13.0: {formatting.effect(evidence['starting and joining: fork'])}" in starts
    assert f"p99 {formatting.effect(evidence['p99 of wake-up alongside one CPU process'])}" in waits
