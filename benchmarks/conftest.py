"""Turns the plan of a run into pytest items, one per case, and reports what was measured.

Which cases there are follows from the workloads, strategies and claims that gilbench has, so this
file does not change when one is added.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gilbench.measure.plugin import parameter, refuse_parallel
from gilbench.model import Comparison, InputError, PlannedItem
from gilbench.plan.matrix import Filters
from gilbench.run.compose import Request
from gilbench.run.start import FreshStart
from gilbench.run.suite_run import SuiteRun

KINDS = ("cpu", "io", "experiment")
REFUSED = pytest.StashKey[pytest.UsageError]()
# Options in the words of the CLI, as they stand in error messages; pytest's have a prefix.
OPTION = re.compile(r"--(?=(profile|python|workers|force-workers|seed|out)\b)")


def known_run(config: pytest.Config) -> SuiteRun | None:
    """The run that the CLI handed to pytest or that pytest's options made; None before that."""
    run: SuiteRun | None = config.pluginmanager.get_plugin(SuiteRun.PLUGIN)
    return run


def suite_run(config: pytest.Config) -> SuiteRun:
    """The run that the CLI handed to pytest, or one made from pytest's options.

    Raises:
        pytest.UsageError: An option cannot be used, or this session could not measure anything.
    """
    given = known_run(config)
    if given is not None:
        return given
    check_plugins(config)
    out = config.getoption("--gilbench-out")
    request = Request(
        profile=config.getoption("--gilbench-profile"),
        pythons=tuple(config.getoption("--gilbench-python")),
        filters=Filters(
            workers=tuple(config.getoption("--gilbench-workers")),
            force_workers=config.getoption("--gilbench-force-workers"),
        ),
        seed=config.getoption("--gilbench-seed"),
    )
    try:
        made = SuiteRun(
            FreshStart.on_claims(request, Path(out) if out else None, ["pytest", *sys.argv[1:]])
        )
    except InputError as error:
        raise pytest.UsageError(OPTION.sub("--gilbench-", str(error))) from None
    config.pluginmanager.register(made, SuiteRun.PLUGIN)
    config.add_cleanup(made.close)
    return made


def check_plugins(config: pytest.Config) -> None:
    """Raise pytest.UsageError where a plugin is missing that measures, or one would disturb it."""
    measures = config.pluginmanager.hasplugin("pytest-benchmark")
    if not measures or config.getoption("--gilbench-profile", None) is None:
        raise pytest.UsageError(
            "gilbench measures with its own plugin and pytest-benchmark's; leave out -p no:benchmark and "
            "-p no:gilbench, or add -p gilbench.measure.plugin -p pytest_benchmark.plugin"
        )
    refuse_parallel(config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Refuse pytest-xdist here: its workers collect, and an error in a worker is many lines."""
    refuse_parallel(session.config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for kind in KINDS:
        if kind in metafunc.fixturenames:
            metafunc.parametrize(kind, parameters(metafunc.config, kind))


def parameters(config: pytest.Config, kind: str) -> list[Any]:
    """The planned items of a kind; none where the session is refused.

    An error that is raised while pytest collects is shown as one traceback per file, so it is kept
    until everything is collected.
    """
    if REFUSED in config.stash:
        return []
    try:
        run = suite_run(config)
    except pytest.UsageError as error:
        config.stash[REFUSED] = error
        return []
    several = len(run.plan.targets) > 1
    return [
        parameter(planned, planned.item.id if several else planned.item.label)
        for planned in run.unmeasured
        if kind_of(run, planned) == kind
    ]


def kind_of(run: SuiteRun, planned: PlannedItem) -> str:
    if not isinstance(planned.item, Comparison):
        return "experiment"
    return run.plan.workload_kind(planned.item.case)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts items of claims first, since what only the report shows is measured last; other tests come last."""
    if REFUSED in config.stash:
        raise config.stash[REFUSED]
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    planned = chosen(item)
    if planned is None:
        return 2
    return 0 if planned.claims else 1


def chosen(item: pytest.Item) -> PlannedItem | None:
    """The planned item that a pytest item stands for; none where nothing of a kind was planned."""
    params: dict[str, PlannedItem] = item.callspec.params if hasattr(item, "callspec") else {}
    return next((one for one in params.values() if isinstance(one, PlannedItem)), None)


@pytest.fixture(scope="session")
def running(request: pytest.FixtureRequest) -> Iterator[SuiteRun]:
    """The run, begun with the items that pytest selected and closed when the last one is done."""
    run = suite_run(request.config)
    try:
        run.begin([planned for item in request.session.items if (planned := chosen(item))])
    except InputError as error:
        pytest.exit(OPTION.sub("--gilbench-", str(error)), returncode=2)
    yield run
    run.close()


@pytest.fixture
def measure(running: SuiteRun, report_rounds: Callable[..., None]) -> Callable[[PlannedItem], None]:
    """Measure a planned item within the run, and hand its rounds to pytest-benchmark."""

    def run(planned: PlannedItem) -> None:
        try:
            measured = running.measure(planned)
        except InputError as error:  # the run's folder cannot be written any more
            pytest.exit(str(error), returncode=2)
        report_rounds(planned, measured)

    return run


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_generate_commit_info() -> dict[str, Any]:
    """The commit, without what would run programs that the repository names."""
    from gilbench.measure.git import commit_info, git_commit

    return commit_info(git_commit())


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Add to pytest-benchmark's file the speedups, and the unit of work that times are of."""
    from gilbench.report.benchmark_json import add_extra_info

    run = known_run(config)
    if run is not None and run.has_begun:
        add_extra_info(run.tables(), output_json["benchmarks"])


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print speedups and verdicts below pytest-benchmark's table; the CLI switches both off."""
    run = known_run(config)
    if run is None or not run.has_begun or not run.records:
        return
    if config.getoption("benchmark_quiet") or config.getoption("benchmark_disable"):
        return
    from gilbench.terminal import pytest_summary

    terminalreporter.ensure_newline()
    terminalreporter.section("gilbench: speedups and verdicts", sep="-")
    for problem in run.plan.problems:
        terminalreporter.write_line(f"{problem}; the other targets were measured", yellow=True)
    summary = pytest_summary.render(run.tables(), run.verdicts(), colour=terminalreporter.hasmarkup)
    terminalreporter.write(summary)
    if run.folder is not None:
        terminalreporter.write_line(
            f"this run is kept in {run.folder}; its report: gilbench report {run.folder}"
        )
