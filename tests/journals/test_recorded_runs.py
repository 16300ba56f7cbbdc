"""Runs that the first edition recorded are still read, with the verdicts and numbers that it reached."""

import json
from pathlib import Path

import pytest

from gilbench import cli
from tests import journals

STANDARD = ("noisy-1", "quiet-1")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the recorded runs, each reported on as a user would."""
    results = tmp_path_factory.mktemp("results")
    for name in journals.NAMES:
        assert cli.main(["report", str(journals.unpack(name, results))]) == 0
    return results


def numbers_of(folder: Path) -> list[str]:
    """What a verdict says without its words: a line of JSON for each, to compare byte for byte."""
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    kept = []
    for verdict in verdicts:
        numbers = {
            name: verdict[name] for name in ("id", "target", "verdict", "estimate", "expected")
        }
        numbers["evidence"] = [
            {"item": evidence["item"], "estimate": evidence["estimate"]}
            for evidence in verdict["evidence"]
        ]
        kept.append(json.dumps(numbers))
    return kept


@pytest.mark.parametrize("name", journals.NAMES)
def test_verdicts_are_those_that_were_reached(name: str, recorded: Path):
    """Verdicts, estimates, intervals and evidence of a recorded run are the same to the last digit."""
    assert numbers_of(recorded / name) == numbers_of(journals.FOLDER / name)


def test_every_file_of_the_contract_is_derived(recorded: Path):
    """A recorded run gives every file that a run's folder holds."""
    names = ("benchmark.json", "verdicts.json", "summary.csv", "summary.md", "report.html")
    for run in journals.NAMES:
        assert all((recorded / run / name).stat().st_size for name in names)
        assert list((recorded / run / "figures").glob("*.png"))


def test_recorded_runs_are_compared(recorded: Path, capsys: pytest.CaptureFixture[str]):
    """The noisier run leaves things open against the quiet one, and nothing is called slower."""
    code = cli.main(["check", "--baseline", str(recorded / "quiet-1"), str(recorded / "noisy-1")])
    assert code == 3, capsys.readouterr().out


def test_the_trend_has_both_runs(recorded: Path, capsys: pytest.CaptureFixture[str]):
    """A folder of recorded runs has a trend."""
    assert cli.main(["trend", "--out", str(recorded), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("format", ["pyperf", "bencher", "csv", "github-action-benchmark"])
def test_recorded_runs_are_exported(
    format: str, recorded: Path, capsys: pytest.CaptureFixture[str]
):
    """Every export takes a recorded run."""
    assert cli.main(["export", "--format", format, str(recorded / "quiet-1")]) == 0
    assert capsys.readouterr().out.strip()
