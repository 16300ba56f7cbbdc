"""The control that voids: serial code that differs from itself."""

from tests.synthetic import EFFORT, World

from gilbench.claims import aa_controls
from gilbench.claims.judging import judge_claims
from gilbench.claims.margins import ALPHA
from gilbench.model import Outcome, PlannedItem
from gilbench.plan.comparisons import compare
from gilbench.results.tables import Tables, build


def tables_with_controls(truth: float, claim: str = "B3") -> Tables:
    """A world's tables of one claim, with serial code paired with itself, which really comes to ``truth``."""
    world = World(claims=frozenset({claim}))
    own = world.tables().run.plan
    control = compare(world.target, "sha256-small", "serial", 1)
    world.speedups = {control.label: truth}
    run = world.tables().run
    planned = PlannedItem(control, EFFORT)
    records = [*world.records(), *world._records_of(planned)]
    return build(
        type(run)(
            **{name: getattr(run, name) for name in run.__struct_fields__}
            | {"plan": (*own, planned)}
        ),
        records,
    )


def verdict(tables: Tables, claim: str = "B3"):
    return next(one for one in judge_claims(tables) if one.id == claim)


def test_a_control_that_is_off_voids_what_rests_on_its_workload():
    """If identical halves differ by a fifth, no difference that was measured means anything."""
    found = verdict(tables_with_controls(1.2))
    assert found.verdict == Outcome.VOID
    assert "serial sha256-small over itself 1.20×" in found.reason and "should be 1" in found.reason


def test_a_control_that_is_slower_voids_as_well():
    """The other direction counts too."""
    assert verdict(tables_with_controls(1 / 1.2)).verdict == Outcome.VOID


def test_a_sound_control_changes_nothing():
    """Serial code that comes to one leaves the verdict to the evidence."""
    assert verdict(tables_with_controls(1.0)).verdict == Outcome.PROVED
    assert aa_controls.broken_controls(tables_with_controls(1.0), ALPHA) == {}


def test_what_is_within_the_margin_voids_nothing():
    """A few per cent are less than any claim asks about."""
    assert verdict(tables_with_controls(1.03)).verdict == Outcome.PROVED


def test_a_control_that_was_not_measured_voids_nothing():
    """An interrupted run may lack it; the claim's own evidence still stands."""
    assert verdict(World(claims=frozenset({"B3"})).tables()).verdict == Outcome.PROVED


def test_either_target_of_a_pair_has_its_control():
    """Pairs across two targets rest on what either of them times."""
    world = World(claims=frozenset({"B24"}), gil=False, beside=True)
    items = [planned.item for planned in world.tables().run.plan]
    controls = aa_controls.controls_of(items, world.targets)
    assert len({control.case.target for control in controls}) == 2
    assert len({control.case.workload for control in controls}) == len(controls) / 2


def test_other_workloads_are_not_touched():
    """A control speaks for its own workload."""
    tables = tables_with_controls(1.2, claim="A20")
    assert verdict(tables, "A20").verdict == Outcome.PROVED
