"""What claims are about, computed from tables: the right column, launches without a value left out, ratios."""

import dataclasses
import math

import msgspec
import pytest
from tests import synthetic

from gilbench.analysis.family import nominal_confidence
from gilbench.claims import quantities
from gilbench.model import Effort, Experiment, InputError, PlannedItem
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables, build

TARGET = synthetic.make_target()
FAST, SLOW = compare(TARGET, "fnv1a", "process", 2), compare(TARGET, "fnv1a", "thread", 2)
PROBE = Experiment(TARGET.id, "switching", ({"interval_s": 0.005}, {"interval_s": 0.02}))


def tables_with(**columns: list[float]) -> Tables:
    """Tables with one launch of FAST and SLOW for each value given."""
    built = synthetic.World(
        claims=frozenset({"A16", "A17"}), launches=len(next(iter(columns.values())))
    ).tables()
    wanted = built.launches[built.launches["item"].isin([FAST.id, SLOW.id])]
    return dataclasses.replace(
        built, launches=wanted.assign(**{name: values * 2 for name, values in columns.items()})
    )


def test_speedup_is_located_on_the_log_scale_and_shown_as_a_factor():
    """The middle of ln 2 and ln 8 is a factor of 4, not of 5."""
    estimate = quantities.speedup(FAST).estimate(
        tables_with(log_speedup=[math.log(2), math.log(8)])
    )
    assert estimate is not None
    assert (estimate.center, estimate.n, estimate.unit) == (pytest.approx(4), 2, "×")
    assert estimate.lo < 4 < estimate.hi and estimate.center**2 == pytest.approx(
        estimate.lo * estimate.hi
    )


def test_over_ceiling_divides_within_each_launch():
    """A launch in which the whole host was slow counts by what it reached of the ceiling of that very launch."""
    seen = tables_with(
        log_speedup=[math.log(1.8), math.log(0.9)], log_ceiling=[math.log(2), math.log(1)]
    )
    estimate = quantities.over_ceiling(FAST).estimate(seen)
    assert estimate is not None
    assert estimate.center == pytest.approx(0.9) and estimate.hi - estimate.lo < 1e-6


def test_equal_shares_are_compared_with_what_cores_of_different_speed_leave_them():
    """Two processes end with the slower core: 1.47 of a ceiling of 2 is all that a core of 0.54 leaves."""
    slower = math.sqrt(0.54)  # over the mean of 1 and 0.54 on the log scale
    seen = tables_with(
        log_speedup=[math.log(2), math.log(2 * slower)],
        log_ceiling=[math.log(2), math.log(2)],
        log_evenness=[0.0, math.log(slower)],
    )
    share, slowest = (
        quantities.over_ceiling(FAST).estimate(seen),
        quantities.evenness(FAST).estimate(seen),
    )
    assert share is not None and slowest is not None
    assert share.center == pytest.approx(1) and share.hi - share.lo < 1e-6
    assert slowest.center == pytest.approx(math.sqrt(slower))


def test_the_ceiling_is_the_mean_over_launches_on_the_log_scale():
    """No gain at all over the ceiling is then exactly one over the mean ceiling."""
    seen = tables_with(log_speedup=[0.0, 0.0], log_ceiling=[math.log(2), math.log(1.28)])
    ceiling, share = (
        quantities.ceiling(FAST).estimate(seen),
        quantities.over_ceiling(FAST).estimate(seen),
    )
    assert ceiling is not None and share is not None
    assert ceiling.center == pytest.approx(1.6) and ceiling.unit == "×"
    assert share.center == pytest.approx(1 / 1.6)


def test_cores_used_are_a_plain_number():
    """Cores are averaged as they are, without logarithms."""
    estimate = quantities.cores_used(FAST).estimate(tables_with(cores_used=[1.0, 2.0]))
    assert estimate is not None and estimate.center == pytest.approx(1.5)


@pytest.mark.parametrize(
    "quantity", [quantities.foreign_cores(FAST), quantities.reference_cores_used(FAST)]
)
def test_the_hosts_part_is_a_plain_number_too(quantity):
    """What others used, and what the reference got, are cores."""
    assert not quantity.log and "cores" in quantity.unit


def test_launches_without_a_ceiling_are_left_out_of_what_is_over_it():
    """A launch whose control is missing does not make the others worthless; one with few cores counts like any."""
    seen = tables_with(
        log_speedup=[math.log(1.9), 0.0, math.log(1.235), math.log(1.9)],
        log_ceiling=[math.log(2), math.nan, math.log(1.3), math.log(2)],
    )
    share, ceiling = (
        quantities.over_ceiling(FAST).estimate(seen),
        quantities.ceiling(FAST).estimate(seen),
    )
    assert share is not None and (share.n, share.center) == (3, pytest.approx(0.95))
    assert ceiling is not None and ceiling.n == 3


def test_over_is_the_ratio_of_two_independent_ratios():
    """A gain over a gain: the factors divide, and both their uncertainties count."""
    seen = synthetic.World(
        speedups={"fnv1a-process-w2": 1.8, "fnv1a-thread-w2": 0.9}, noise=0.02
    ).tables()
    ratio = quantities.over(quantities.speedup(FAST), quantities.speedup(SLOW), "gain")
    both = [quantities.speedup(item).locate(seen) for item in (FAST, SLOW)]
    location = ratio.locate(seen)
    assert location is not None and None not in both
    assert math.exp(location.center) == pytest.approx(2.0, rel=0.05)
    assert location.se == pytest.approx(math.hypot(*(one.se for one in both if one is not None)))
    assert ratio.items == (FAST, SLOW)


def test_over_is_missing_where_either_half_is():
    """There is no ratio to something that was not measured."""
    seen = synthetic.World(unmeasured=frozenset({"fnv1a-thread-w2"}), launches=3).tables()
    assert (
        quantities.over(quantities.speedup(FAST), quantities.speedup(SLOW), "gain").locate(seen)
        is None
    )


def test_observed_takes_complete_launches_only():
    """A launch that was interrupted between two conditions says nothing of their ratio."""
    records = [
        synthetic.make_observation(PROBE, launch, condition, {"value": 1.0 + launch})
        for launch in range(4)
        for condition in range(2)
    ][:-1]
    quantity = quantities.observed(PROBE, "value", "", lambda launch: launch[1]["value"])
    location = quantity.locate(build(synthetic.make_run(), records))
    assert location is not None
    assert (location.center, location.n) == (pytest.approx(2.0), 3)


def test_observed_of_nothing_is_missing():
    """No observation, no quantity."""
    quantity = quantities.observed(PROBE, "value", "", lambda launch: math.nan)
    assert quantity.locate(build(synthetic.make_run(), [])) is None


def seen_by(*launches: list[dict]) -> Tables:
    """Tables of PROBE with these observations, a list of conditions a launch."""
    records = [
        synthetic.make_observation(PROBE, launch, condition, observed)
        for launch, conditions in enumerate(launches)
        for condition, observed in enumerate(conditions)
    ]
    return build(synthetic.make_run(), records)


def test_a_share_counts_trials_over_launches():
    """Trials of all launches under the conditions asked for; an observation without trials is one itself."""
    tables = seen_by(
        *[[{"trials": [{"ok": True}, {"ok": launch > 0}]}, {"ok": True}] for launch in range(3)]
    )
    several = quantities.share(PROBE, "several", lambda trial: trial["ok"])
    single = quantities.share(PROBE, "single", lambda trial: trial["ok"], conditions=[1])
    assert str(several.estimate(tables)).startswith("5 of 6 [")
    assert str(single.estimate(tables)).startswith("3 of 3 [")
    assert several.estimate(tables).sample == "trial"


def test_what_never_came_is_no_number_and_does_not_hold():
    """None where a probe waited in vain: the launch says nothing of times, and the trial did not hold."""
    tables = seen_by(*[[{"ns": ns}, {}] for ns in (1.0, None, 3.0)])
    assert (
        quantities.observed(PROBE, "ns", "", lambda seen: seen[0]["ns"] + 0).estimate(tables).n == 2
    )
    assert str(
        quantities.share(PROBE, "soon", lambda trial: trial["ns"] < 2).estimate(tables)
    ).startswith("1 of 3")


def test_observations_of_another_version_are_one_clear_line():
    """A journal in which a probe says something else than is asked ends in an InputError that says what to do."""
    tables = seen_by(*[[{"old": 1}, {}]] * 3)
    for quantity in (
        quantities.observed(PROBE, "new", "", lambda seen: seen[0]["new"]),
        quantities.share(PROBE, "new share", lambda trial: trial["new"]),
    ):
        with pytest.raises(
            InputError, match=r"switching@3.13.0 observed cannot be read .*measure again"
        ):
            quantity.estimate(tables)


def test_a_run_that_asked_something_else_answers_nothing():
    """Observations under other conditions, as an older version may have made them, are not taken for an answer."""
    older = Experiment(PROBE.target, PROBE.probe, PROBE.conditions[::-1])
    planned = PlannedItem(older, Effort((3,), 1))
    records = seen_by(*[[{"trials": [{"ok": True}]}, {}]] * 3).observations
    run = synthetic.make_run((planned,))
    tables = build(
        run,
        [
            synthetic.make_observation(older, row.launch, row.condition, row.observed)
            for row in records.itertuples()
        ],
    )
    held = quantities.share(PROBE, "held", lambda trial: trial["ok"])
    assert held.estimate(tables) is None
    assert (
        quantities.share(older, "held before", lambda trial: trial["ok"]).estimate(tables)
        is not None
    )


@pytest.mark.parametrize(
    ("claims", "nominal"), [((), 0.95), (("A16",), nominal_confidence(0.95, 3))]
)
def test_an_interval_allows_for_the_analyses_at_which_a_claim_may_have_stopped(claims, nominal):
    """What claims need may have ended early; what only the report shows has a fixed number of launches."""
    planned = PlannedItem(FAST, Effort((2, 3, 4), 1), claims)
    seen = tables_with(log_speedup=[0.0, 0.1, 0.3])
    seen = dataclasses.replace(seen, run=msgspec.structs.replace(seen.run, plan=(planned,)))
    quantity = quantities.speedup(FAST)
    estimate = quantity.estimate(seen)
    assert estimate is not None and estimate.confidence == 0.95
    expected = quantity.locate(seen).interval(nominal)
    assert (math.log(estimate.lo), math.log(estimate.hi)) == pytest.approx(expected)
