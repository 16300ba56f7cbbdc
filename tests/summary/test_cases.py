"""Rows of estimates: one per comparison that was measured, each with the location of its launches."""

import math

import pytest
from tests.synthetic import World, make_run

from gilbench.claims.quantities import speedup
from gilbench.model import Case, Comparison
from gilbench.results.tables import build
from gilbench.summary import cases
from gilbench.summary.cases import Measured, measured

CLAIMS = frozenset({"A16", "A17"})
THREADS = Case("3.13.0", "fnv1a", "thread", 2)


@pytest.fixture(scope="module")
def tables():
    return World(launches=6, claims=CLAIMS, speedups={"fnv1a-thread-w2": 1.5}, noise=0.01).tables()


def test_one_launch_is_an_estimate_without_an_interval():
    """Its span is the estimate itself, and it reads without brackets."""
    one = measured([1.4], "×")
    assert one == Measured(1.4, None, None, "×", 1)
    assert one.span == (1.4, 1.4) and str(one) == "1.40×"


def test_what_is_not_a_number_is_left_out():
    """Launches without the value do not count; where all are without it there is no estimate."""
    assert measured([math.nan, 2.0, math.inf, 2.2, 2.1], "×").n == 3
    assert measured([math.nan, math.inf], "×") is None


def test_logarithms_are_shown_as_factors():
    """Estimate and interval, however large they are."""
    shown = measured([math.log(2)] * 2 + [math.log(2.2)], "×", log=True)
    assert shown.lo < 2 < shown.center < shown.hi
    assert math.isfinite(measured([1e4], "×", log=True).center)


def test_a_row_has_speedup_cores_and_what_follows_from_them(tables):
    """Efficiency is the speedup per worker, the serial fraction that of Karp and Flatt."""
    row = cases.find(cases.rows(tables), THREADS)
    assert row.speedup.center == pytest.approx(1.5, rel=0.02) and row.speedup.n == 6
    assert row.efficiency == pytest.approx(row.speedup.center / 2)
    assert row.serial_fraction == pytest.approx(2 / row.speedup.center - 1)
    assert row.cores_used.center == pytest.approx(1.5, rel=0.02)
    assert row.pairs == 12


def test_a_case_is_found_by_its_pairing_with_serial_code(tables):
    """A case that was not measured, or against something else only, is not."""
    rows = cases.rows(tables)
    assert cases.find(rows, THREADS).against_serial
    assert cases.find(rows, Case("3.13.0", "fnv1a", "thread", 64)) is None
    over_processes = cases.CaseRow(
        Comparison(THREADS, Case("3.13.0", "fnv1a", "process", 2), 8), rows[0].launches
    )
    assert cases.find([over_processes], THREADS) is None


def test_rows_are_those_with_a_complete_pair_in_the_order_of_the_plan():
    """An item that failed, or that nobody reached, has none."""
    world = World(launches=2, claims=CLAIMS, failures={"fnv1a-process-w2": "it died"})
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    measured_items = [row.comparison.id for row in cases.rows(build(run, world.records()))]
    planned = [planned.item.id for planned in world.plan()]
    assert measured_items == [id for id in planned if id in measured_items]
    assert measured_items and "fnv1a-process-w2@3.13.0" not in measured_items


def test_ceilings_are_given_by_number_of_workers():
    """Over all rows of as many workers in which the control ran, and none where it did not."""
    rows = cases.rows(World(launches=3, ceiling=1.8).tables())
    ceilings = cases.ceilings(rows)
    assert ceilings and all(ceiling.center == pytest.approx(1.8) for ceiling in ceilings.values())
    of_two = [row for row in rows if row.case.workers == 2 and row.ceiling]
    assert ceilings[2].n == sum(row.ceiling.n for row in of_two) > 3
    assert cases.ceilings(row for row in rows if not row.comparison.ceiling) == {}


def test_intervals_of_cases_that_claims_may_stop_are_those_of_the_ledger(tables):
    """They allow for the analyses at which the launches may have stopped; those of a fixed sample need not."""
    fixed, stopped = (measured([0.0, 0.1, 0.3, 0.2], "×", analyses=count) for count in (1, 6))
    assert stopped.lo < fixed.lo < fixed.hi < stopped.hi
    row = cases.find(cases.rows(tables), THREADS)
    estimate = speedup(row.comparison).estimate(tables)
    assert row.speedup.span == pytest.approx((estimate.lo, estimate.hi))
