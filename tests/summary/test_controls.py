"""The controls of a run, and the warnings that follow from its journal."""

import msgspec
import pytest
from tests.summary.worlds import OneWorkload
from tests.synthetic import World, make_run

from gilbench.results import tables
from gilbench.summary import cases
from gilbench.summary.cases import Measured
from gilbench.summary.controls import SelfCheck, run_warnings, self_checks

CLAIMS = frozenset({"A16"})


def checks_of(**truth):
    world = OneWorkload(launches=6, **truth)
    return {check.name: check for check in self_checks(cases.rows(world.tables()))}


@pytest.mark.parametrize(("speedup", "passed"), [(1.0, True), (1.2, False)])
def test_serial_code_against_itself_must_give_1(speedup, passed):
    """The control fails where its interval excludes 1."""
    found = checks_of(speedups={"fnv1a-serial-w1": speedup}, noise=0.01)
    serial = [check for name, check in found.items() if "serial code against itself" in name]
    assert serial
    assert [check.passed for check in serial if check.name.startswith("fnv1a")] == [passed]


def test_a_control_that_failed_reads_as_one():
    """Its interval has digits enough to lie outside of 1; one that passed has the usual two."""
    narrow = Measured(0.9961, 0.9932, 0.9986, "×", 12)
    assert SelfCheck("", narrow, "1", False).result == "0.996× [0.993, 0.999]"
    assert SelfCheck("", narrow, "1", True).result == "1.00× [0.99, 1.00]"


def test_a_ceiling_neither_passes_nor_fails():
    """It says what the host could give, at each number of workers."""
    found = checks_of()
    ceilings = [check for name, check in found.items() if name.startswith("ceiling on 3.13.0")]
    assert ceilings
    assert {check.passed for check in ceilings} == {None}


def test_what_was_not_measured_to_its_end_is_a_warning_with_the_remedy():
    """It counts the items and names the command that finishes the run."""
    world = World(launches=3, claims=CLAIMS)
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    warnings = run_warnings(tables.build(run, world.records()[:20]))
    (unfinished,) = [each for each in warnings if "not measured to their end" in each.message]
    assert unfinished.remedy == f"finish the run: gilbench run --resume {run.id}"


def test_a_gil_that_was_switched_is_a_warning():
    """One round in which the GIL changed is enough, and its item is named."""
    world = World(launches=3, claims=CLAIMS)
    records = world.records()
    place, changed = next(
        (number, record)
        for number, record in enumerate(records)
        if getattr(record, "role", "") == "case"
    )
    records[place] = msgspec.structs.replace(changed, gil_after=False)
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    (warning,) = run_warnings(tables.build(run, records))
    assert "the GIL was switched on or off in 1 round" in warning.message
    assert changed.item in warning.message


def test_an_undisturbed_run_has_no_warning():
    """Nothing is said where nothing happened."""
    assert run_warnings(World(launches=3, claims=CLAIMS).tables()) == []
