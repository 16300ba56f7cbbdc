"""The coordinator with hosts that are acted: what is lost is asked again, and nothing twice."""

import errno
import os
import shutil
import threading
from pathlib import Path

import msgspec
import pytest
from tests.fleet.acted_hosts import FACTS, PLAN, ActedHosts, Messages
from tests.fleet.clocks import Clock
from tests.fleet.conftest import write_run

from gilbench.fleet import copies
from gilbench.fleet.attendance import Attendance
from gilbench.fleet.cluster import Worker
from gilbench.fleet.conversation import Terms
from gilbench.fleet.coordinator import Coordinator
from gilbench.fleet.link import SchedulerLost
from gilbench.fleet.messages import Ending, HostOrder
from gilbench.model import InputError
from gilbench.model.fleets import Fleet, HostStatus
from gilbench.results import fleet_folder
from gilbench.results.verification import Integrity, verify
from gilbench.run.compose import Request

NEW = Fleet("fleet", "2026-11-28T00:00:00+00:00", None, (), "0.1.0", "code", at_once=True)


def measured(
    tmp_path: Path, stage: ActedHosts, fleet: Fleet = NEW, **changes
) -> tuple[Coordinator, list[str]]:
    stage.messages = Messages()
    folder = tmp_path / "fleet"
    (folder / "hosts").mkdir(parents=True, exist_ok=True)
    terms = Terms(Request(), at_once=True, expected=len(stage.runs), patience_s=300.0, orphan_s=1.0)
    told: list[str] = []
    coordinator = Coordinator(
        folder, fleet, msgspec_replace(terms, changes), stage, told.append, lambda hosts: None
    )
    coordinator.measure()
    return coordinator, told


def msgspec_replace(terms: Terms, changes: dict) -> Terms:
    from dataclasses import replace

    return replace(terms, **changes)


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    """Nothing here depends on how long this machine takes."""
    made = Clock()
    for module in ("conversation", "coordinator"):
        monkeypatch.setattr(f"gilbench.fleet.{module}.time", made)
    return made


@pytest.fixture
def runs(tmp_path) -> dict[str, Path]:
    return {name: write_run(tmp_path / "disks" / name) for name in ("alpha", "beta")}


def statuses(coordinator: Coordinator) -> dict[str, HostStatus]:
    return {host.name: host.status for host in coordinator.fleet.hosts}


def test_every_host_is_copied_and_whole(tmp_path, runs):
    """And ``fleet.json`` says so, once it is read again."""
    coordinator, _ = measured(tmp_path, ActedHosts(runs))
    assert set(statuses(coordinator).values()) == {HostStatus.COMPLETE}
    read = fleet_folder.read_fleet(tmp_path / "fleet")
    for name, path in fleet_folder.measured_hosts(tmp_path / "fleet", read).items():
        assert verify(path).outcome == Integrity.WHOLE
        assert (path / "rounds.jsonl").read_bytes() == (runs[name] / "rounds.jsonl").read_bytes()


def test_lines_that_were_lost_are_asked_for_again(tmp_path, runs):
    """From where the copy stands, not from the beginning."""
    stage = ActedHosts(runs, breaks={"beta": 2})
    coordinator, _ = measured(tmp_path, stage)
    assert statuses(coordinator)["beta"] == HostStatus.COMPLETE
    have = [order.have["rounds.jsonl"] for order in stage.orders if order.host == "beta"]
    assert have[0] == 0 < have[1] < have[2]


def test_a_host_whose_lines_never_arrive_fails(tmp_path, runs):
    """With the reason; the other one is complete."""
    stage = ActedHosts(runs)
    stage.silent.add("beta")
    coordinator, _ = measured(tmp_path, stage)
    assert statuses(coordinator) == {"alpha": HostStatus.COMPLETE, "beta": HostStatus.FAILED}


def test_resuming_completes_a_fleet_that_lost_a_worker(tmp_path, runs):
    """From what had arrived; the host that is complete is asked for nothing."""
    stage = ActedHosts(runs, breaks={"beta": 1})
    stage.dies.add("beta")
    coordinator, _ = measured(tmp_path, stage, patience_s=0.2)
    assert statuses(coordinator) == {"alpha": HostStatus.COMPLETE, "beta": HostStatus.LOST}
    (gap,) = coordinator.fleet.hosts[1].gaps
    assert (gap.ended_utc, gap.reason) == (None, "its worker has gone")
    copy = fleet_folder.host_folder(tmp_path / "fleet", "beta") / "rounds.jsonl"
    kept = copy.read_bytes()
    assert b'"round"' in kept
    again = ActedHosts(runs)
    resumed, _ = measured(tmp_path, again, fleet_folder.read_fleet(tmp_path / "fleet"))
    assert set(statuses(resumed).values()) == {HostStatus.COMPLETE}
    ((host, have),) = [(order.host, order.have["rounds.jsonl"]) for order in again.orders]
    assert (host, have) == ("beta", len(kept))
    assert copy.read_bytes() == (runs["beta"] / "rounds.jsonl").read_bytes()
    assert resumed.fleet.hosts[1].gaps[0].ended_utc is not None


def test_a_lost_host_keeps_its_reason(tmp_path, runs, monkeypatch):
    """Where the scheduler goes later."""
    stage, looks = ActedHosts(runs, breaks={"beta": 1}), []
    stage.dies.add("beta")
    workers = stage.workers

    def workers_until_an_outage() -> list[Worker]:
        looks.append(bool(stage.gone))
        if sum(looks) == 2:
            raise SchedulerLost
        return workers()

    monkeypatch.setattr(stage, "workers", workers_until_an_outage)
    for module in ("conversation", "coordinator"):
        monkeypatch.setattr(f"gilbench.fleet.{module}.INTERVAL_S", 0.01)
    coordinator, _ = measured(tmp_path, stage, patience_s=1.0)
    assert coordinator.fleet.hosts[1].reason == "its worker has gone"


def test_a_worker_without_the_resource_is_left_out(tmp_path, runs, monkeypatch):
    """What it is asked would wait for ever; the line says how to start it."""
    stage = ActedHosts(runs)
    present = stage.workers()
    present.append(Worker("tcp://10.0.0.9:1", "", "10.0.0.9", {}))
    monkeypatch.setattr(stage, "workers", lambda: present)
    coordinator, told = measured(tmp_path, stage)
    assert set(statuses(coordinator).values()) == {HostStatus.COMPLETE}
    assert "tcp://10.0.0.9:1 is left out: start it with --resources gilbench=1" in told


def test_an_outage_of_the_scheduler_is_noted(tmp_path, runs):
    """With its beginning and its end."""
    stage = ActedHosts(runs)
    stage.outages = 1
    coordinator, told = measured(tmp_path, stage)
    assert set(statuses(coordinator).values()) == {HostStatus.COMPLETE}
    assert coordinator.fleet.gaps[0].ended_utc is not None
    assert "the scheduler is back" in told


def test_another_gilbench_is_refused_before_it_measures(tmp_path, runs):
    """One line with the host and what differs."""
    stage = ActedHosts(runs)
    stage.facts["beta"] = msgspec.structs.replace(FACTS, gilbench="9.9.9")
    coordinator, told = measured(tmp_path, stage)
    assert statuses(coordinator)["beta"] == HostStatus.REFUSED
    assert any(line.startswith("beta: refused: gilbench is 9.9.9 there") for line in told)
    assert all(order.host != "beta" for order in stage.orders)


def test_a_worker_that_could_not_be_reached_is_asked_again(tmp_path, runs, monkeypatch):
    """And measures."""
    monkeypatch.setattr("gilbench.fleet.coordinator.INTERVAL_S", 0.01)
    stage = ActedHosts(runs)
    stage.out_of_reach.add("beta")
    coordinator, told = measured(tmp_path, stage)
    assert set(statuses(coordinator).values()) == {HostStatus.COMPLETE}
    assert not any("left out" in line for line in told)


def test_what_a_host_says_of_itself_without_end_is_cut(tmp_path, runs):
    """Thousands of interpreters or functions are no reason to give the fleet up."""
    stage = ActedHosts(runs)
    many = tuple(f"CPython 3.14.{number}" for number in range(2000))
    stage.plans["beta"] = msgspec.structs.replace(PLAN, targets=many, digest="other")
    coordinator, _ = measured(tmp_path, stage)
    assert statuses(coordinator)["beta"] == HostStatus.COMPLETE
    assert len(coordinator.fleet.hosts[1].notes[0]) < 1000
    stage.plans["beta"] = msgspec.structs.replace(PLAN, functions=many)
    coordinator, _ = measured(tmp_path / "again", stage)
    assert statuses(coordinator)["beta"] == HostStatus.REFUSED
    assert "copy the same files" not in coordinator.fleet.hosts[1].reason


def test_a_full_disk_here_ends_the_fleet_and_blames_no_host(tmp_path, runs, monkeypatch):
    """In one line; it can be resumed, once there is room."""
    stage, folder = ActedHosts(runs), tmp_path / "fleet"
    opened = copies.open_to_append

    def full(path: Path):
        if path.exists() and "beta" in path.parts:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path)

    with monkeypatch.context() as patch:
        patch.setattr(copies, "open_to_append", full)
        with pytest.raises(fleet_folder.Unwritable, match=r"No space left on device.*; make room"):
            measured(tmp_path, stage)
    assert HostStatus.FAILED not in {host.status for host in fleet_folder.read_fleet(folder).hosts}
    coordinator, _ = measured(tmp_path, ActedHosts(runs), fleet_folder.read_fleet(folder))
    assert set(statuses(coordinator).values()) == {HostStatus.COMPLETE}


def test_an_attempt_is_saved_before_it_can_be_lost(tmp_path, runs, clock, monkeypatch):
    """A coordinator that is killed then continues with a later number, for which the first ends."""
    saved, wait = [], clock.sleep

    def look(seconds: float) -> None:
        wait(seconds)
        hosts = fleet_folder.read_fleet(tmp_path / "fleet").hosts
        saved.append({host.name: host.attempts for host in hosts})

    monkeypatch.setattr(clock, "sleep", look)
    measured(tmp_path, ActedHosts(runs))
    begun = [attempts for attempts in saved if any(attempts.values())]
    assert begun[0] == {"alpha": 1, "beta": 1}


def test_a_host_whose_folder_was_deleted_is_copied_again(tmp_path, runs):
    """Whole, when the fleet is resumed; the other one is asked for nothing."""
    measured(tmp_path, ActedHosts(runs))
    folder = tmp_path / "fleet"
    shutil.rmtree(fleet_folder.host_folder(folder, "beta"))
    stage = ActedHosts(runs)
    resumed, _ = measured(tmp_path, stage, fleet_folder.read_fleet(folder))
    assert set(statuses(resumed).values()) == {HostStatus.COMPLETE}
    assert [order.host for order in stage.orders] == ["beta"]
    assert verify(fleet_folder.host_folder(folder, "beta")).outcome == Integrity.WHOLE


def test_without_workers_the_error_says_how_to_start_one(tmp_path):
    """After the patience, which is short here."""
    with pytest.raises(InputError, match="gilbench fleet worker"):
        measured(tmp_path, ActedHosts({}), expected=1, patience_s=0.2)


def test_an_attempt_that_was_superseded_ends(tmp_path, monkeypatch):
    """On the host itself: a later attempt takes the run over."""
    monkeypatch.setenv("GILBENCH_FLEET_DIR", str(tmp_path / "stations"))
    orders = [
        HostOrder("f", "alpha", ("--nonsense",), (), attempt, {}, "", "", True, 0.1, 60.0)
        for attempt in (1, 2)
    ]
    first, second = (Attendance(order, lambda text: None, lambda: False) for order in orders)
    endings: list[Ending] = []
    follower = threading.Thread(target=lambda: endings.append(first.follow()))
    follower.start()
    follower.join(600)
    assert endings[0].outcome == "superseded"
    assert second.follow().code == 2
