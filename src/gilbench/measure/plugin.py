"""The pytest side of measuring: options and fixtures.

The fixture ``gil`` is for anybody's tests; another hands the rounds of one planned item to
pytest-benchmark.

It is loaded into every pytest session of an environment that has gilbench, so nothing but pytest is
imported here until a benchmark of gilbench or a test with ``gil`` asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from gilbench.measure.ini_options import SECONDS_INI, UNDECIDED_INI

if TYPE_CHECKING:
    from gilbench.measure.in_process.gil import Gil
    from gilbench.model import PlannedItem

NOT_MEASURED = {
    "settled": "the first sample left nothing open",
    "time": "the time of the run was spent on what claims need",
    "effort": "an earlier part of the run has all of it",
}
SUITE = "gilbench.benchmarks"  # the suite's package where gilbench is installed
GIL_MODULE = "gilbench.measure.in_process.gil"  # loaded once a test uses the fixture
MARKER = (
    "gil(seconds, undecided): how long the fixture gil may measure, "
    "and what it does where that does not decide"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run."""
    group = parser.getgroup("gilbench", "benchmarks of the GIL (gilbench)")
    group.addoption(
        "--gilbench-profile", default="quick", help="quick, standard or full (default: quick)"
    )
    group.addoption(
        "--gilbench-python",
        action="append",
        default=[],
        help="interpreter to measure; may be repeated",
    )
    group.addoption(
        "--gilbench-workers",
        action="append",
        default=[],
        type=int,
        help="measure this worker count only",
    )
    group.addoption(
        "--gilbench-force-workers",
        action="store_true",
        help="allow more workers than the cores can make sense of",
    )
    group.addoption(
        "--gilbench-seed", type=int, default=0, help="seed of every random order (default: 0)"
    )
    group.addoption(
        "--gilbench-out", default=None, help="folder to keep the run in (default: it is not kept)"
    )
    parser.addini(
        UNDECIDED_INI, "what a test does whose result is not decided: skip or fail", default="skip"
    )
    parser.addini(
        SECONDS_INI, "how long the fixture gil may measure a result, in seconds", default="5"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker ``gil``."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def gil(request: pytest.FixtureRequest) -> Gil:
    """Measure what a function does with the GIL: speedup, releases, held and stall."""
    from gilbench.measure.in_process.gil import Gil

    shared = None
    # A worker of pytest-xdist, with a folder for temporary files
    if hasattr(request.config, "workerinput"):
        shared = request.getfixturevalue("tmp_path_factory").getbasetemp().parent
    return Gil(request.node, shared)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the fixture gil, so that ``pytest -m gil`` selects it."""
    for item in items:
        uses_it = "gil" in getattr(item, "fixturenames", ())
        if uses_it and item.get_closest_marker("gil") is None:  # which would have precedence
            item.add_marker("gil")


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Explain a comparison of a result of the fixture gil that failed."""
    for side in (left, right):
        if type(side).__module__ == "gilbench.measure.in_process.results":
            explanation: list[str] = side.explanation()  # type: ignore[attr-defined]
            return [f"{left!r} {op} {right!r}", *explanation]
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the fixture gil does without on this system, if a test used it."""
    if GIL_MODULE in sys.modules:
        from gilbench.measure.abilities import not_done

        for line in not_done(of_calls=True):
            terminalreporter.write_line(f"gilbench: {line}")


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
        raise pytest.UsageError(
            "measurements that run at the same time disturb each other; leave out -n, or add -n 0"
        )


class MeasuredItem(Protocol):
    """What a run has of one item: the seconds of its rounds, or why there are none."""

    @property
    def rounds_s(self) -> Sequence[float]:
        """The seconds of each round."""

    @property
    def ended(self) -> object:
        """Not None once the item is over."""

    @property
    def failure(self) -> str | None:
        """Why the item could not be measured; None if it could."""


class TargetClock:
    """A timer for pytest-benchmark that advances by what a measurement counts, and by that only."""

    __name__ = "gilbench.target_clock"

    def __init__(self) -> None:
        self.read: Callable[[], float] = lambda: 0.0

    def __call__(self) -> float:
        """The time that was measured so far, in seconds."""
        return self.read()


def parameter(planned: PlannedItem, label: str) -> Any:
    """The pytest parameter of a planned item, with its own clock.

    Grouped by workload in the table.
    """
    item: Any = planned.item
    group = item.case.workload if hasattr(item, "case") else item.probe
    marker = pytest.mark.benchmark(timer=TargetClock(), group=group, disable_gc=False, warmup=False)
    return pytest.param(planned, id=label, marks=marker)


class Rounds:
    """Rounds that were measured, played to pytest-benchmark with the time that they took."""

    def __init__(self, seconds: Sequence[float]) -> None:
        self._left = iter(seconds)
        self.elapsed_s = 0.0

    def play(self) -> None:
        """One round."""
        self.elapsed_s += next(self._left)


@pytest.fixture
def report_rounds(
    request: pytest.FixtureRequest, benchmark: Any
) -> Callable[[PlannedItem, MeasuredItem], None]:
    """Hand what was measured of a planned item to ``benchmark.pedantic``.

    A failure ends in one line.
    """

    def report(planned: PlannedItem, measured: MeasuredItem) -> None:
        if measured.failure is not None:
            pytest.fail(f"{planned.item.label}: {measured.failure}", pytrace=False)
        if not measured.rounds_s:
            pytest.skip(NOT_MEASURED[str(measured.ended)])
        rounds = Rounds(measured.rounds_s)
        clock: TargetClock = request.node.get_closest_marker("benchmark").kwargs["timer"]
        clock.read = lambda: rounds.elapsed_s
        benchmark.extra_info["gilbench_item"] = planned.item.id
        benchmark.pedantic(rounds.play, rounds=len(measured.rounds_s))

    return report
