"""``pytest benchmarks`` measures and says what came out; what it cannot do it refuses in one line."""

import shutil
from pathlib import Path

import pytest

import gilbench
from gilbench.run.pytest_driver import suite_folder

FAKE_XDIST = """
def pytest_addoption(parser):
    parser.addoption("--dist", default="load")
"""
INSTALLED = "gilbench.benchmarks"


def refusal(session):
    """The one line that says why nothing was measured; fails on a traceback or another exit code."""
    said = session.stdout + session.stderr
    assert session.returncode == pytest.ExitCode.USAGE_ERROR, said
    assert "Traceback" not in said and "Error" not in said
    lines = [line for line in said.splitlines() if line.startswith("ERROR: ")]
    assert len(lines) == 1, said
    return lines[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder of packages in which gilbench stands as its wheel has it: with the suite inside."""
    folder = tmp_path_factory.mktemp("site")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(gilbench.__file__).parent, folder / "gilbench", ignore=ignored)
    shutil.copytree(
        suite_folder(), folder / "gilbench" / "benchmarks", ignore=ignored, dirs_exist_ok=True
    )
    return folder


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--gilbench-workers=0", "give 1 or more"),
        ("--gilbench-workers=1000", "--gilbench-force-workers"),
        ("--gilbench-profile=thorough", "quick, standard, full"),
        ("--gilbench-python=/nowhere/python", "/nowhere/python"),
    ],
)
def test_a_bad_option_is_one_line(suite, option, words):
    """An option that cannot be used ends in one line that says what can."""
    assert words in refusal(suite(option))


@pytest.mark.parametrize("plugin", ["benchmark", "gilbench"])
def test_a_session_without_a_plugin_is_refused(suite, plugin):
    """Without pytest-benchmark, or gilbench's own plugin, one line says how to have both."""
    line = refusal(suite("-p", f"no:{plugin}"))
    assert "leave out -p no:benchmark" in line and "-p pytest_benchmark.plugin" in line


@pytest.mark.parametrize("asked", [None, INSTALLED], ids=["by path", "by name"])
def test_measuring_in_parallel_is_refused(suite, site, tmp_path, asked):
    """pytest-xdist would have measurements disturb each other, or none at all: leave it out."""
    (tmp_path / "fake_xdist.py").write_text(FAKE_XDIST, encoding="utf-8")
    plugins = ("fake_xdist", "pytest_benchmark.plugin", "gilbench.measure.plugin")
    session = suite(
        "--pyargs",
        *(f"-p{plugin}" for plugin in plugins),
        suite=asked,
        PYTHONPATH=f"{tmp_path}:{site}",
        PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
    )
    assert "leave out -n" in refusal(session)


def test_an_installed_suite_is_found_by_its_name(suite, site):
    """``pytest --pyargs gilbench.benchmarks`` measures where gilbench is a wheel."""
    session = suite("--pyargs", "-k", "sleep-serial", suite=INSTALLED, PYTHONPATH=str(site))
    assert session.returncode == 0, session.stdout
    assert "1 passed" in session.stdout and "test_io[sleep-serial-w1]" in session.stdout


def test_an_installed_suite_refuses_in_one_line_too(suite, site):
    """pytest finds the suite later there than it does in a checkout; a bad option is one line all the same."""
    session = suite(
        "--pyargs", "--gilbench-profile=thorough", suite=INSTALLED, PYTHONPATH=str(site)
    )
    assert "quick, standard, full" in refusal(session)


def test_speedups_and_verdicts_follow_the_table(measured_session):
    """Below pytest-benchmark's table each case has its speedup with an interval, and the run's folder is named."""
    table, _, summary = measured_session.session.stdout.partition("gilbench: speedups and verdicts")
    assert "benchmark 'sleep'" in table
    rows = [line for line in summary.splitlines() if line.startswith("sleep-")]
    assert len(rows) == 5 and all("× [" in row and "sleep-serial-w1" in row for row in rows)
    assert "a task of sleep" in summary
    assert f"gilbench report results/{measured_session.folder.name}" in summary


@pytest.mark.parametrize("option", ["--benchmark-quiet", "--benchmark-disable"])
def test_nothing_is_said_where_nothing_is_to_be_said(suite, option):
    """No summary where reports are switched off, or where nothing is timed."""
    session = suite("-k", "sleep-serial", option)
    assert session.returncode == 0, session.stdout
    assert "speedups" not in session.stdout
