"""The report is all there, says what the ledger says, and follows from the journal alone."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.synthetic import World

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import locate
from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import all_claims
from gilbench.model import InputError, Verdict
from gilbench.report.figures import charts
from gilbench.report.write import write
from gilbench.results import tables

PART = frozenset({"A16", "A18"})  # where it does not matter what the report is about
DERIVED = ["benchmark.json", "verdicts.json", "summary.csv", "summary.md", "report.html"]


@pytest.fixture(scope="module")
def summary(reported: Path) -> list[dict[str, str]]:
    with (reported / "summary.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everything_of_the_contract_is_written(reported):
    """The files that DESIGN.md promises beside the journal are there, none of them empty, and a figure a chart."""
    assert all((reported / name).stat().st_size > 0 for name in DERIVED)
    names = {f"{chart.stem}.png" for chart in charts()}
    assert {path.name for path in (reported / "figures").iterdir()} == names | {
        "social",
        "social.png",
    }
    assert {path.name for path in (reported / "figures" / "social").iterdir()} <= names


def test_verdicts_are_the_ledgers(reported):
    """verdicts.json holds what judging the journal gives, to the last digit."""
    stored = msgspec.json.decode((reported / "verdicts.json").read_bytes(), type=list[Verdict])
    assert stored == judge_claims(tables.load(reported))
    assert len(stored) == len(all_claims())


@pytest.mark.usefixtures("no_figures")
def test_write_returns_the_verdicts_it_wrote(new_run):
    """The caller, who sets the exit code, sees what the reader of the file sees."""
    folder = new_run(World(claims=PART, launches=4))
    assert write(folder) == msgspec.json.decode(
        (folder / "verdicts.json").read_bytes(), type=list[Verdict]
    )


def test_a_report_asks_the_claims_of_its_run_once(new_run, asked_claims):
    """Verdicts, board and figures rest on one question; of a run narrowed to one claim no other claim is asked."""
    folder = new_run(World(claims=frozenset({"A16"}), launches=4), claims=("A16",))
    asked_claims.clear()
    write(folder)
    assert asked_claims == ["A16"]


def test_the_same_journal_gives_the_same_report(reported, tmp_path):
    """A copy of the three files of the journal gives the same report, byte for byte; nothing else goes into it."""
    again = tmp_path / "run"
    again.mkdir()
    for name in ("run.json", "rounds.jsonl", "cores.jsonl"):
        (again / name).write_bytes((reported / name).read_bytes())
    write(again)
    for name in [*DERIVED, *(f"figures/{chart.stem}.png" for chart in charts())]:
        assert (again / name).read_bytes() == (reported / name).read_bytes(), name


def test_summary_has_a_row_a_comparison(summary, world):
    """Each comparison of the plan has one row, with its launches and pairs counted from the data."""
    wanted = {planned.item.id for planned in world.plan() if hasattr(planned.item, "case")}
    assert {row["item"] for row in summary} == wanted
    assert len(summary) == len(wanted)
    assert {(row["launches"], row["pairs"]) for row in summary} == {("9", "18")}


def test_summary_gives_the_location_of_the_launches(summary, reported):
    """Speedup and interval of every row are the location of its launches' logarithms."""
    found = tables.load(reported)
    for row in summary:
        location = locate(found.of(row["item"])["log_speedup"].tolist())
        shown = [math.log(float(row[name])) for name in ("speedup", "speedup_lo", "speedup_hi")]
        confidence = nominal_confidence(0.95, found.analyses_of(row["item"]))
        assert shown == pytest.approx([location.center, *location.interval(confidence)])


def test_summary_derives_efficiency_and_serial_fraction(summary):
    """Efficiency is speedup over workers, the serial fraction that of Karp and Flatt; one worker has none."""
    for row in summary:
        speedup, workers = float(row["speedup"]), int(row["workers"])
        assert float(row["efficiency"]) == pytest.approx(speedup / workers)
        if workers == 1:
            assert row["serial_fraction"] == ""
        else:
            assert float(row["serial_fraction"]) == pytest.approx(
                (1 / speedup - 1 / workers) / (1 - 1 / workers)
            )


def test_summary_times_are_seconds(summary):
    """A serial round of 60 ms reads 0.06."""
    times = {float(row["reference_wall_s"]) for row in summary if row["reference"] == "serial"}
    assert times and list(times) == pytest.approx([0.06] * len(times))


def test_a_figure_that_has_nothing_left_to_show_goes(new_run):
    """Writing a report again leaves no figure of an earlier one behind."""
    folder = new_run(World(launches=0))
    (folder / "figures").mkdir()
    (folder / "figures" / "speedup.png").write_bytes(b"old")
    write(folder)
    assert not (folder / "figures" / "speedup.png").exists()


@pytest.mark.usefixtures("no_figures")
def test_a_benchmark_json_that_is_there_is_kept(new_run):
    """What pytest-benchmark wrote itself is never replaced; an empty file is."""
    folder = new_run(World(claims=PART, launches=2))
    (folder / "benchmark.json").write_text("{}", encoding="utf-8")
    write(folder)
    assert (folder / "benchmark.json").read_text(encoding="utf-8") == "{}"
    (folder / "benchmark.json").write_text("", encoding="utf-8")
    write(folder)
    assert (folder / "benchmark.json").stat().st_size > 0


@pytest.mark.usefixtures("no_figures")
def test_a_folder_that_cannot_be_written_is_an_input_error(new_run):
    """The message names the folder and what to do."""
    folder = new_run(World(claims=PART, launches=2))
    (folder / "report.html").mkdir()
    with pytest.raises(InputError, match=r"cannot write the report to .*run: .*; make room there"):
        write(folder)


def test_a_missing_journal_is_an_input_error(new_run):
    """A run without its rounds cannot be reported, and says so in one line."""
    folder = new_run(World(launches=2))
    (folder / "rounds.jsonl").unlink()
    with pytest.raises(InputError, match="measure again"):
        write(folder)


def test_the_door_is_light():
    """Importing what the CLI imports loads neither pandas nor matplotlib."""
    heavy = "{'pandas', 'matplotlib', 'scipy', 'jinja2'} & set(sys.modules)"
    program = (
        f"import sys, gilbench.report.write, gilbench.terminal.boards; print({heavy} or 'light')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "light"


@pytest.mark.usefixtures("no_figures")
def test_collection_of_garbage_continues_afterwards(new_run):
    """The pause ends with the report, also where the report fails."""
    import gc

    write(new_run(World(claims=PART, launches=2)))
    assert gc.isenabled()
    with pytest.raises(InputError):
        write(Path("nowhere"))
    assert gc.isenabled()
