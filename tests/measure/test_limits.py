"""How long a round may take: as long as earlier ones suggest."""

import msgspec
from tests import synthetic
from tests.fakes import Script
from tests.measure.conftest import plan_of

from gilbench.measure import pairs
from gilbench.measure.launches import NoAnswer
from gilbench.model import UserFunction


def test_limits_follow_what_rounds_took(drive, monkeypatch):
    """The first round has the most time; the later ones what the slowest took, many times over."""
    limits = []
    script = Script({"serial": 100.0, "thread": 50.0})
    launch = script.launch

    def watched(*args):
        opened = launch(*args)
        ask = opened.ask

        def ask_and_note(op, timeout_s, **arguments):
            if op == "round":
                limits.append(timeout_s)
            return ask(op, timeout_s, **arguments)

        monkeypatch.setattr(opened, "ask", ask_and_note)
        return opened

    monkeypatch.setattr(script, "launch", watched)
    drive(plan_of(), script)
    assert limits[0] == pairs.ROUND_TIMEOUT_S
    assert all(pairs.GRACE_S <= limit < pairs.ROUND_TIMEOUT_S for limit in limits[1:])


def test_a_function_that_hung_in_forks_is_reported_and_not_tried_again(session, drive, monkeypatch):
    """The line names the cause and start-method=spawn; its other items with processes cost no second wait."""
    target = session.targets[synthetic.make_target().id]
    own = UserFunction("own.py:work", None, None, "own", "work", "/", 1.0, asynchronous=False)
    workloads = []
    for workload in target.description.workloads:
        is_mine = workload.name == "fnv1a"
        workloads.append(msgspec.structs.replace(workload, own=own) if is_mine else workload)
    description = msgspec.structs.replace(target.description, workloads=tuple(workloads))
    session.targets[target.id] = msgspec.structs.replace(target, description=description)
    script = Script({"serial": 100.0, "process": 50.0, "pool": 50.0})
    launch, asked = script.launch, []

    def hanging(*args):
        opened = launch(*args)
        ask = opened.ask

        def ask_or_hang(op, timeout_s, **arguments):
            if op == "round" and arguments["strategy"] != "serial":
                asked.append(arguments["strategy"])
                raise NoAnswer("no answer within 15 s; the launch was ended")
            return ask(op, timeout_s, **arguments)

        monkeypatch.setattr(opened, "ask", ask_or_hang)
        return opened

    monkeypatch.setattr(script, "launch", hanging)
    first, second = drive(plan_of("process"), script), drive(plan_of("pool"), script)
    assert "forks of a process with threads" in first.error and pairs.SPAWN in first.error
    assert second.error.startswith("not tried again in processes: ") and pairs.SPAWN in second.error
    assert asked == ["process"]
