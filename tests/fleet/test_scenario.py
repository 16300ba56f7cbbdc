"""Whatever goes in mid-run, no finished round is lost, and what is resumed says what an undisturbed fleet says."""

import json
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.fleet.stage import WAIT_S, Stage
from tools.namespaces import Namespaces, why_none

from gilbench.model.fleets import Fleet, HostStatus
from gilbench.results import fleet_folder
from gilbench.results.verification import Integrity, verify

pytest.importorskip("distributed", reason="the extra fleet is not installed")

HOSTS = ("alpha", "beta", "gamma", "delta")
CLAIMS = ("--profile", "quick", "--claim", "A1", "--claim", "A18", "--claim", "A20")
TERMS = ("--hosts", "4", "--quiet", "--patience", "60")
OPEN = {"INCONCLUSIVE", "VOID"}
CUT_S = 20


@pytest.fixture
def stage(tmp_path: Path):
    """Four hosts: network namespaces where the system allows them, processes on loopback elsewhere."""
    with ExitStack() as stack:
        spaces = None if why_none() else stack.enter_context(Namespaces(HOSTS))
        yield stack.enter_context(Stage(tmp_path, HOSTS, spaces))


def journal(folder: Path, host: str) -> Path:
    return fleet_folder.host_folder(folder, host) / "rounds.jsonl"


def rounds(path: Path) -> list[dict]:
    """The rounds of a journal."""
    found = []
    for line in path.read_text().splitlines(keepends=True):
        if line.startswith('{"type":"round"') and line.endswith("\n"):
            found.append(json.loads(line))
    return found


def has_rounds(folder: Path, host: str) -> bool:
    path = journal(folder, host)
    return path.exists() and bool(rounds(path))


def measured(stage: Stage, *words: str) -> tuple[int, Path]:
    """A fleet that nobody disturbs: the exit code, and its folder."""
    out = stage.folder / "undisturbed"
    code = stage.begin(*TERMS, "--at-once", "--out", str(out), *words).wait(WAIT_S)
    (folder,) = out.glob("2*")
    return code, folder


def disturbed(stage: Stage) -> Path:
    """A fleet of which one host is killed and another cut off, and whose scheduler is restarted."""
    out = stage.folder / "disturbed"
    command = stage.begin(*TERMS, "--at-once", "--out", str(out), *CLAIMS)
    stage.wait(lambda: list(out.glob("2*")), command)
    (folder,) = out.glob("2*")
    stage.wait(lambda: all(has_rounds(folder, host) for host in HOSTS), command)
    stage.kill("beta")
    stage.cut("gamma")
    time.sleep(CUT_S)
    stage.mend("gamma")
    stage.restart_scheduler()
    assert command.wait(WAIT_S) == 3, stage.said()
    return folder


def outcomes(folder: Path) -> dict[tuple[str, str], str]:
    """The verdict of every claim on every host."""
    found = {}
    for host in HOSTS:
        text = (fleet_folder.host_folder(folder, host) / "verdicts.json").read_text()
        for verdict in json.loads(text):
            found[host, verdict["id"]] = verdict["verdict"]
    return found


def agree(disturbed: dict, undisturbed: dict) -> None:
    """What is decided on a host in both fleets is decided alike, and that is something.

    A claim may be decided in one fleet and stay open in the other: whether the launches suffice is
    a matter of chance and of what else the machine does, disturbed or not.
    """
    assert disturbed.keys() == undisturbed.keys()
    both = {}
    for (host, claim), verdict in undisturbed.items():
        if OPEN.isdisjoint({verdict, disturbed[host, claim]}):
            both[host, claim] = (verdict, disturbed[host, claim])
    assert all(one == other for one, other in both.values()), both
    assert {claim for _, claim in both} == {claim for _, claim in undisturbed}, both


def gaps_are_named(folder: Path, fleet: Fleet) -> None:
    """Every time in which nothing came, in ``fleet.json`` and on the page."""
    page = (folder / "report.html").read_text()
    assert [gap.reason for gap in fleet.gaps] == ["the scheduler has gone"]
    by_host = {host.name: [gap.reason for gap in host.gaps] for host in fleet.hosts}
    assert by_host["beta"] == ["its worker has gone"]
    assert by_host["gamma"]
    for reasons in by_host.values():
        for reason in reasons:
            assert reason in page


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_one_killed_one_cut_off_and_the_scheduler_restarted(stage):
    """The report has what ran, the gaps are named, and resuming completes it."""
    code, undisturbed = measured(stage, *CLAIMS)
    assert code == 0, stage.said()
    folder = disturbed(stage)
    fleet = fleet_folder.read_fleet(folder)
    statuses = {host.name: host.status for host in fleet.hosts}
    assert statuses == {**dict.fromkeys(HOSTS, HostStatus.COMPLETE), "beta": HostStatus.LOST}
    reasons = {host.reason for host in fleet.hosts if host.name == "beta"}
    assert reasons == {"its worker has gone"}
    gaps_are_named(folder, fleet)
    station = {host: stage.station(fleet.id, host) / "rounds.jsonl" for host in HOSTS}
    before = {host: journal(folder, host).read_bytes() for host in HOSTS}
    for host in HOSTS:
        if host != "beta":
            assert before[host] == station[host].read_bytes()
    assert before["beta"]
    assert station["beta"].read_bytes().startswith(before["beta"])
    finished = rounds(station["beta"])
    stage.start_worker("beta")
    command = stage.begin(*TERMS, "--resume", str(folder))
    assert command.wait(WAIT_S) == 0, stage.said()
    for host in HOSTS:
        assert verify(fleet_folder.host_folder(folder, host)).outcome == Integrity.WHOLE
        assert journal(folder, host).read_bytes() == before[host] or host == "beta"
    resumed = {round_["chain"] for round_ in rounds(journal(folder, "beta"))}
    lost = [round_ for round_ in finished if round_["chain"] not in resumed]
    assert len({(round_["item"], round_["launch"]) for round_ in lost}) <= 1  # it was cut off
    agree(outcomes(folder), outcomes(undisturbed))
