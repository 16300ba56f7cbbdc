"""A run put together: what it is narrowed to, what it has besides, and what is refused before anything is measured."""

import pytest
from msgspec.structs import replace
from tests import synthetic
from tests.synthetic import SilentSession

from gilbench.model import Comparison, Experiment, InputError
from gilbench.plan.matrix import Filters
from gilbench.run import compose as composing
from gilbench.run.compose import Request, compose

HOST = synthetic.make_host(2)
OLD, NEW = synthetic.make_target(version="3.12.0"), synthetic.make_target()
FREE = synthetic.make_target(gil=False)


@pytest.fixture
def plan_for(monkeypatch):
    """Compose a run on targets that are asked nothing."""

    def plan(profile="standard", targets=(NEW,), host=HOST, **filters):
        monkeypatch.setattr(composing.loading, "load_targets", lambda specs, bundle: (targets, ()))
        narrowed = Filters(**{name: tuple(wanted) for name, wanted in filters.items()})
        return compose(Request(profile, filters=narrowed), SilentSession(), host)

    return plan


def comparisons(plan):
    return [planned.item for planned in plan.items if isinstance(planned.item, Comparison)]


def test_a_run_has_each_item_once(plan_for):
    """What the matrix and several claims need is measured once, and knows the claims that need it."""
    plan = plan_for()
    ids = [planned.item.id for planned in plan.items]
    assert len(set(ids)) == len(ids)
    threads = next(planned for planned in plan.items if planned.item.label == "fnv1a-thread-w2")
    assert "A16" in threads.claims
    assert plan.claims == ()


def test_the_same_request_gives_the_same_run(plan_for):
    """A resumed run finds its plan again."""
    assert plan_for() == plan_for()


def test_a_run_narrowed_to_a_claim_has_its_items_and_their_control(plan_for):
    """Serial code with itself, of the workload that the claim is about; nothing that only the report shows."""
    plan = plan_for(claims=["A16"])
    assert plan.claims == ("A16",)
    assert all(
        "A16" in planned.claims or planned.item.case == planned.item.reference
        for planned in plan.items
    )
    controls = [item for item in comparisons(plan) if item.case == item.reference]
    assert [control.label for control in controls] == ["fnv1a-serial-w1"]


@pytest.mark.parametrize("narrowed", [{"claims": ["B4"]}, {"profile": "standard"}])
def test_every_workload_that_a_claim_times_has_its_control(plan_for, narrowed):
    """Those that no survey measures too: without a control nothing could void the claim."""
    plan = plan_for(**narrowed)
    controls = {item.case for item in comparisons(plan) if item.case == item.reference}
    timed = {
        (case.target, case.workload)
        for planned in plan.items
        if planned.claims and isinstance(planned.item, Comparison)
        for case in (planned.item.case, planned.item.reference)
    }
    assert {(case.target, case.workload) for case in controls} >= timed
    assert {workload for _, workload in timed} >= {"crc32-large", "crc32-small"}


def test_a_run_narrowed_to_a_workload_has_no_other(plan_for):
    """Neither of the matrix nor of the claims, and no experiment."""
    plan = plan_for(workloads=["sleep"], strategies=["thread"])
    assert plan.items and not any(isinstance(planned.item, Experiment) for planned in plan.items)
    assert {(item.case.workload, item.case.strategy) for item in comparisons(plan)} <= {
        ("sleep", "thread"),
        ("sleep", "serial"),
    }


def test_targets_are_compared_with_the_first_and_with_themselves_under_the_gil(plan_for):
    """Rounds of the free-threaded build are interleaved with both; the pair that is both stands once."""

    def across(*targets):
        pairs = {
            (item.case.target, item.reference.target)
            for item in comparisons(plan_for(targets=targets))
        }
        return sorted((case, reference) for case, reference in pairs if case != reference)

    assert across(NEW) == []
    assert across(NEW, FREE) == [("3.13.0t", "3.13.0")]
    assert across(OLD, NEW, FREE) == [
        ("3.13.0", "3.12.0"),
        ("3.13.0t", "3.12.0"),
        ("3.13.0t", "3.13.0"),
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"profile": "qiuck"}, "did you mean 'quick'?"),
        ({"claims": ["Z9"]}, "unknown claim 'Z9'"),
        (
            {"claims": ["A16"], "workloads": ["sleep"]},
            "nothing is left to measure; give fewer of --workload",
        ),
        ({"claims": ["B17"]}, "B17 does not apply here: "),
    ],
    ids=["profile", "claim", "nothing left", "not here"],
)
def test_what_cannot_be_measured_is_refused(plan_for, asked, words):
    """In one line, which says why nothing is left or what there is."""
    with pytest.raises(InputError) as refused:
        plan_for(**asked)
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_a_user_function_has_the_effort_of_a_claim_in_a_fixed_number_of_launches(plan_for):
    """No claim needs it: nothing would stop early, and the survey's launches would decide little."""
    name = "sha256-large"
    workloads = [
        replace(entry, own=synthetic.USER_FUNCTION) if entry.name == name else entry
        for entry in NEW.description.workloads
    ]
    description = replace(NEW.description, workloads=tuple(workloads))
    of_user = _of_processes(plan_for(targets=(replace(NEW, description=description),)), name)
    registered = _of_processes(plan_for(), name)
    assert registered.claims == of_user.claims == ()
    assert len(of_user.effort.looks) == len(registered.effort.looks) == 1
    assert of_user.effort.looks[0] > registered.effort.looks[0]


def _of_processes(plan, workload):
    """A workload's comparison of two processes with serial code."""
    label = f"{workload}-process-w2"
    return next(planned for planned in plan.items if planned.item.label == label)


@pytest.mark.parametrize("label", ["fnv1a-process-w4", "sleep-thread-w2"])
def test_an_item_of_more_tasks_is_expected_to_take_longer(plan_for, label):
    """Whether it computes or waits."""
    plan = plan_for()
    planned = next(planned for planned in plan.items if planned.item.label == label)
    longer = replace(planned, item=replace(planned.item, tasks=10 * planned.item.tasks))
    assert plan.expected_s(longer) > plan.expected_s(planned) > 0
