"""Has pytest measure a run, in this process: the suite's own tests, settings and plugins."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gilbench
from gilbench.measure.git import commit_info
from gilbench.measure.interrupts import INTERRUPTS
from gilbench.model import Failure, InputError
from gilbench.results import folder as folders
from gilbench.results.files import write_file
from gilbench.run.suite_run import SuiteRun

if TYPE_CHECKING:
    import pytest


def suite_folder() -> Path:
    """The folder of the suite: next to ``src`` in a checkout, else inside the package."""
    package = Path(gilbench.__file__).parent
    installed, checkout = package / "benchmarks", package.parent.parent / "benchmarks"
    return installed if installed.is_dir() else checkout


def measure(run: SuiteRun) -> bool:
    """Have pytest measure the suite, in this process, whatever project it is started from.

    Returns:
        Whether it was interrupted. If that was before anything was measured, the run has no folder
        any more.

    Raises:
        InputError: The run cannot begin, or pytest fails.
    """
    import pytest

    if not run.unmeasured:  # it was ended between its last record and the word that it is complete
        run.begin(())
        run.close()
        return False
    output = io.StringIO()
    code: int = pytest.ExitCode.INTERRUPTED
    try:
        run.start.open_folder()
        with (
            _without_others_plugins(),
            _quiet(),
            _trusting_no_repository(),
            contextlib.redirect_stdout(output),
        ):
            code = pytest.main(_options(run), plugins=[_Registered(run)])
    except KeyboardInterrupt:  # before pytest's own handling of it, or after
        code = pytest.ExitCode.INTERRUPTED
    finally:
        _close(run, was_interrupted=code == pytest.ExitCode.INTERRUPTED)
    if run.refusal is not None:
        raise run.refusal
    if code == pytest.ExitCode.INTERRUPTED:
        return True
    only_items_failed = code == pytest.ExitCode.TESTS_FAILED and _has_failed_items(run)
    if code != pytest.ExitCode.OK and not only_items_failed:
        raise InputError(_failure(run, code, output.getvalue()))
    return False


def _has_failed_items(run: SuiteRun) -> bool:
    return run.has_begun and any(isinstance(record, Failure) for record in run.records)


def _close(run: SuiteRun, *, was_interrupted: bool) -> None:
    """Close a run, whatever signals arrive, and discard the folder of one that never began."""
    with INTERRUPTS:
        try:
            run.close()
        except InputError as error:
            run.refusal = run.refusal or error
        if (was_interrupted or run.refusal is not None) and not run.has_begun:
            run.start.discard_folder()


def _options(run: SuiteRun) -> list[str]:
    """The arguments of pytest: the suite's own settings and plugins, and no others."""
    options = [str(suite_folder()), "-q", "-s", "-c", str(suite_folder() / "pytest.ini")]
    for plugin in ("no:cacheprovider", "pytest_benchmark.plugin", "gilbench.measure.plugin"):
        options += ["-p", plugin]
    options.append("--benchmark-quiet")
    # pytest-benchmark would make its storage in the current folder.
    options.append(f"--benchmark-storage=file://{run.session.target_bundle.parent / 'storage'}")
    # The report makes the file where pytest sees a part of the run only
    if run.folder and run.start.sees_every_round:
        options.append(f"--benchmark-json={run.folder / folders.BENCHMARK}")
    return options


@contextlib.contextmanager
def _without_others_plugins() -> Iterator[None]:
    """Keep pytest from using the plugins and options that the environment names."""
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}
    theirs = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in theirs.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Drop what pytest-benchmark warns of, as that nothing was measured: gilbench says it too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _trusting_no_repository() -> Iterator[None]:
    """Keep pytest-benchmark from asking git for changes, as it does whenever it begins.

    git would run what the configuration of the repository names.
    """
    from pytest_benchmark import utils

    asking = utils.get_commit_info
    utils.get_commit_info = lambda project_name=None: commit_info(None)  # noqa: ARG005
    try:
        yield
    finally:
        utils.get_commit_info = asking


def _failure(run: SuiteRun, code: int, output: str) -> str:
    """Why pytest did not measure the suite, with its output kept in the run's folder."""
    folder = run.folder or Path.cwd()
    log = folder / "pytest.log"
    write_file(log, output.encode("utf-8", "replace"))
    return f"pytest could not run the suite in {suite_folder()} ({code}); its output is in {log}"


class _Registered:
    """A plugin that makes a run known to the suite before it is collected."""

    def __init__(self, run: SuiteRun) -> None:
        self._run = run

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._run, SuiteRun.PLUGIN)

    def pytest_keyboard_interrupt(self) -> None:
        self._run.session.doing("interrupted: keeping what was measured so far")

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        if exitstatus != 2:  # pytest.ExitCode.INTERRUPTED, which has its own line
            self._run.session.doing("done measuring: asking pytest-benchmark for its file")
