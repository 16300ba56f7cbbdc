"""Turns the plan of a run into pytest items, one a case, and hands each to gilbench's measuring fixture.

Which cases there are follows from the workloads, strategies and claims that gilbench has, so this file does not
change when one is added.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gilbench.measure.plugin import parameter
from gilbench.model import Comparison, InputError, PlannedItem
from gilbench.plan.matrix import Filters
from gilbench.run.compose import Request
from gilbench.run.start import FreshStart
from gilbench.run.suite_run import SuiteRun

KINDS = ("cpu", "io", "experiment")


def suite_run(config: pytest.Config) -> SuiteRun:
    """The run that the CLI handed to pytest, or one made from pytest's options."""
    given: SuiteRun | None = config.pluginmanager.get_plugin(SuiteRun.PLUGIN)
    if given is not None:
        return given
    out = config.getoption("--gilbench-out")
    request = Request(
        profile=config.getoption("--gilbench-profile"),
        pythons=tuple(config.getoption("--gilbench-python")),
        filters=Filters(workers=tuple(config.getoption("--gilbench-workers"))),
        seed=config.getoption("--gilbench-seed"),
    )
    try:
        made = SuiteRun(FreshStart.on_claims(request, Path(out) if out else None, ["pytest", *sys.argv[1:]]))
    except InputError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(made, SuiteRun.PLUGIN)
    config.add_cleanup(made.close)
    return made


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for kind in KINDS:
        if kind in metafunc.fixturenames:
            run = suite_run(metafunc.config)
            several = len(run.plan.targets) > 1
            metafunc.parametrize(
                kind,
                [
                    parameter(planned, planned.item.id if several else planned.item.label)
                    for planned in run.unmeasured
                    if kind_of(run, planned) == kind
                ],
            )


def kind_of(run: SuiteRun, planned: PlannedItem) -> str:
    if not isinstance(planned.item, Comparison):
        return "experiment"
    return run.plan.workload_kind(planned.item.case)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts the items into the order in which the run measures them; what is none of its items comes last."""
    run = suite_run(config)
    ours = [(item, planned) for item in items if (planned := chosen(item))]
    ours.sort(key=lambda pair: run.turn(pair[1]))
    others = [item for item in items if not chosen(item)]
    items[:] = [*(item for item, _ in ours), *others]


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
        pytest.exit(str(error), returncode=2)
    yield run
    run.close()


@pytest.fixture
def measure(running: SuiteRun, measure_item: Callable[..., None]) -> Callable[[PlannedItem], None]:
    """Measure a planned item within the run, if it is still to be."""

    def run(planned: PlannedItem) -> None:
        if not running.needed(planned):
            pytest.skip("the first sample left nothing open")
        measure_item(running.session, planned, running.stopping)

    return run
