"""Plugins that are broken or hostile: each is left out in one line that names it, and the rest goes on."""

import json

import pytest

CLAIM = """
from gilbench.claims.claim import Claim, NotApplicable
def question(setting): {question}
CLAIMS = (Claim(id={id!r}, statement="s", family="f", source="s", explanation="e", surprise="s",
                expected=lambda setting: None, question=question),)
"""
FINE = CLAIM.format(id="X7", question='return NotApplicable("no need")')
CLAIMS = {"gilbench.claims": {"mine": "bad:CLAIMS"}}
CHART = """
from gilbench.report.figures import Chart
def draw(tables, verdicts): raise ValueError("no ink")
CHART = Chart(title="t", stem={stem!r}, caption="c", draw=draw, alt=lambda *_: "a")
"""


def left_out(packages, kind="plugins"):
    """The listing of a kind, and the lines on standard error."""
    done = packages.gilbench("list", kind, "--json")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout), done.stderr.splitlines()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
        ("def f(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("CLAIMS = 7", "it is no tuple of Claim"),
        ("print('noise')", "has no attribute 'CLAIMS'"),
        (CLAIM.format(id="A16", question="pass"), "there is a claim A16 already"),
        (CLAIM.format(id="a-1", question="pass"), "'a-1' is no claim id"),
        ("class E(Exception):\n def __str__(self): raise E\nraise E", "left out mine of bad 1.0"),
    ],
)
def test_a_broken_claim_is_left_out(packages, source, reason):
    """Whatever its import does: one line names the plugin, and the other package's claim is there."""
    packages.install("bad", CLAIMS, {"bad.py": source})
    packages.install("good", {"gilbench.claims": {"x": "good:CLAIMS"}}, {"good.py": FINE})
    listed, lines = left_out(packages, "claims")
    assert "X7" in listed["claims"] and "A16" in listed["claims"]
    (line,) = lines
    assert line.startswith("gilbench: left out mine of bad 1.0 (gilbench.claims): ")
    assert reason in line


def test_a_question_that_fails_does_not_apply(packages):
    """A claim whose question raises is shown with the reason, and the others are asked."""
    packages.install("bad", CLAIMS, {"bad.py": CLAIM.format(id="X7", question="return 1 / 0")})
    listed, (line,) = left_out(packages, "claims")
    assert "gilbench list plugins" in listed["claims"]["X7"]["not_applicable"]
    assert "ZeroDivisionError: division by zero" in line


WORKLOADS = {"gilbench.workloads": {"mine": "bad.work"}}
WORKLOAD = """
from gilbench.target.registry import Workload
WORKLOAD = Workload(name={name!r}, kind="cpu", summary="s", task=lambda i, p: i, defaults={{"size": 1}})
"""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import numpy_of_no_one", "No module named 'numpy_of_no_one'"),
        ("import os; os._exit(3)", "died (exit code 3)"),
        ("raise SystemExit", "SystemExit"),
        ("WORKLOAD = None", "AttributeError"),
        (WORKLOAD.format(name="other"), "registers 'other'"),
        (WORKLOAD.format(name="mine").replace('"cpu"', '"gpu"'), "Invalid enum value 'gpu'"),
    ],
)
def test_a_broken_workload_is_left_out(packages, source, reason):
    """It fails in a separate launch, and the package around it is never imported here."""
    files = {"bad/__init__.py": "raise RuntimeError('imported')", "bad/work.py": source}
    packages.install("bad", WORKLOADS, files)
    listed, (line,) = left_out(packages, "workloads")
    assert "fnv1a" in listed["workloads"] and "mine" not in listed["workloads"]
    assert line.startswith("gilbench: left out mine of bad 1.0 (gilbench.workloads): on 3.")
    assert reason in line


def test_a_workload_cannot_take_the_name_of_another(packages):
    """A name of gilbench's stays gilbench's."""
    points = {"gilbench.workloads": {"fnv1a": "bad.work"}}
    packages.install("bad", points, {"bad/work.py": WORKLOAD.format(name="fnv1a")})
    listed, (line,) = left_out(packages, "workloads")
    assert "of bad" not in listed["workloads"]["fnv1a"]
    assert "there is a workload 'fnv1a' already; rename its entry point" in line


def test_two_packages_with_one_name_are_both_refused(packages):
    """Which of them was meant cannot be known; each is named, with both packages."""
    for name in ("one", "two"):
        points = {"gilbench.claims": {"mine": f"{name}:CLAIMS"}}
        packages.install(name, points, {f"{name}.py": FINE})
    listed, lines = left_out(packages)
    assert [entry["left_out"] for entry in listed["plugins"].values()] == [
        "one 1.0 and two 1.0 have the same name for it; uninstall one of them"
    ] * 2
    assert len(lines) == 2


@pytest.mark.parametrize("stem", ["speedup", "../speedup"])
def test_each_figure_has_another_stem(packages, stem):
    """Its files cannot take the place of another figure's, nor leave the folder."""
    points = {"gilbench.figures": {"mine": "bad:CHART"}}
    packages.install("bad", points, {"bad.py": CHART.format(stem=stem)})
    listed, (line,) = left_out(packages, "figures")
    assert listed["figures"]["speedup"] and stem in line


def test_a_file_that_is_not_there_is_named(packages):
    """An entry point that leads nowhere says which file was looked for."""
    packages.install("bad", WORKLOADS, {"bad/__init__.py": ""})
    _, (line,) = left_out(packages, "workloads")
    assert "there is no file bad/work.py; point it at a module" in line
