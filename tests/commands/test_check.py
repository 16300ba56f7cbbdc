"""``gilbench check`` from the command line: exit codes of the contract, files and formats."""

import json
import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from gilbench import cli
from gilbench.check import interleaved
from gilbench.commands import check as verb
from gilbench.model import HostDrift, LaunchStart
from gilbench.results import folder
from gilbench.results.journal import Journal
from tests import synthetic
from tests.check.conftest import Checked

SERIAL = "fnv1a-serial-w1"


def keep(folder: Path, world: synthetic.World, **changes) -> Path:
    """Write a synthetic run where a check can read it."""
    folder.mkdir(parents=True)
    run = synthetic.make_run(world.plan(), targets=world.targets, host=world.host)
    with Journal(folder) as journal:
        journal.write_run(msgspec.structs.replace(run, id=folder.name, **changes))
        for record in world.records():
            journal.add(record)
    return folder


def world(**truth) -> synthetic.World:
    return synthetic.World(**{"claims": frozenset({"A16", "A17"})} | truth)


def on_python(version: str) -> synthetic.World:
    made = world()
    made.target = synthetic.make_target(version=version)
    made.targets = (made.target,)
    return made


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    """Stored runs: two of the same, a slower one, and a noisy one."""
    place = tmp_path_factory.mktemp("runs")
    keep(place / "baseline", world())
    keep(place / "same", world(seed=2))
    keep(place / "slower", world(seed=2, speedups={"fnv1a-process-w2": 1.2}))
    keep(place / "noisy", world(seed=3, noise=0.3))
    keep(place / "starved", world(ceiling=1.3))
    keep(place / "as-starved", world(ceiling=1.3))
    keep(place / "quick", world(), profile="quick")
    keep(place / "other-seed", world(), seed=7)
    keep(place / "interrupted", world(), status="interrupted")
    keep(place / "older", on_python("3.12.1"))
    keep(place / "narrow", world(claims=frozenset({"A16"})))
    return place


def checked(capsys, *arguments: object) -> tuple[int, str, str]:
    code = cli.main(["check", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    ("head", "code"), [("same", 0), ("baseline", 0), ("slower", 1), ("narrow", 2), ("noisy", 3)]
)
def test_every_outcome_has_its_exit_code(capsys, runs, head, code):
    """0 fine, 1 regression, 2 a case is missing, 3 undecided."""
    given, out, _ = checked(capsys, "--baseline", runs / "baseline", runs / head)
    assert given == code, out


@pytest.mark.parametrize(
    ("baseline", "remedy"),
    [
        ("quick", "measure both with the same"),
        ("other-seed", "--seed 7"),
        ("interrupted", "interrupted and not complete"),
        ("older", "--across-versions"),
        ("nowhere", "not a run folder"),
    ],
)
def test_what_cannot_be_compared_is_refused(capsys, runs, baseline, remedy):
    """Exit code 2 and one line, never a pass."""
    code, out, err = checked(capsys, "--baseline", runs / baseline, runs / "same")
    assert (code, out) == (2, "") and remedy in err and err.count("\n") == 1


def damage(folder: Path, how: str) -> None:
    journal = folder / "rounds.jsonl"
    raw = journal.read_bytes()
    if how == "truncated":
        journal.write_bytes(raw[: len(raw) // 2])
    elif how == "last line":
        journal.write_bytes(raw[:-9])
    elif how == "unreadable":
        journal.write_bytes(raw.replace(b'"type":"round"', b'"type":"rund"', 1))
    else:
        run = folder / "run.json"
        run.write_bytes(run.read_bytes().replace(b'"schema": 2', b'"schema": 99'))


@pytest.mark.parametrize("how", ["truncated", "last line", "unreadable", "schema"])
def test_a_damaged_baseline_is_refused(capsys, runs, tmp_path, how):
    """Half a journal, one that lacks its end, one that is damaged in the middle, and one of another schema."""
    shutil.copytree(runs / "baseline", tmp_path / "damaged")
    damage(tmp_path / "damaged", how)
    code, out, err = checked(capsys, "--baseline", tmp_path / "damaged", runs / "same")
    assert (code, out) == (2, "") and "measure again" in err and err.count("\n") == 1


def test_a_portable_baseline_is_a_file(capsys, runs, tmp_path):
    """It passes and fails as the run does that it was made of, and may not be damaged either."""
    path = tmp_path / "kept" / "baseline.json"
    assert checked(capsys, "--save", path, runs / "baseline")[0] == 0
    assert checked(capsys, "--baseline", path, runs / "same")[0] == 0
    assert checked(capsys, "--baseline", path, runs / "slower")[0] == 1
    path.write_bytes(path.read_bytes()[:200])
    assert checked(capsys, "--baseline", path, runs / "same")[0] == 2


def test_a_run_against_itself_passes_whatever_it_leaves_open(capsys, runs, tmp_path):
    """It cannot have moved; another run that leaves as much open is undecided."""
    path = tmp_path / "starved.json"
    assert checked(capsys, "--save", path, runs / "starved")[0] == 0
    for itself in (runs / "starved", path):
        assert checked(capsys, "--baseline", itself, runs / "starved")[0] == 0
    assert checked(capsys, "--baseline", runs / "as-starved", runs / "starved")[0] == 3


def test_another_version_is_compared_where_it_is_asked_for(capsys, runs, tmp_path):
    """With a run and with a kept baseline; the versions are told, in JSON as well."""
    path = tmp_path / "baseline.json"
    checked(capsys, "--save", path, runs / "older")
    for baseline in (path, runs / "older"):
        assert checked(capsys, "--baseline", baseline, runs / "same")[0] == 2
        code, out, _ = checked(
            capsys, "--baseline", baseline, runs / "same", "--across-versions", "--json"
        )
        assert (
            code == 0
            and "Python 3.12.1 (baseline) with Python 3.13.0 (head)" in json.loads(out)["notes"][0]
        )
    assert checked(capsys, "--baseline", path, runs / "slower", "--across-versions")[0] == 1


def test_a_kept_baseline_may_have_any_name(capsys, runs, tmp_path):
    """It is known by being a file."""
    assert checked(capsys, "--save", tmp_path / "kept", runs / "baseline")[0] == 0
    assert checked(capsys, "--baseline", tmp_path / "kept", runs / "same")[0] == 0


def test_markdown_that_cannot_be_written_is_refused(capsys, runs, tmp_path):
    """In one line that names the remedy."""
    code, _, err = checked(
        capsys, "--baseline", runs / "baseline", runs / "same", "--markdown", tmp_path / "no" / "x"
    )
    assert code == 2 and "choose another file with --markdown" in err and err.count("\n") == 1


def test_a_page_in_no_folder_is_refused_in_one_line(capsys, runs, tmp_path):
    """Before anything is measured for it, and no folder is made."""
    page = tmp_path / "no" / "dir" / "x.html"
    for sides in (("--baseline", runs / "baseline", runs / "same"), ("--against", "3.13")):
        code, out, err = checked(capsys, *sides, "--html", page)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert f"there is no folder {page.parent}" in err and "--html" in err
    assert not page.parent.parent.exists()


def test_no_baseline_is_made_of_half_a_run(capsys, runs, tmp_path):
    """It would ask for half of what it should."""
    assert checked(capsys, "--save", tmp_path / "baseline.json", runs / "interrupted")[0] == 2
    assert not (tmp_path / "baseline.json").exists()


def test_formats(capsys, runs, tmp_path, monkeypatch):
    """JSON alone on standard output; Markdown appended to a file; a figure; annotations where GitHub asks for them."""
    code, out, err = checked(capsys, "--baseline", runs / "baseline", runs / "slower", "--json")
    assert (code, err) == (1, "") and json.loads(out)["outcome"] == "regressed"
    summary, figure = tmp_path / "summary.md", tmp_path / "ratios.png"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    options = ("--markdown", summary, "--figure", figure)
    _, _, err = checked(capsys, "--baseline", runs / "baseline", runs / "slower", *options)
    assert summary.read_text().startswith("before\n### gilbench check: Something became slower")
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert (
        "::error title=gilbench%3A fnv1a-process-w2@3.13::fnv1a-process-w2@3.13 speedup: regressed"
        in err
    )


@pytest.mark.parametrize(
    ("truth", "code"),
    [
        ({}, 0),
        ({"ratios": {SERIAL: (1.08, 1.08)}}, 1),
        ({"failures": {f"{SERIAL}@head-vs-baseline": "it died"}}, 2),
        ({"unmeasured": frozenset({f"{SERIAL}@head-vs-baseline"})}, 2),
        ({"noise": 0.12}, 3),
        ({"control": 1.1}, 3),
    ],
)
def test_exit_codes_of_sides_that_take_turns(capsys, monkeypatch, truth, code):
    """As for stored runs; a failed control is undecided. The last line says where the page is."""
    found = interleaved.judge_interleaved(Checked(**truth).judging())
    page = Path("results", "checks", "x", "check.html")
    monkeypatch.setattr(verb, "_measured_interleaved", lambda arguments: (found, page))
    done = checked(capsys, "--against", "3.13")
    assert done[0] == code
    assert done[1].splitlines()[-1] == f"report: {page}"


def test_an_interrupted_check_is_no_pass(capsys, monkeypatch):
    """130, and nothing is said of any case."""
    monkeypatch.setattr(verb, "_measured_interleaved", lambda arguments: None)
    assert checked(capsys, "--against", "3.13")[:2] == (130, "")


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ([], "--baseline"),
        (["--baseline", "x", "--against", "y"], "not allowed with"),
        (["--against", "3.13", "--across-versions"], "leave it out"),
        (["--against", "/no/such/python"], "path of an executable"),
        (["--against", "3.13", "--launches", "many"], "such as 2"),
    ],
)
def test_unusable_arguments(gilbench, arguments, remedy):
    """One line that names the way out."""
    done = gilbench("check", *arguments)
    assert done.returncode == 2 and remedy in done.stderr and done.stderr.count("gilbench: ") == 1


def test_settings_that_are_not_understood_stop_a_check(gilbench, tmp_path):
    """A misspelt margin would gate nothing."""
    (tmp_path / "pyproject.toml").write_text("[tool.gilbench.gate]\nmargn = 0.1\n")
    done = gilbench("check", "--against", "3.13")
    assert done.returncode == 2 and "choose from: margin" in done.stderr


def test_identical_code_measured_for_real(gilbench, tmp_path):
    """The smallest check there is, after a calibration of it: no alarm, whatever the host does, and everything kept."""
    small = ("--workload", "sleep", "--strategy", "serial", "--quiet")
    calibrated = gilbench(
        "calibrate", *small, "--launches", "24", "--json"
    )  # those that were disturbed do not count
    if "usable launches" in calibrated.stderr:
        pytest.skip("nearly every launch was disturbed: this host is too busy to be calibrated")
    assert calibrated.returncode == 0, calibrated.stderr
    known = json.loads(calibrated.stdout)
    assert [one["case"] for one in known["cases"]] == ["sleep-serial-w1"] and known[
        "false_alarms"
    ] <= known["checks"]
    (kept,) = (tmp_path / "results" / "calibrations").iterdir()
    assert json.loads(kept.read_text()) == known
    few = ("--launches", "0.3")  # of the usual, whatever the calibration found
    done = gilbench("check", "--against", sys.executable, *small, *few, "--markdown", "-")
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert "sleep-serial-w1" in done.stdout.replace("\\", "") and "calibrated" in done.stdout
    latest = (tmp_path / "results" / "checks" / "latest").resolve()
    assert {"check.json", "check.md", "figures", "run.json", "rounds.jsonl"} <= {
        path.name for path in latest.iterdir()
    }
    run, records = folder.read_run(latest), folder.read_records(latest)
    assert [target.id for target in run.targets] == ["baseline", "head", "control"]
    launches = {(one.item, one.launch) for one in records if isinstance(one, LaunchStart)}
    assert launches == {(one.item, one.launch) for one in records if isinstance(one, HostDrift)}
    assert not (tmp_path / "results" / "latest").exists()  # a check is no run about claims
    # Nor is it taken for one where runs are asked for.
    reported, trend = gilbench("report", str(latest)), gilbench("trend")
    assert (
        reported.returncode == 2 and f"its findings are in {latest / 'check.md'}" in reported.stderr
    )
    assert not (latest / "report.html").exists()
    assert trend.returncode == 2 and "no two complete runs" in trend.stderr
