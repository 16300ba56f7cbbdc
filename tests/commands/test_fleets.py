"""What verbs make of a fleet's folder: of every host, what they make of a run."""

import json
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from gilbench.model import CoresSample
from gilbench.model.fleets import Fleet, FleetHost, HostStatus
from gilbench.results import fleet_folder
from gilbench.results.journal import Journal
from tests import synthetic
from tests.synthetic import World

HOSTS = ("alpha", "beta")


def write_host(folder: Path, run_id: str, seed: int, claim: str = "A16") -> None:
    """A complete run of a host."""
    world = World(launches=3, claims=frozenset({claim}), seed=seed)
    run = synthetic.make_run(world.plan(), targets=world.targets, host=world.host)
    run = replace(run, id=run_id, chained=True)
    folder.mkdir(parents=True)
    with Journal(folder) as journal:
        journal.write_run(replace(run, status="running"))
        for record in world.records():
            journal.add(record)
        journal.add_cores(CoresSample(0.05, (0.5, 0.5)))
        journal.write_run(replace(run, seal=journal.seal()))


def write_fleet(folder: Path, hosts: tuple[str, ...] = HOSTS) -> Path:
    """A fleet of which every host is complete, and one that was lost before its first round."""
    described = []
    for seed, name in enumerate(hosts):
        write_host(fleet_folder.host_folder(folder, name), f"{folder.name}-{name}", seed)
        described.append(FleetHost(name, "tcp://10.0.0.1:1", HostStatus.COMPLETE))
    described.append(FleetHost("late", "", HostStatus.LOST, "its worker has gone"))
    fleet = Fleet(folder.name, "2026-11-28T00:00:00+00:00", None, (), "0.1.0", "code")
    fleet_folder.write_fleet(folder, replace(fleet, hosts=tuple(described)))
    return folder


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A fleet in the folder where commands run."""
    return write_fleet(tmp_path / "results" / "1")


def json_of(done) -> object:
    """What a command printed as JSON."""
    assert done.returncode in (0, 1, 3), done.stderr
    return json.loads(done.stdout)


def test_verify_has_every_host(in_process, fleet):
    """One that was changed fails all."""
    done = in_process("verify", str(fleet))
    assert (done.returncode, done.stdout.count(": whole")) == (0, 2)
    journal = fleet / "hosts" / "beta" / "rounds.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"pair":0', b'"pair":7', 1))
    done = in_process("verify", "--json", str(fleet))
    assert done.returncode == 1
    assert [found["outcome"] for found in json.loads(done.stdout)] == ["whole", "not whole"]
    shutil.rmtree(fleet / "hosts" / "beta")  # which was complete
    done = in_process("verify", str(fleet))
    assert (done.returncode, done.stdout.count(": whole")) == (1, 1)
    assert "beta" in done.stdout


def test_a_host_that_cannot_be_read_is_left_out(in_process, fleet, no_figures):
    """Damaged or deleted: the page names it and has the others; the code says so, too."""
    (fleet / "hosts" / "beta" / "run.json").write_text("{")
    done = in_process("report", str(fleet))
    assert done.returncode == 2
    assert "beta/run.json cannot be read" in done.stderr
    assert "the page has the other hosts" in done.stderr
    page = (fleet / "report.html").read_text()
    assert "beta/run.json cannot be read" in page
    assert 'href="hosts/alpha/report.html"' in page
    shutil.rmtree(fleet / "hosts" / "beta")
    assert "beta is missing" in in_process("report", str(fleet)).stderr
    shutil.rmtree(fleet / "hosts" / "alpha")
    done = in_process("report", str(fleet))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_check_has_every_host(in_process, fleet, tmp_path):
    """Against the same host of a fleet, or all of them against one run; a file for each."""
    words = ("check", "--baseline", str(fleet), str(fleet))
    assert set(json_of(in_process(*words, "--json"))) == set(HOSTS)
    done = in_process(*words, "--html", "page.html", "--markdown", "table.md")
    assert done.returncode in (0, 3), done.stderr
    assert "alpha:" in done.stdout
    assert (tmp_path / "page-alpha.html").is_file()
    assert (tmp_path / "page-beta.html").is_file()
    assert "## beta\n" in (tmp_path / "table.md").read_text()
    one_run = ("check", "--baseline", str(fleet / "hosts" / "alpha"), str(fleet), "--json")
    assert set(json_of(in_process(*one_run))) == set(HOSTS)


def test_check_names_hosts_that_are_not_in_both(in_process, fleet):
    """And what to do where none is."""
    other = write_fleet(fleet.parent / "2", ("beta", "gamma"))
    done = in_process("check", "--baseline", str(fleet), str(other))
    assert f"gamma is not in {fleet}, and is left out" in done.stderr
    third = write_fleet(fleet.parent / "3", ("delta",))
    done = in_process("check", "--baseline", str(fleet), str(third))
    assert done.returncode == 2
    assert "name the workers of both alike" in done.stderr


def test_a_case_that_one_host_lacks_is_no_pass(in_process, fleet):
    """Whatever the others are: exit code 2, as of a single run."""
    other = write_fleet(fleet.parent / "2")
    beta = fleet_folder.host_folder(other, "beta")
    shutil.rmtree(beta)
    write_host(beta, "2-beta", seed=1, claim="B2")
    done = in_process("check", "--baseline", str(fleet), str(other))
    assert (done.returncode, done.stderr) == (2, "")
    assert "the head has no such case" in done.stdout


def test_trend_needs_two_fleets(in_process, fleet, no_figures):
    """Then every host has a trend over all fleets of the folder, and a figure."""
    done = in_process("trend", "--out", str(fleet))
    assert done.returncode == 2
    assert "no host was complete in two fleets" in done.stderr
    write_fleet(fleet.parent / "2", ("alpha", "gamma"))
    for each in ("1", "2"):
        assert in_process("report", str(fleet.parent / each)).returncode == 0
    trends = json_of(in_process("trend", "--json", "--out", str(fleet.parent / "2")))
    assert list(trends) == ["alpha"]
    assert (fleet.parent / "2" / "trend-alpha.png").stat().st_size > 1000


def test_export_writes_a_file_for_every_host(in_process, fleet, tmp_path):
    """In the folder that is named, which it must be."""
    done = in_process("export", "--format", "pyperf", str(fleet))
    assert done.returncode == 2
    assert "name it with --out" in done.stderr
    done = in_process("export", "--format", "pyperf", "--out", "exported", str(fleet))
    assert done.returncode == 0, done.stderr
    for name in HOSTS:
        assert "benchmarks" in json.loads((tmp_path / "exported" / name).read_text())


def test_compare_takes_two_hosts(in_process, fleet):
    """By their names; an unknown one is one line with those that there are."""
    rows = json_of(in_process("compare", "alpha", "beta", str(fleet), "--json"))
    assert rows
    assert {"case", "ratio"} <= set(rows[0])
    done = in_process("compare", "alpha", "bata", str(fleet))
    assert done.returncode == 2
    assert "did you mean 'beta'? (choose from: alpha, beta)" in done.stderr


@pytest.mark.parametrize(
    "words", [("show",), ("check", "--save", "kept.json"), ("report", "results/1")]
)
def test_what_takes_no_fleet_says_so(in_process, fleet, words):
    """And how to name a host."""
    done = in_process(*words, str(fleet))
    assert done.returncode == 2
    assert "is a fleet; name one of its hosts: " in done.stderr
