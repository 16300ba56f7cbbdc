"""What must be the same on every host, and what may differ, is said in one line each."""

from msgspec.structs import replace

from gilbench.fleet.differences import what_differs, why_plan_refused, why_refused
from gilbench.model.fleets import HostFacts, PlanFacts

FACTS = HostFacts("vm", "machine", "0.1.0", "2026.8.0", "CPython 3.11.7", "c0de")
PLAN = PlanFacts("d1", 40, ("CPython 3.11.7",), (), 2)


def test_another_gilbench_or_code_is_refused():
    """The line says both, and the remedy."""
    assert why_refused(FACTS, "0.1.0", "c0de") == ""
    line = why_refused(FACTS, "0.2.0", "c0de")
    assert "gilbench is 0.1.0 there and 0.2.0 here" in line
    assert "pip install" in line
    assert "the code that launches run is c0de" in why_refused(FACTS, "0.1.0", "beef")


def test_another_plan_is_refused_only_where_nothing_explains_it():
    """Another interpreter or another number of cores does."""
    assert why_plan_refused(PLAN, PLAN) == ""
    assert "digest d2" in why_plan_refused(replace(PLAN, digest="d2"), PLAN)
    assert why_plan_refused(replace(PLAN, digest="d2", usable_cores=8), PLAN) == ""
    assert why_plan_refused(replace(PLAN, digest="d2", targets=("CPython 3.14.0",)), PLAN) == ""
    assert "copy the same files" in why_plan_refused(replace(PLAN, functions=("f (1)",)), PLAN)


def test_what_may_differ_is_a_line_each():
    """With both values and the name of the first host."""
    other = replace(PLAN, digest="d2", targets=("CPython 3.14.0",), usable_cores=8)
    notes = what_differs(FACTS, other, FACTS, PLAN, "alpha")
    assert notes == (
        "its interpreters are CPython 3.14.0, on alpha CPython 3.11.7",
        "its usable cores are 8, on alpha 2",
    )
