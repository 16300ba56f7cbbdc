"""Launches and servers that are killed in the middle of a run: measured again once, and the journal is whole."""

import os
import signal
import socket
import sys

import pytest

from gilbench.measure.launches import Died, Launch
from gilbench.measure.sentinel import Sentinel
from gilbench.measure.services import Services
from gilbench.measure.session import Session
from gilbench.results import folder as layout
from gilbench.results.interrupted import read_intact
from gilbench.results.journal import Journal
from gilbench.run.launch_queue import LaunchQueue
from gilbench.run.recorder import Recorder
from tests import synthetic
from tests.fakes import Script
from tests.run.test_launch_queue import FIRST, TARGET, InTurn, dying


@pytest.mark.parametrize("deaths", [1, 2])
def test_the_journal_has_every_pair_once(tmp_path, monkeypatch, deaths):
    """The file is as the records are: a launch that died is in it by its death alone."""
    with Session(seed=3) as session:
        script: Script = dying(deaths)
        session.targets[TARGET.id] = TARGET
        monkeypatch.setattr(
            session,
            "open_launch",
            lambda target, *_: script.launch(target.executable, session.target_bundle),
        )
        recorder = Recorder(
            synthetic.make_run((FIRST,), targets=(TARGET,)), (), Journal(tmp_path), session.clock_s
        )
        session.listeners.append(recorder.add)
        LaunchQueue(session, recorder, InTurn(recorder)).measure(FIRST)
        assert layout.read_records(tmp_path) == recorder.records
        assert len(recorder.tables().rounds) == sum(
            type(record).__name__ == "Round" for record in recorder.records
        )
        assert read_intact(tmp_path, (FIRST,)).dropped == 0
        recorder.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_server_that_died_is_reported_and_another_one_started(target_bundle, number):
    """Its death is a server's, not a launch's, and the next address answers."""
    services = Services(target_bundle)
    try:
        services.access("tcp", 0.0)
        ((child, _),) = services._running.values()
        os.kill(child.pid, number)
        child._process.wait()
        assert services.lost() == f"the tcp server died (signal {number.name})"
        assert services.lost() is None
        access = services.access("tcp", 0.0)
        with socket.create_connection(access["address"], 120.0) as connection:
            connection.sendall(access["token"].encode() + (1).to_bytes(8, "big"))
            assert int.from_bytes(connection.recv(8), "big") == 2
    finally:
        services.close()


def test_a_server_that_dies_at_start_is_reported_as_one(bundle_with):
    """Not as a launch that died."""
    services = Services(bundle_with({"services/tcp.py": "raise SystemExit('no sockets here')\n"}))
    with pytest.raises(Died, match=r"^the tcp server died \(exit code 1\): no sockets here$"):
        services.access("tcp", 0.0)


def test_a_sentinel_that_dies_is_opened_again(target_bundle):
    """The sample is lost, and the next one is taken."""
    target = synthetic.make_target(sizes={"fnv1a": 4096})
    target = type(target)(target.id, sys.executable, target.description, target.sizes)
    sentinel = Sentinel(target, target_bundle)
    try:
        launch: Launch = sentinel._launch
        os.kill(launch.pid, signal.SIGKILL)
        with pytest.raises(Died, match="host's speed: the launch died"):
            sentinel.sample()
        assert sentinel.sample().loop_ns > 0
    finally:
        sentinel.close()
