"""How a target describes itself: read from what earlier versions wrote, and written back unchanged."""

import json
import re
from typing import Any

import msgspec
import pytest
from tests import synthetic

from gilbench.model import Target, UnknownName, UserFunction, target_with_id, user_functions_of

TARGET = synthetic.make_target()
FUNCTION = UserFunction("work.py", "/work.py", "0a", "", "", "/", cpu_share=0.9, asynchronous=False)


def as_json(target: Target = TARGET) -> dict[str, Any]:
    """The target as it stands in ``run.json``."""
    decoded: dict[str, Any] = json.loads(msgspec.json.encode(target))
    return decoded


def read(written: dict[str, Any]) -> Target:
    """A target of ``run.json``."""
    return msgspec.json.decode(json.dumps(written), type=Target)


def test_a_target_comes_back_as_it_was_written():
    """Writing and reading lose nothing."""
    assert read(as_json()) == TARGET


def test_the_workloads_of_gilbench_have_no_keys_of_the_user():
    """``own`` and ``task_s`` are written for the user's functions only, as they always were."""
    workloads = (
        *TARGET.description.workloads[:1],
        msgspec.structs.replace(TARGET.workload("fnv1a"), name="work", task_s=0.25, own=FUNCTION),
    )
    description = msgspec.structs.replace(TARGET.description, workloads=workloads)
    target = msgspec.structs.replace(TARGET, description=description)
    plain, users = as_json(target)["description"]["workloads"]
    assert not {"own", "task_s"} & set(plain)
    assert users["task_s"] == 0.25 and users["own"]["file"] == "/work.py"
    assert [workload.name for workload in read(as_json(target)).user_workloads] == ["work"]


def test_unknown_keys_are_skipped():
    """A description that another version of gilbench wrote more into can be read."""
    written = as_json()
    written["description"]["new"] = 1
    for kind in ("workloads", "strategies", "probes", "channels"):
        written["description"][kind][0]["new"] = {"deep": 1}
    assert read(written) == TARGET


def test_keys_that_the_first_version_did_not_write_are_optional():
    """A run of before there were probes, channels and a JIT can be read."""
    written = as_json()
    for key in ("jit_build", "jit_enabled", "switches_anywhere", "probes", "channels"):
        del written["description"][key]
    for strategy in written["description"]["strategies"]:
        del strategy["kinds"]
    description = read(written).description
    assert not description.jit_build and description.probes == ()
    assert description.strategies[0].kinds == ("cpu", "io")


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("workloads", "kind", "gpu"),
        ("strategies", "workers_in", "fibres"),
        ("probes", "limit_s", None),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_place(kind, key, value):
    """What is one of few values is checked as it is read."""
    written = as_json()
    written["description"][kind][0][key] = value
    with pytest.raises(msgspec.ValidationError, match=re.escape(f"{kind}[0].{key}")):
        read(written)


@pytest.mark.parametrize("look_up", [TARGET.workload, TARGET.strategy, TARGET.probe])
def test_a_name_that_a_target_does_not_have(look_up):
    """The error names it."""
    with pytest.raises(UnknownName, match="nothing-of-this-name"):
        look_up("nothing-of-this-name")


def test_a_target_of_a_run_is_found_by_its_id():
    """And by nothing that is like it."""
    other = msgspec.structs.replace(TARGET, id=f"{TARGET.id}t")
    assert target_with_id((TARGET, other), other.id) is other
    with pytest.raises(UnknownName):
        target_with_id((TARGET,), other.id)


def test_functions_of_the_user_are_known_once_whatever_the_targets():
    """By the names of their workloads, which follow those of gilbench."""
    workload = msgspec.structs.replace(TARGET.description.workloads[0], name="work", own=FUNCTION)
    admitted = TARGET.with_workloads([workload])
    assert admitted.description.workloads == (*TARGET.description.workloads, workload)
    assert user_functions_of((admitted, admitted, TARGET)) == {"work": FUNCTION}
