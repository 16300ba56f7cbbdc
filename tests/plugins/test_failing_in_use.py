"""Plugins that fail when they are used: one line names each, and the rest of the report is made."""

import time

import pytest
from tests import journals

CHART = """
from gilbench.report.figures import Chart
from matplotlib.figure import Figure
def draw(tables, verdicts): {draw}
def alt(tables, verdicts): {alt}
CHART = Chart(title="t", stem={stem!r}, caption="c", draw=draw, alt=alt)
"""
FORMAT = """
from gilbench.report.exports import Format
def render(tables, exported): {render}
FORMAT = Format({name!r}, "a format", render)
"""
FIGURES = {
    "raises": ("raise ValueError('no ink')", "return 'a'", "ValueError: no ink"),
    "ends": ("raise SystemExit(3)", "return 'a'", "SystemExit: 3"),
    "text": (
        "return 'a picture'",
        "return 'a'",
        "TypeError: it draws a str; draw a Figure of matplotlib",
    ),
    "silent": ("return Figure()", "return 1 / 0", "ZeroDivisionError: division by zero"),
}
EXPORTS = {
    "raises": ("raise KeyError('speed')", "failed: KeyError: 'speed'; tell its authors"),
    "number": ("return 7", "returned no text; tell its authors"),
}


@pytest.fixture
def run(packages):
    """A run without its report, next to the packages."""
    return journals.unpack("glance-1", packages.folder.parent / "work")


def test_a_figure_that_fails_is_left_out_of_the_report(packages, run):
    """In whichever process it was drawn: a line for each, no file of any, and all figures of gilbench's."""
    files = {
        f"chart_{name}.py": CHART.format(draw=draw, alt=alt, stem=name)
        for name, (draw, alt, _) in FIGURES.items()
    }
    points = {"gilbench.figures": {name: f"chart_{name}:CHART" for name in FIGURES}}
    packages.install("bad", points, files)
    done = packages.gilbench("report", str(run))
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    lines = {line for line in done.stderr.splitlines() if "left out" in line}
    assert lines == {
        f"gilbench: left out {name} of bad 1.0 (gilbench.figures): {line}"
        for name, (*_, line) in FIGURES.items()
    }
    figures = {path.stem for path in (run / "figures").rglob("*.png")}
    assert "speedup" in figures and not figures & set(FIGURES)
    assert (run / "report.html").exists()


def test_an_export_that_fails_is_one_line(packages, run):
    """There is nothing else to give; the other formats work."""
    files = {
        f"export_{name}.py": FORMAT.format(render=render, name=name)
        for name, (render, _) in EXPORTS.items()
    }
    points = {"gilbench.exports": {name: f"export_{name}:FORMAT" for name in EXPORTS}}
    packages.install("bad", points, files)
    for name, (_, reason) in EXPORTS.items():
        done = packages.gilbench("export", str(run), "--format", name)
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr == f"gilbench: {name} of bad 1.0 (gilbench.exports) {reason}\n"
    assert packages.gilbench("export", str(run), "--format", "csv").returncode == 0


def test_an_import_that_does_not_end_is_ended(packages):
    """After ten seconds, whatever it waits for; the other formats are there."""
    files = {"bad.py": "import time\ntime.sleep(300)"}
    packages.install("bad", {"gilbench.exports": {"mine": "bad:FORMAT"}}, files)
    began_s = time.monotonic()
    done = packages.gilbench("list", "exports")
    assert time.monotonic() - began_s < 200 and done.returncode == 0
    assert "csv" in done.stdout
    assert (
        "mine of bad 1.0 (gilbench.exports): PluginTooSlow: its import did not end" in done.stderr
    )
