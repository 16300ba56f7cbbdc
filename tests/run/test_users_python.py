"""A function of the user within a run has the interpreter, the packages and the path of the user's own Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.patience import wait_for
from tests.synthetic import make_host

from gilbench.measure.session import Session
from gilbench.measure.targets import loading
from gilbench.model import InputError
from gilbench.plan.matrix import EVERYTHING, Filters
from gilbench.run import compose
from gilbench.run.added_workloads import as_users_have_them, with_user_functions

PATIENCE_S = 60.0
WORK = """
import installed, on_path
from .neighbour import NUMBER
TEXT = open("data.txt").read()

def work(index=0):
    return index + NUMBER + installed.NUMBER + on_path.NUMBER + len(TEXT)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A working folder with a package, of which the active environment has an older version as well."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    (packages,) = environment.glob("lib/python3*/site-packages")
    folder = tmp_path / "project"
    files = {
        packages / "installed.py": "NUMBER = 1",
        packages / "package" / "__init__.py": "raise ImportError('the older version')",
        tmp_path / "lib" / "on_path.py": "NUMBER = 2",
        folder / "package" / "__init__.py": "",
        folder / "package" / "neighbour.py": "NUMBER = 3",
        folder / "package" / "module.py": WORK,
        folder / "data.txt": "text",
    }
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))
    monkeypatch.setenv("PYTHONPATH", str(Path("..") / "lib"))
    return environment


def has_rounds(results: Path) -> bool:
    """Whether a run there has measured something."""
    return any(
        b'"type":"round"' in journal.read_bytes() for journal in results.glob("2*/rounds.jsonl")
    )


@pytest.mark.parametrize("spec", ["package.module:work", "package/module.py:work"])
def test_a_function_has_the_python_of_its_user(project, spec):
    """Packages, PYTHONPATH, working folder, relative imports; the working folder comes first, in a process too."""
    filters = Filters(workloads=(spec,))
    with Session(seed=0) as session:
        pythons = as_users_have_them((), filters)
        targets, _ = loading.load_targets(pythons, session.target_bundle)
        (target,), named = with_user_functions(targets, filters, session, like_python=True)
        with session.open_launch(target, "item", 0) as launch:
            launch.set_up(PATIENCE_S)
            job = {"strategy": "process", "tasks": 2, "workers": 2, "params": {"size": 1}}
            (workload,) = named.workloads
            assert launch.ask("round", PATIENCE_S, workload=workload, **job)["tasks"] == 2
    assert Path(target.executable).is_relative_to(project)


@pytest.mark.usefixtures("project")
def test_a_run_is_laid_out_with_it():
    """Its installed version is older, and cannot be imported."""
    request = compose.Request(filters=Filters(workloads=("package.module:work",)))
    with Session(seed=0) as session:
        plan = compose.compose(request, session, make_host())
        assert {planned.item.case.workload for planned in plan.items} == {"package-module-work"}


def test_a_killed_run_is_resumed_with_it(project):
    """In the folder, and with the path, that it is resumed with; what it starts is named again."""
    command = [sys.executable, "-m", "gilbench", "run", "--quiet"]
    named = ["--workload", "package.module:work"]
    narrow = ["--strategy", "thread", "--profile", "quick"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, *named, *narrow], **quiet)
    try:
        assert wait_for(lambda: has_rounds(Path("results")))
    finally:
        process.kill()
        process.wait()
    (folder,) = Path("results").glob("2*")
    named += ["--python", str(project / "bin" / "python"), "--resume", str(folder)]
    resumed = subprocess.run([*command, *named], check=False, capture_output=True, text=True)
    assert resumed.returncode == 0, resumed.stderr


def test_a_check_prefers_what_is_installed(project):
    """It compares two environments, and the working folder is neither."""
    filters = Filters(workloads=("package.module:work",))
    with Session(seed=0) as session:
        targets, _ = loading.load_targets(as_users_have_them((), filters), session.target_bundle)
        with pytest.raises(InputError, match="the older version"):
            with_user_functions(targets, filters, session)


def test_packages_are_what_nobody_has_to_ask_for(monkeypatch):
    """For functions only: everything else is measured with the standard library alone, as is what refuses them."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    own = Filters(workloads=("fnv1a", "package.module:work"))
    assert as_users_have_them((), own) == [f"{sys.executable},site=1"]
    assert as_users_have_them(("3.13", "3.14,site=0"), own) == ["3.13,site=1", "3.14,site=0"]
    for filters in (EVERYTHING, Filters(workloads=("fnv1a",))):
        assert as_users_have_them((), filters) == ()
        assert as_users_have_them(("3.13",), filters) == ("3.13",)
