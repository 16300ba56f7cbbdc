"""Runs beside each other: what may stand in one line, what is marked, and what the table, figure and page say of it."""

import dataclasses
import io
import json
import shutil
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
import pytest
from matplotlib.text import Text
from rich.console import Console
from tests.report.conftest import write_run
from tests.synthetic import World, make_host

from gilbench import cli
from gilbench.commands import trend as command
from gilbench.model import InputError, UserFunction
from gilbench.report import run_files, trend_png
from gilbench.report.html import trend_section
from gilbench.report.write import write
from gilbench.results import folder as layout
from gilbench.results import history
from gilbench.summary import trend
from gilbench.terminal.trend import print_trend

LABEL = "fnv1a-thread-w2"
SIZE = 4096


def day(number: int) -> str:
    return f"2026-02-{number + 1:02}T00:00:00+00:00"


@pytest.fixture(scope="module")
def one_run(tmp_path_factory) -> Path:
    """A reported run that others are copied from: making the report of each would say nothing more."""
    world = World(launches=4, claims=frozenset({"A16"}))
    world.target = msgspec.structs.replace(world.target, sizes={"fnv1a": SIZE})
    world.targets = (world.target,)
    folder = write_run(tmp_path_factory.mktemp("one") / "run", world)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_files, "draw_all", lambda folder, tables, verdicts: [])
        write(folder)
    return folder


def add_run(out: Path, like: Path, number: int, factor: float = 1.0, **changes) -> Path:
    """Another run of ``out``, begun on the given day, whose speedups are those of the one times a factor."""
    folder = out / f"run-{number:02}"
    folder.mkdir(parents=True)
    run = msgspec.structs.replace(
        layout.read_run(like), id=folder.name, started_utc=day(number), **changes
    )
    (folder / layout.RUN).write_bytes(msgspec.json.encode(run))
    (folder / layout.VERDICTS).write_bytes((like / layout.VERDICTS).read_bytes())
    header, *rows = (like / layout.SUMMARY_CSV).read_text().splitlines()
    names = header.split(",")
    for place, row in enumerate(rows):
        cells = row.split(",")
        for name in ("speedup", "speedup_lo", "speedup_hi"):
            cells[names.index(name)] = str(float(cells[names.index(name)]) * factor)
        cells[names.index("wall_s")] = str(float(cells[names.index("wall_s")]) / factor)
        rows[place] = ",".join(cells)
    (folder / layout.SUMMARY_CSV).write_text("\n".join([header, *rows]) + "\n")
    return folder


def scattered(count: int, seed: int = 3) -> np.ndarray:
    return np.exp(np.random.default_rng(seed).normal(0, 0.01, count))


@pytest.fixture(scope="module")
def stepped(one_run, tmp_path_factory) -> Path:
    """Twenty runs; from the twelfth on everything is a fifth slower."""
    out = tmp_path_factory.mktemp("stepped")
    for number, factor in enumerate(scattered(20)):
        add_run(out, one_run, number, factor * (0.8 if number >= 11 else 1.0))
    return out


def line_of(found: trend.Trend, quantity: str = trend.SPEEDUP) -> trend.Line:
    (line,) = (one for one in found.lines if (one.case, one.quantity) == (LABEL, quantity))
    return line


def test_a_step_is_marked_at_its_run(stepped):
    """Speedup and time of the case step at the twelfth run, by a fifth, between medians of the stretches."""
    found = trend.find_trend(history.read(stepped))
    for quantity, ratio in ((trend.SPEEDUP, 0.8), (trend.TIME, 1.25)):
        (mark,) = line_of(found, quantity).marks
        assert mark.run == "run-11" and mark.p <= trend.ALPHA
        assert mark.after / mark.before == pytest.approx(ratio, rel=0.02)
    assert found.runs == tuple(f"run-{number:02}" for number in range(20))


def test_steady_runs_have_no_step(one_run, tmp_path):
    """The same without the step: nothing is marked, and it is said so."""
    for number, factor in enumerate(scattered(20)):
        add_run(tmp_path, one_run, number, factor)
    assert trend.find_trend(history.read(tmp_path)).stepped == ()


def test_times_are_of_a_unit_of_work(one_run, tmp_path):
    """A task of twice the size in twice the time is no change of the time, nor of the speedup."""
    (target,) = layout.read_run(one_run).targets
    twice = msgspec.structs.replace(target, sizes={"fnv1a": 2 * SIZE})
    add_run(tmp_path, one_run, 0)
    folder = add_run(tmp_path, one_run, 1, targets=(twice,))
    summary = folder / layout.SUMMARY_CSV
    header, *rows = summary.read_text().splitlines()
    at = header.split(",").index("wall_s")
    doubled = [
        ",".join(str(2 * float(cell)) if n == at else cell for n, cell in enumerate(row.split(",")))
        for row in rows
    ]
    summary.write_text("\n".join([header, *doubled]) + "\n")
    assert line_of(trend.find_trend(history.read(tmp_path)), trend.TIME).change == pytest.approx(
        1.0
    )


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, {trend.SPEEDUP, trend.TIME}),
        ({"host": make_host(model="Another 2")}, {trend.SPEEDUP}),
        ({"host": make_host(kernel="Linux 7")}, {trend.SPEEDUP}),
        ({"host": make_host(cores=4)}, set()),
        ({"profile": "full"}, set()),
    ],
    ids=["same", "processor", "kernel", "cores", "profile"],
)
def test_only_what_is_alike_stands_in_a_line(one_run, tmp_path, changes, kept):
    """Another processor or kernel parts the times, another number of cores or profile everything."""
    add_run(tmp_path, one_run, 0)
    add_run(tmp_path, one_run, 1, **changes)
    found = trend.find_trend(history.read(tmp_path))
    assert {line.quantity for line in found.lines if line.case == LABEL} == kept


@pytest.mark.parametrize("status", ["interrupted", "running"])
def test_incomplete_runs_and_those_without_a_report_do_not_count(one_run, tmp_path, status):
    """Nor does whatever else lies in the folder."""
    add_run(tmp_path, one_run, 0)
    add_run(tmp_path, one_run, 1, status=status)
    (add_run(tmp_path, one_run, 2) / layout.SUMMARY_CSV).unlink()
    (tmp_path / "notes").mkdir()
    (tmp_path / layout.LATEST).symlink_to("run-00")
    found = history.read(tmp_path)
    assert [past.run.id for past in found.runs] == ["run-00"] and found.unread == ()


@pytest.mark.parametrize(
    ("file", "content"), [("run.json", "{"), ("verdicts.json", "[{"), ("summary.csv", "a,b\n1,2\n")]
)
def test_a_damaged_run_is_named_and_the_others_are_shown(one_run, tmp_path, file, content):
    """One line a run that cannot be read, the rest stays."""
    for number in range(3):
        add_run(tmp_path, one_run, number)
    (tmp_path / "run-01" / file).write_text(content)
    found = trend.find_trend(history.read(tmp_path))
    assert found.runs == ("run-00", "run-02")
    (problem,) = found.unread
    assert "run-01" in problem and "\n" not in problem


def test_a_verdict_that_turns_is_reported(one_run, tmp_path):
    """Decided otherwise than before, with undecided runs between; becoming undecided is not turning."""
    for number, verdict in enumerate(["PROVED", "INCONCLUSIVE", "PROVED", "REFUTED", "VOID"]):
        folder = add_run(tmp_path, one_run, number)
        verdicts = json.loads((folder / layout.VERDICTS).read_text())
        (folder / layout.VERDICTS).write_text(
            json.dumps([{**one, "verdict": verdict} for one in verdicts])
        )
    flips = [flip for flip in trend.find_trend(history.read(tmp_path)).flips if flip.claim == "A16"]
    assert [(flip.run, flip.before, flip.after) for flip in flips] == [
        ("run-03", "PROVED", "REFUTED")
    ]


def test_the_terminal_says_what_the_trend_says(stepped):
    """Each line with its first and latest value and its step, in 100 columns."""
    found = trend.find_trend(history.read(stepped))
    console = Console(width=100, record=True, file=io.StringIO())
    print_trend(console, found)
    said = console.export_text()
    assert LABEL in said and "run-11" in said.replace("\n", "") and "certainly stepped" in said


def test_what_all_lines_share_takes_no_column(stepped):
    """The one target stands in the title; without a step there is no column for steps."""
    found = trend.find_trend(history.read(stepped))
    unmarked = [dataclasses.replace(line, marks=()) for line in found.lines]
    console = Console(width=80, record=True, file=io.StringIO())
    print_trend(console, dataclasses.replace(found, lines=tuple(unmarked)))
    told = console.export_text()
    (target,) = {line.target for line in found.lines}
    assert f"Speedups, {target}" in told and f"@{target}" not in told
    assert "Certain step" not in told


def test_the_figure_is_drawn_and_described_in_words(stepped):
    """A PNG of the trend, the same for the same runs, and every panel in the alternative text."""
    found = trend.find_trend(history.read(stepped))
    png = trend_png.draw(found)
    assert png.startswith(b"\x89PNG") and png == trend_png.draw(found)
    told = trend_png.in_words(found)
    assert (
        all(line.name in told for line in trend_png.shown(found)) and "a step at run run-11" in told
    )


def test_no_words_of_the_figure_overlap():
    """With names as long as they are, in both columns."""
    runs = tuple(f"run-{place}" for place in range(4))
    points = tuple(trend.Point(run, day(place), 0.05 + place) for place, run in enumerate(runs))
    lines = []
    for case in ("fnv1a-thread-subclass-w2-vs-thread", "crc32-large-process-w1") * 2:
        lines.append(trend.Line("3.14.0t-gil0", case, "time", "ns/byte", "full", 2, "", points))
    figure = trend_png.laid_out(trend.Trend(runs, tuple(lines), (), ()))
    figure.canvas.draw()
    boxes = [
        text.get_window_extent()
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text()
    ]
    assert len(boxes) > 8
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_the_figure_takes_the_place_of_a_link(one_run, tmp_path, monkeypatch, capsys):
    """It is not written through a link that lies in the folder of the runs."""
    for number in range(2):
        add_run(tmp_path, one_run, number)
    precious, link = tmp_path / "precious", tmp_path / "trend.png"
    precious.write_text("mine")
    link.symlink_to(precious)
    monkeypatch.setattr(trend_png, "draw", lambda _: b"figure")
    assert cli.main(["trend", "--out", str(tmp_path)]) == 0
    assert precious.read_text() == "mine" and link.read_bytes() == b"figure"


@pytest.mark.usefixtures("no_figures")
def test_the_report_shows_the_runs_before_it_and_not_those_after(one_run, tmp_path):
    """A run's page has a section where earlier runs lie beside it, and stays as it is when later ones come."""
    first, second = (add_run(tmp_path, one_run, number) for number in (0, 1))
    for folder in (first, second):
        for name in (layout.ROUNDS, layout.CORES):
            (folder / name).write_bytes((one_run / name).read_bytes())
    write(first)
    write(second)
    assert 'id="trend"' not in (first / layout.REPORT).read_text()
    page = (second / layout.REPORT).read_text()
    assert 'id="trend"' in page and "the 1 run before it" in page and 'href="#trend"' in page
    add_run(tmp_path, one_run, 2, 0.5)
    write(second)
    assert (second / layout.REPORT).read_text() == page


def test_a_run_alone_has_no_section(one_run):
    """Nothing is said of time where there is one point of it."""
    assert trend_section.find_trend_section(one_run, layout.read_run(one_run)) is None


def test_the_verb_writes_figure_and_json(stepped, tmp_path, capsys):
    """``gilbench trend --json`` prints the lines with their points and marks, and writes the figure."""
    from gilbench.cli import parser

    picture = tmp_path / "picture.png"
    arguments = parser().parse_args(
        ["trend", "--out", str(stepped), "--figure", str(picture), "--json"]
    )
    assert command.run(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    (line,) = (
        one for one in found["lines"] if (one["case"], one["quantity"]) == (LABEL, "speedup")
    )
    assert len(line["points"]) == 20 and line["marks"][0]["run"] == "run-11"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_too_little_is_an_input_error(one_run, tmp_path):
    """One run, or no folder: a line that says what to do."""
    from gilbench.cli import parser

    add_run(tmp_path / "out", one_run, 0)
    for out, words in (("out", "no two complete runs"), ("nowhere", "there is no folder")):
        with pytest.raises(InputError, match=words):
            command.run(parser().parse_args(["trend", "--out", str(tmp_path / out)]))


def test_a_case_over_serial_code_and_over_another_target_are_two_lines(of_five, tmp_path):
    """Two runs make lines of two points each, with a name of its own for each line, and one alone makes none."""
    like = layout.read_run(of_five)
    for number in range(2):
        folder = tmp_path / f"run-{number}"
        folder.mkdir()
        run = msgspec.structs.replace(like, id=folder.name, started_utc=day(number))
        (folder / layout.RUN).write_bytes(msgspec.json.encode(run))
        for name in (layout.VERDICTS, layout.SUMMARY_CSV):
            (folder / name).write_bytes((of_five / name).read_bytes())
        found = trend.find_trend(history.read(tmp_path))
        assert {len(line.points) for line in found.lines} == ({2} if number else set())
    names = [line.name for line in found.lines]
    assert len(names) == len(set(names))
    assert {"fnv1a-thread-w2@3.13.0", "fnv1a-thread-w2-vs-3.8.18@3.13.0"} <= set(names)


def own(run, file):
    """The targets of a run whose fnv1a is a function of the user in that file."""
    function = UserFunction(f"{file}:f", file, "0" * 64, "", "f", "/", 1.0, False)
    targets = []
    for target in run.targets:
        workloads = tuple(
            msgspec.structs.replace(entry, own=function) if entry.name == "fnv1a" else entry
            for entry in target.description.workloads
        )
        description = msgspec.structs.replace(target.description, workloads=workloads)
        targets.append(msgspec.structs.replace(target, description=description))
    return tuple(targets)


def test_functions_of_one_name_in_different_files_stand_apart(one_run, tmp_path):
    """Two files may each have a function of a name: they are two lines, named by their files."""
    run = layout.read_run(one_run)
    for number in range(6):
        add_run(tmp_path, one_run, number, targets=own(run, f"/{'ab'[number % 2]}/work.py"))
    lines = [line for line in trend.find_trend(history.read(tmp_path)).lines if line.case == LABEL]
    speedups = [line for line in lines if line.quantity == trend.SPEEDUP]
    assert [len(line.points) for line in speedups] == [3, 3]
    assert {line.name for line in speedups} == {
        f"{LABEL}@3.13.0, /{folder}/work.py" for folder in "ab"
    }


def test_a_copy_of_a_run_counts_once(one_run, tmp_path):
    """Copied often enough, a few runs would become a step."""
    first = add_run(tmp_path, one_run, 0)
    add_run(tmp_path, one_run, 1)
    shutil.copytree(first, tmp_path / "saved")
    found = history.read(tmp_path)
    assert [past.run.id for past in found.runs] == ["run-00", "run-01"]
    assert found.unread == (f"{tmp_path / 'saved'} is a copy of {first}; a run counts once",)
