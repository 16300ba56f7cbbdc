"""The pytest side of measuring: options, and the fixture that measures with pytest-benchmark.

It is loaded into every pytest session of an environment that has gilbench, so nothing but pytest is
imported here until a benchmark of gilbench asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gilbench.measure.measurement import StoppingRule
    from gilbench.measure.session import Session
    from gilbench.model import PlannedItem

SUITE = "gilbench.benchmarks"  # the suite's package where gilbench is installed


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gilbench", "benchmarks of the GIL (gilbench)")
    group.addoption("--gilbench-profile", default="quick", help="quick, standard or full (default: quick)")
    group.addoption("--gilbench-python", action="append", default=[], help="interpreter to measure; may be repeated")
    group.addoption("--gilbench-workers", action="append", default=[], type=int, help="measure this worker count only")
    group.addoption(
        "--gilbench-force-workers",
        action="store_true",
        help="allow more workers than the cores can make sense of",
    )
    group.addoption("--gilbench-seed", type=int, default=0, help="seed of every random order (default: 0)")
    group.addoption("--gilbench-out", default=None, help="folder to keep the run in (default: it is not kept)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Refuse pytest-xdist where the suite is selected by name.

    Its conftest refuses pytest-xdist where the suite is selected by path. By name, only the workers
    find the conftest.
    """
    if any(argument.startswith(SUITE) for argument in session.config.args):
        refuse_parallel(session.config)


def refuse_parallel(config: pytest.Config) -> None:
    """Raise pytest.UsageError in a session that pytest-xdist distributes."""
    if config.getoption("dist", "no") != "no" or hasattr(config, "workerinput"):
        raise pytest.UsageError("measurements that run at the same time disturb each other; leave out -n, or add -n 0")


class TargetClock:
    """A timer for pytest-benchmark that advances by what a measurement counts, and by that only."""

    __name__ = "gilbench.target_clock"

    def __init__(self) -> None:
        self.read: Callable[[], float] = lambda: 0.0

    def __call__(self) -> float:
        return self.read()


def parameter(planned: PlannedItem, label: str) -> Any:
    """The pytest parameter of a planned item, with a clock of its own; grouped by workload in the table."""
    item: Any = planned.item
    group = item.case.workload if hasattr(item, "case") else item.probe
    marker = pytest.mark.benchmark(timer=TargetClock(), group=group, disable_gc=False, warmup=False)
    return pytest.param(planned, id=label, marks=marker)


@pytest.fixture
def measure_item(
    request: pytest.FixtureRequest, benchmark: Any
) -> Callable[[Session, PlannedItem, StoppingRule], None]:
    """Measure one planned item through ``benchmark.pedantic``; a failure ends in one line and leaves the others be."""
    from gilbench.measure.items import open_measurement
    from gilbench.measure.launches import MeasurementError
    from gilbench.measure.measurement import Enough

    def run(session: Session, planned: PlannedItem, stopping: StoppingRule) -> None:
        measurement = open_measurement(session, planned, stopping)
        clock: TargetClock = request.node.get_closest_marker("benchmark").kwargs["timer"]
        clock.read = lambda: measurement.elapsed_s
        benchmark.extra_info["gilbench_item"] = planned.item.id
        try:
            benchmark.pedantic(measurement.measure, setup=measurement.next_round, rounds=measurement.rounds_left)
        except Enough:
            benchmark.has_error = False  # set by any exception; this one only ends the rounds
            measurement.finish()
        except MeasurementError as error:
            measurement.fail(str(error))
            pytest.fail(f"{planned.item.label}: {error}", pytrace=False)
        except BaseException:
            benchmark.has_error = True  # or pytest-benchmark would take statistics of no rounds
            raise
        else:
            measurement.finish()
        finally:
            measurement.close()

    return run
