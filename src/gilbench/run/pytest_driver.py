"""Has pytest measure a run: the suite's own tests, in this process, with the suite's own settings and plugins."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import gilbench
from gilbench.model import Failure, InputError
from gilbench.results import folder as folders
from gilbench.run.suite_run import SuiteRun

if TYPE_CHECKING:
    import pytest


def location() -> Path:
    """The folder of the suite's tests: beside the sources in a checkout, inside the package where it is installed."""
    package = Path(gilbench.__file__).parent
    installed, checkout = package / "benchmarks", package.parent.parent / "benchmarks"
    return installed if installed.is_dir() else checkout


def measure(run: SuiteRun) -> bool:
    """Have pytest measure the suite; returns whether it was interrupted. InputError, with its words, if pytest fails.

    pytest runs in this process, with the suite's own settings and plugins only, whatever project it is started from.
    """
    import pytest

    if not run.unmeasured:  # it was ended between its last record and the word that it is complete
        run.begin(())
        run.close()
        return False
    try:
        run.open_folder()
    except InputError:
        run.close()
        raise
    said = io.StringIO()
    options = [str(location()), "-q", "-s", "-p", "no:cacheprovider", "-p", "pytest_benchmark.plugin"]
    # Of a run that goes on pytest knows a part only, so the report makes that file.
    options += [f"--benchmark-json={run.folder / folders.BENCHMARK}"] if run.folder and not run.earlier else []
    options += [f"--benchmark-storage=file://{run.session.kit.parent / 'storage'}"]  # or it makes a folder here
    options += ["-p", "gilbench.measure.plugin", "--benchmark-quiet", "-c", str(location() / "pytest.ini")]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    kept = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with contextlib.redirect_stdout(said):
            code = pytest.main(options, plugins=[_Registered(run)])
    finally:
        run.close()
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    known = any(isinstance(record, Failure) for record in run.records)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.INTERRUPTED) and not (
        code == pytest.ExitCode.TESTS_FAILED and known
    ):
        assert run.folder is not None
        log = run.folder / "pytest.log"
        log.write_text(said.getvalue(), encoding="utf-8")
        raise InputError(f"pytest could not run the suite in {location()} ({code}); what it said is in {log}")
    return code == pytest.ExitCode.INTERRUPTED


class _Registered:
    """A plugin that makes a run known to the suite before it is collected."""

    def __init__(self, run: SuiteRun) -> None:
        self._run = run

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._run, SuiteRun.PLUGIN)

    def pytest_keyboard_interrupt(self) -> None:
        self._run.session.doing("interrupted: keeping what was measured so far")

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus != 2:  # pytest.ExitCode.INTERRUPTED, of which was told
            self._run.session.doing("done measuring: asking pytest-benchmark for its file")
