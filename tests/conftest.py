"""Fixtures that the tests share: target bundles as a run makes them or with changed files, and launches of them."""

import signal
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gilbench.claims.claim import Claim, NotApplicable, Question, Setting
from gilbench.claims.registry import all_claims
from gilbench.measure.bundle import TARGET_VARIABLE, make_target_bundle
from gilbench.measure.launches import Launch
from gilbench.measure.services import Services

CUSTOM_HEAD = "import os, subprocess, sys, time\nfrom gilbench.target.registry import Workload\n"
CUSTOM_TAIL = (
    "WORKLOAD = Workload(name='custom', kind='cpu', summary='a test', task=task, defaults={})\n"
)

# Whether examples are made quickly is a question to the host.
settings.register_profile(
    "gilbench",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gilbench")


# A background job ignores interrupts, and its children inherit that: tests interrupt them.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Browsers and connections of Dask leave threads in this process, and tests of the target fork it.
LEAVE_THREADS = ("browser", "fleet", "commands/test_fleet.py", "target/strategies/test_dask.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests that leave threads behind the others."""
    last = tuple(str(Path(__file__).parent / place) for place in LEAVE_THREADS)
    items.sort(key=lambda item: str(item.path).startswith(last))


@pytest.fixture
def asked_claims(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The id of a claim for each time that its question is put to a target, in that order."""
    asked: list[str] = []

    def recorded(claim: Claim) -> Callable[[Setting], Question | NotApplicable]:
        ask = claim.question

        def question(setting: Setting) -> Question | NotApplicable:
            asked.append(claim.id)
            return ask(setting)

        return question

    for claim in all_claims():
        monkeypatch.setitem(vars(claim), "question", recorded(claim))
    return asked


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are written without figures, which take most of the time; for tests of what reports say in words."""
    monkeypatch.setattr("gilbench.report.run_files.draw_all", lambda folder, tables, verdicts: [])


@pytest.fixture(scope="session")
def target_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The target package as a launch sees it."""
    return make_target_bundle(tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="module")
def services(target_bundle: Path) -> Iterator[Services]:
    """The servers of the I/O workloads, without a delay."""
    running = Services(target_bundle)
    yield running
    running.close()


@pytest.fixture
def bundle_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str]], Path]:
    """Make a target bundle in which some files (path → source) are added or replaced."""

    def make(files: dict[str, str]) -> Path:
        plain = make_target_bundle(tmp_path / "plain")
        for path, source in files.items():
            (plain / "gilbench" / "target" / path).write_text(
                textwrap.dedent(source), encoding="utf-8"
            )
        monkeypatch.setenv(TARGET_VARIABLE, str(plain / "gilbench" / "target"))
        return make_target_bundle(tmp_path / "changed")

    return make


@pytest.fixture
def workload_bundle(bundle_with: Callable[[dict[str, str]], Path]) -> Callable[..., Path]:
    """Make a target bundle that has a workload called ``custom`` with the given ``task`` source."""

    def make(source: str, more: dict[str, str] | None = None) -> Path:
        task = textwrap.dedent(source)
        return bundle_with(
            {"workloads/custom.py": f"{CUSTOM_HEAD}\n{task}\n{CUSTOM_TAIL}", **(more or {})}
        )

    return make


@pytest.fixture
def launch_of(workload_bundle: Callable[..., Path]) -> Iterator[Callable[..., Launch]]:
    """Start a launch of this interpreter that has a workload called ``custom`` with the given ``task`` source."""
    started: list[Launch] = []

    def start(source: str, more: dict[str, str] | None = None) -> Launch:
        launch = Launch(sys.executable, workload_bundle(source, more))
        started.append(launch)
        return launch

    yield start
    for launch in started:
        launch.close()
