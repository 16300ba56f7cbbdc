"""How long a round may take: as long as earlier ones suggest."""

from tests.fakes import Script
from tests.measure.conftest import plan_of

from gilbench.measure import pairs


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
