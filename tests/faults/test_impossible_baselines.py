"""Baselines, calibrations and settings that cannot be, and files that are none: one line each, and no outcome."""

import json
import os
from pathlib import Path

import pytest

from gilbench import cli
from gilbench.check import calibration, margins, portable
from gilbench.model import InputError

PROJECT = Path(__file__).parents[2]
KEPT = PROJECT / "results" / "baseline.json"
RATIO = {
    "target": "3.11",
    "item": "fnv1a-thread-w2",
    "name": "speedup",
    "center": 0.0,
    "se": 0.01,
    "df": 7,
    "n": 8,
    "cores": 2,
    "tasks": 8,
    "more_is_better": True,
    "ceiling": 1.9,
}
CALIBRATION = {
    "host": "abc",
    "python": "3.11.7",
    "measured_utc": "2026-01-01T00:00+00:00",
    "margin": 0.05,
    "checks": 200,
    "false_alarms": 1,
    "cases": [
        {
            "case": "fnv1a-serial-w1",
            "sd": 0.01,
            "n": 32,
            "smallest": {"1": 0.05, "2": 0.03, "3": None},
        }
    ],
    "schema": 1,
}


def ratio(baseline):
    return baseline["quantities"][0]


BASELINES = {
    "cores below none": lambda kept: ratio(kept).update(cores=-3),
    "no cores": lambda kept: ratio(kept).update(cores=0),
    "more cores than there were": lambda kept: ratio(kept).update(cores=64),
    "no usable cores": lambda kept: kept.update(usable_cores=0),
    "no error": lambda kept: ratio(kept).update(se=0),
    "an error below none": lambda kept: ratio(kept).update(se=-0.01),
    "an error beyond all": lambda kept: ratio(kept).update(se=1e30),
    "no freedom": lambda kept: ratio(kept).update(df=0),
    "as free as launches": lambda kept: ratio(kept).update(df=ratio(kept)["n"]),
    "one launch": lambda kept: ratio(kept).update(n=1, df=0.5),
    "launches beyond all": lambda kept: ratio(kept).update(n=2**63),
    "a ratio beyond all": lambda kept: ratio(kept).update(center=1e308),
    "no tasks": lambda kept: ratio(kept).update(tasks=0),
    "no ceiling": lambda kept: ratio(kept).update(ceiling=0),
    "a text for a ratio": lambda kept: ratio(kept).update(center="0.5"),
    "nothing for a ratio": lambda kept: ratio(kept).update(center=None),
    "a ratio twice": lambda kept: kept["quantities"].append(dict(ratio(kept))),
    "a verdict twice": lambda kept: kept["rulings"].append(dict(kept["rulings"][0])),
    "an interpreter twice": lambda kept: kept["interpreters"].append(kept["interpreters"][0]),
    "an interpreter that is not there": lambda kept: ratio(kept).update(target="2.7"),
    "a verdict of nobody": lambda kept: kept["rulings"][0].update(target="2.7"),
    "an outcome": lambda kept: kept["rulings"][0].update(verdict="MAYBE"),
    "a name of two lines": lambda kept: kept.update(run="x\n::error::y"),
    "an escape": lambda kept: ratio(kept).update(item="\x1b[2Jx"),
    "a name without end": lambda kept: ratio(kept).update(item="x" * 10_000),
    "another field": lambda kept: ratio(kept).update(colour="blue"),
    "no ratios at all": lambda kept: kept.pop("quantities"),
    "a schema that is a truth": lambda kept: kept.update(schema=True),
    "a list": lambda kept: kept.update(quantities={"a": 1}),
}


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_that_cannot_be_is_refused(tmp_path, capsys, name):
    """By what it says, in one line with exit code 2; before, some of them turned 3 into 0."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    BASELINES[name](kept)
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(InputError, match="make baseline") as caught:
        portable.read(path)
    assert "\n" not in str(caught.value)
    assert cli.main(["check", "--baseline", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "1e400", "-1e400"])
def test_a_number_that_is_none_is_refused(tmp_path, literal):
    """Whether it is JSON or not."""
    text = KEPT.read_text(encoding="utf-8")
    path = tmp_path / "baseline.json"
    path.write_text(text.replace(f'"se": {ratio(json.loads(text))["se"]}', f'"se": {literal}', 1))
    with pytest.raises(InputError):
        portable.read(path)


def test_the_kept_baseline_can_be():
    """What the changes start from is accepted."""
    assert portable.read(KEPT).quantities


CALIBRATIONS = {
    "no cases": lambda kept: kept.update(cases=[]),
    "a case twice": lambda kept: kept.update(cases=kept["cases"] * 2),
    "a spread below none": lambda kept: kept["cases"][0].update(sd=-1),
    "one launch": lambda kept: kept["cases"][0].update(n=1),
    "a multiple too few": lambda kept: kept["cases"][0]["smallest"].pop("2"),
    "another multiple": lambda kept: kept["cases"][0]["smallest"].update({"7": 0.1}),
    "no change at all": lambda kept: kept["cases"][0]["smallest"].update({"1": 0.0}),
    "more alarms than checks": lambda kept: kept.update(false_alarms=201),
    "no checks": lambda kept: kept.update(checks=0, false_alarms=0),
    "a margin of nothing": lambda kept: kept.update(margin=0),
    "a day that is none": lambda kept: kept.update(measured_utc="yesterday"),
    "a time without its zone": lambda kept: kept.update(measured_utc="2026-01-01T00:00"),
    "a name of two lines": lambda kept: kept["cases"][0].update(case="a\nb"),
    "another schema": lambda kept: kept.update(schema=2),
}


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_a_calibration_that_cannot_be_is_refused(tmp_path, name):
    """It would decide how many launches a check has."""
    kept = json.loads(json.dumps(CALIBRATION))
    path = tmp_path / "host.json"
    path.write_text(json.dumps(kept))
    assert calibration.read(path) is not None
    CALIBRATIONS[name](kept)
    path.write_text(json.dumps(kept))
    with pytest.raises(InputError, match="gilbench calibrate") as caught:
        calibration.read(path)
    assert "\n" not in str(caught.value)


DEEP_TOML = "a = " + "[" * 5000 + "]" * 5000 + "\n"
PLACES = {
    "a FIFO": os.mkfifo,
    "zeros": lambda path: path.symlink_to("/dev/zero"),
    "a loop": lambda path: path.symlink_to(path),
    "a link to nowhere": lambda path: path.symlink_to(path.parent / "nowhere"),
    "a folder": lambda path: path.mkdir(),
    "a sparse file": lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 3 << 30),
    "nesting": lambda path: path.write_text(DEEP_TOML),
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    "read",
    [portable.read, calibration.read, margins.read],
    ids=["baseline", "calibration", "pyproject"],
)
def test_what_is_no_file_is_one_line(tmp_path, read, name):
    """No hang, no gigabytes, no traceback."""
    path = tmp_path / "file"
    PLACES[name](path)
    with pytest.raises(InputError) as caught:
        read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "F" * 5000], ids=["decimal", "hexadecimal"])
def test_a_margin_of_thousands_of_digits_is_one_line(tmp_path, number):
    """Python neither reads nor prints it."""
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.gilbench.gate]\nmargin = {number}\n")
    with pytest.raises(InputError) as caught:
        margins.read(path)
    assert str(caught.value).isprintable()


MEASURING = {
    "run": ("run", "--quiet", "--workload", "FUNCTION"),
    "advise": ("advise", "FUNCTION"),
    "setup of advise": ("advise", "math:sqrt", "--setup", "FUNCTION"),
}


@pytest.mark.parametrize("verb", MEASURING)
@pytest.mark.parametrize("name", ["a FIFO", "zeros", "a loop", "a folder", "a sparse file"])
def test_a_function_whose_file_is_none_is_one_line(tmp_path, capsys, name, verb):
    """It is neither waited for nor copied without end, and nothing is begun."""
    path = tmp_path / "own.py"
    PLACES[name](path)
    out = tmp_path / "out"
    words = [f"{path}:work" if word == "FUNCTION" else word for word in MEASURING[verb]]
    assert cli.main([*words, "--out", str(out)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("write", ["baseline", "calibration"])
def test_what_is_kept_is_not_written_through_a_link(tmp_path, write):
    """The link is replaced, and what it points to stays as it is."""
    precious, path = tmp_path / "precious", tmp_path / "kept.json"
    precious.write_text("mine")
    path.symlink_to(precious)
    if write == "baseline":
        portable.write(path, portable.read(KEPT))
    else:
        source = tmp_path / "source.json"
        source.write_text(json.dumps(CALIBRATION))
        calibration.write(path, calibration.read(source))
    assert precious.read_text() == "mine" and not path.is_symlink()
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")) == []


def test_a_device_is_written_into_and_not_replaced():
    """`--save /dev/stdout` prints, and leaves the device where it is."""
    portable.write(Path(os.devnull), portable.read(KEPT))
    assert not Path(os.devnull).is_file()


DEEP_JSON = "[" * 3000 + "]" * 3000


@pytest.mark.parametrize("deep", ['{"schema":' + DEEP_JSON + "}", "[" * 100_000, "\xff", None])
def test_a_kept_baseline_that_is_none_is_one_line(tmp_path, capsys, deep):
    """A FIFO does not hang, and nesting ends in a line."""
    path = tmp_path / "baseline.json"
    if deep is None:
        os.mkfifo(path)
    else:
        path.write_text(deep, encoding="latin-1")
    assert cli.main(["check", "--baseline", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
