"""What is measured of a user's call of seconds or minutes, and what is said of that beforehand."""

from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from tests import synthetic
from tests.synthetic import SilentSession

from gilbench.plan.matrix import Filters
from gilbench.run import compose as composing
from gilbench.run.compose import Request, compose
from gilbench.run.pace import Pace

HOST = synthetic.make_host(2)
NAME = "sha256-large"


def plan_of(monkeypatch, task_s, *, own=synthetic.USER_FUNCTION, **filters):
    """The plan of a standard run of a workload, which is a user's function unless ``own`` is None."""
    target = synthetic.make_target()
    workloads = [
        replace(entry, own=own, task_s=task_s) if entry.name == NAME else entry
        for entry in target.description.workloads
    ]
    description = replace(target.description, workloads=tuple(workloads))
    targets = (replace(target, description=description),)
    monkeypatch.setattr(composing.loading, "load_targets", lambda specs, bundle: (targets, ()))
    narrowed = Filters(workloads=(NAME,), **filters)
    return compose(Request("standard", filters=narrowed), SilentSession(), HOST)


def labels(plan):
    return [planned.item.label for planned in plan.items]


@pytest.mark.parametrize("task_s", [0.0001, 0.02, 0.9])
def test_a_call_below_a_second_has_every_case(monkeypatch, task_s):
    """With fewer pairs the longer it takes, so that a launch takes about as long."""
    plan = plan_of(monkeypatch, task_s)
    assert labels(plan) == labels(plan_of(monkeypatch, None, own=None))
    assert plan.notes == () and plan.budget_s == plan.profile.budget_s
    assert {planned.effort.pairs for planned in plan.items if task_s > 0.1} <= {1, 2}


def test_of_a_call_of_some_seconds_everything_is_measured_that_fits(monkeypatch):
    """In three launches or more, within the time of the profile."""
    plan = plan_of(monkeypatch, 2.0)
    assert f"{NAME}-thread-w2" in labels(plan) and f"{NAME}-process-w2" in labels(plan)
    assert len(plan.items) < len(plan_of(monkeypatch, 0.9).items)
    assert {planned.effort.pairs for planned in plan.items} == {1}
    assert min(planned.effort.most_launches for planned in plan.items) >= 3
    assert plan.long_calls_s <= plan.profile.budget_s
    (note,) = plan.notes
    assert f"a call of {NAME} takes 2 s; measured for about " in note and "--strategy" in note


def test_of_a_call_of_minutes_threads_and_processes_are_measured_whatever_it_takes(monkeypatch):
    """Three launches each, for which the run has its time; it says before how long that is."""
    plan = plan_of(monkeypatch, 90.0)
    assert sorted(labels(plan)) == [f"{NAME}-process-w2", f"{NAME}-thread-w2"]
    assert [planned.effort.looks for planned in plan.items] == [(3,), (3,)]
    seconds = 2 * 3 * (2 * 90 + 2 * 90)
    assert seconds < plan.long_calls_s < 1.1 * seconds and plan.budget_s > plan.long_calls_s
    assert " measured for about 36 min" in plan.notes[0]
    recorder = SimpleNamespace(first_launch_s=10.0)
    assert Pace(plan, recorder, lambda: 10.0).left_s == plan.budget_s


def test_cases_that_are_named_are_measured_however_long_that_takes(monkeypatch):
    """The user was told, and asked for them."""
    plan = plan_of(monkeypatch, 90.0, strategies=("pool",), workers=(2, 4))
    assert labels(plan) == [f"{NAME}-pool-w2", f"{NAME}-pool-w4"]
