"""Names and messages of somebody else's run: through every verb and every file that is made of it."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from gilbench import cli
from tests import journals

PLAIN_ID = "3.11.7"
# What can be printed, so that the door has nothing against it, and each output has
HOSTILE_ID = "::error::=1+1|<script>alert(1)</script>[x](y)"
MESSAGE = "it broke\n::error::a\n\x1b[2J\u202eb | <img src=x onerror=c>"


def renamed(folder: Path, id: str, host: str = HOSTILE_ID) -> Path:
    """A recorded run whose target and host have other names, and one of whose items failed with a message."""
    described = (folder / "run.json").read_text(encoding="utf-8")
    quoted = json.dumps(id)[1:-1]
    described = described.replace(f'"id": "{PLAIN_ID}"', f'"id": "{quoted}"')
    described = described.replace(f'"target": "{PLAIN_ID}"', f'"target": "{quoted}"')
    run = json.loads(described)
    run["seed"] = 0  # so that two can be compared
    for name in ("model", "kernel", "container", "governor"):
        run["host"][name] = host
    run["host"]["warnings"] = [{"message": host, "remedy": host}]
    run["host"]["not_done"] = [host]
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    lines = (
        (folder / "rounds.jsonl").read_text(encoding="utf-8").replace(f"@{PLAIN_ID}", f"@{quoted}")
    )
    *rest, last = lines.splitlines()
    end = json.loads(last)
    failure = {
        "type": "failure",
        "item": end["item"],
        "launch": end["launches"],
        "message": MESSAGE,
    }
    text = "\n".join([*rest, json.dumps(failure)]) + "\n"
    (folder / "rounds.jsonl").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Two such runs, each with its report."""
    out = tmp_path_factory.mktemp("hostile")
    folders = [renamed(journals.unpack(name, out), HOSTILE_ID) for name in ("glance-1", "glance-2")]
    for folder in folders:
        assert cli.main(["report", str(folder)]) == 0
    return folders


def assert_harmless(text: str) -> None:
    """Nothing that a terminal or a CI log obeys."""
    assert all(line.isprintable() for line in text.split("\n"))
    assert not re.search(r"^\s*(::|##\[)", text, re.MULTILINE)


def verbs(folders, tmp_path):
    """Every verb that shows a run, as words."""
    one, other = map(str, folders)
    yield ["report", one]
    yield ["compare", HOSTILE_ID, HOSTILE_ID, one]
    yield ["check", "--baseline", one, other]
    yield ["check", "--baseline", one, other, "--markdown", "-"]
    yield ["check", "--save", str(tmp_path / "kept.json"), one]
    yield ["export", "--format", "csv", one]
    yield ["export", "--format", "pyperf", one]
    yield ["export", "--format", "bencher", one]
    yield ["export", "--format", "github-action-benchmark", one]
    yield ["trend", "--out", str(folders[0].parent)]
    yield ["verify", one]


def test_no_verb_obeys_a_name(hostile, tmp_path, capsys):
    """Neither standard output nor standard error has an escape, or a line that is a command, and each verb answers."""
    for words in verbs(hostile, tmp_path):
        assert cli.main(words) in (0, 1, 3), words
        captured = capsys.readouterr()
        assert_harmless(captured.out)
        assert_harmless(captured.err)
    assert_harmless((tmp_path / "kept.json").read_text(encoding="utf-8"))


def test_annotations_are_of_gilbench_alone(hostile, capsys):
    """Each is one line, and there is none that a name made."""
    one, other = map(str, hostile)
    cli.main(["check", "--baseline", one, other, "--annotate"])
    commands = [line for line in capsys.readouterr().err.splitlines() if line.startswith("::")]
    assert commands
    for line in commands:
        assert re.fullmatch(r"::(error|warning) title=gilbench[^:,]*::.*", line)


def test_markdown_and_page_show_a_name_as_it_is(hostile):
    """No markup, no script, no new line of a message."""
    summary = (hostile[0] / "summary.md").read_text(encoding="utf-8")
    assert_harmless(summary)
    assert "<script>" not in summary.replace("\\<", "") and "<img" not in summary.replace("\\<", "")
    page = (hostile[0] / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;alert" in page


def test_no_cell_is_a_formula(tmp_path):
    """In summary.csv and in the export of rounds; a trend still finds the rows."""
    folder = renamed(journals.unpack("glance-1", tmp_path), "=1+1")
    assert cli.main(["report", str(folder)]) == 0
    table = (folder / "summary.csv").read_text(encoding="utf-8")
    for row in csv.reader(io.StringIO(table)):
        assert not any(cell.startswith(("=", "@")) for cell in row)


@pytest.mark.parametrize("id", ["a\nb", "a\x1b[2Jb", "a\u2028b", "\x00", "x" * 2000])
def test_a_name_of_several_lines_is_no_name(tmp_path, capsys, id):
    """The run is refused where the name stands, of a target or of a host."""
    for number, names in enumerate(((id, "host"), ("target", id))):
        folder = renamed(journals.unpack("glance-1", tmp_path / str(number)), *names)
        assert cli.main(["report", str(folder)]) == 2
        captured = capsys.readouterr()
        assert captured.err.count("\n") == 1
        assert_harmless(captured.err)


def test_a_path_of_several_lines_is_shown_on_one(tmp_path, capsys):
    """A folder may be called anything."""
    folder = tmp_path / "a\n::error::b\x1b[2J"
    folder.mkdir()
    assert cli.main(["report", str(folder)]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert_harmless(captured.err)
