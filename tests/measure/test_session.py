"""What a run holds open: parameters of workloads, listeners, and leaving nothing behind."""

import pytest
from tests import synthetic

from gilbench.measure.launches import MeasurementError
from gilbench.measure.session import Session
from gilbench.model import Case, ItemEnd, Stop

SERIAL = {
    name: Case("3.13.0", name, "serial", 1) for name in ("fnv1a", "sha256-large", "http", "socket")
}


def test_params_are_defaults_and_the_calibrated_size(session):
    """A CPU workload gets the size that its target was calibrated to; one without keeps its default."""
    assert session.params(SERIAL["fnv1a"], "3.13.0")["size"] == 4096
    default = session.targets["3.13.0"].workload("sha256-large").defaults
    assert session.params(SERIAL["sha256-large"], "3.13.0") == default


def test_params_do_not_leak_into_the_description(session):
    """Changing what a round was given does not change what the next one is given."""
    session.params(SERIAL["fnv1a"], "3.13.0")["size"] = 1
    assert session.params(SERIAL["fnv1a"], "3.13.0")["size"] == 4096


def test_a_workload_with_a_server_gets_its_address(session, monkeypatch):
    """The server is asked for by name and with the workload's own delay."""
    asked = []
    monkeypatch.setattr(
        session.services,
        "access",
        lambda name, delay_s: (
            asked.append((name, delay_s)) or {"address": ["here", 1], "token": "t"}
        ),
    )
    params = session.params(SERIAL["http"], "3.13.0")
    assert (params["address"], params["token"]) == (["here", 1], "t")
    assert asked == [("http", params["delay_s"])]


def test_an_unsized_workload_fails_its_rounds_with_the_reason(session):
    """A workload whose tasks could not be sized is not measured at some other size."""
    session.unsized["3.13.0", "fnv1a"] = "its tasks could not be sized: no"
    with pytest.raises(MeasurementError, match="its tasks could not be sized: no"):
        session.params(SERIAL["fnv1a"], "3.13.0")


def test_every_listener_hears_every_record(session):
    """The journal and whoever watches get the same records in the same order."""
    heard = [[], []]
    session.listeners.extend(each.append for each in heard)
    for launches in (1, 2):
        session.emit(ItemEnd("x", launches, Stop.TIME))
    assert heard[0] == heard[1] == [ItemEnd("x", 1, Stop.TIME), ItemEnd("x", 2, Stop.TIME)]


def test_the_clock_begins_at_the_start_and_runs_on():
    """Times of a run count from its beginning and never go back."""
    with Session(seed=0) as session:
        first = session.clock_s()
        assert 0 <= first <= session.clock_s()


def test_closing_a_session_leaves_nothing_behind():
    """The target bundle goes, and the servers end."""
    with Session(seed=0) as session:
        session.targets["3.13.0"] = synthetic.make_target()
        session.params(SERIAL["socket"], "3.13.0")
        target_bundle = session.target_bundle
        (server, _), *_ = session.services._running.values()
        assert target_bundle.is_dir()
    assert not target_bundle.exists()
    assert server._process.poll() is not None
