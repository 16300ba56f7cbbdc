"""One browser and synthetic reports for all tests of the pages in a browser; they are skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse
from urllib.request import url2pathname

import msgspec
import pytest
from tools.report_pictures import BROWSERS, LAUNCH_ARGUMENTS

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.claims.judging import judge_claims
from gilbench.model import CoresSample, Estimate, Record, Run
from gilbench.model.fleets import Fleet, FleetHost, HostFacts, HostStatus
from gilbench.report.html import check_page, fleet_page
from gilbench.report.write import write, write_side_by_side
from gilbench.results.journal import Journal
from gilbench.summary.fleet import columns_of
from tests.browser.visits import PATIENCE_MS, Visits
from tests.synthetic import World, make_run
from tests.synthetic_targets import five_targets

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("run", "five targets", "side by side", "check", "fleet")
EVERY_PAGE = pytest.mark.parametrize("name", NAMES)


def script(name: str) -> str:
    """A piece of JavaScript that stands beside this file."""
    return Path(__file__).with_name(f"{name}.js").read_text(encoding="utf-8")


SLIM = script("slim")
# What is out of sight is laid out too, so that its places are known.
OPEN_ALL = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelectorAll(".verdict, .evidence, .inset, figure .scroll").forEach((one) => {
    one.style.contentVisibility = "visible"; });
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
SHOWN = "Array.from(document.querySelectorAll('.verdict')).filter(one => one.checkVisibility()).map(one => one.id)"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a run of two targets: one with the GIL, and one without, on which claims turn out otherwise."""
    worlds = (
        World(launches=8),
        World(launches=8, gil=False, speedups={"http-thread-w4": 0.9}, seed=2),
    )
    run = make_run(tuple(one for world in worlds for one in world.plan()), host=worlds[0].host)
    run = msgspec.structs.replace(run, targets=tuple(world.target for world in worlds))
    folder = reported(
        tmp_path_factory.mktemp("browser") / "run",
        run,
        [one for world in worlds for one in world.records()],
    )
    return (folder / "report.html").as_uri()


def reported(folder: Path, run: Run, records: Iterable[Record]) -> Path:
    """The folder of a run that was never measured, with its report."""
    folder.mkdir()
    lasts_s = 2.0
    with Journal(folder) as journal:
        journal.write_run(run)
        for record in records:
            journal.add(record)
            lasts_s = max(lasts_s, getattr(record, "began_s", 0.0))
        for tick in range(40):
            journal.add_cores(CoresSample(tick * lasts_s / 40, (0.75, 0.25)))
    write(folder)
    return folder


def check_of_all_kinds() -> str:
    """The page of a check with a case of every kind, and of one case in two whose name is long."""
    findings = []
    for place, change in enumerate(Change):
        ratio = Estimate(1.02 + place / 50, 1.01, 1.04 + place / 50, "×", 12, 0.95)
        case = f"fnv1a-process-w{place}" + "-of-a-function-with-a-long-name" * (place % 2)
        limit = 1.07 if change == Change.INCONCLUSIVE else None
        findings.append(Finding(case, "time", change, ratio, 0.05, "why it is so", limit=limit))
    notes = ("it was busy",)
    return check_page.render(
        Report("against", "3.13.0", "3.14.0", Change.REGRESSED, tuple(findings), notes=notes)
    )


def fleet_of_two() -> str:
    """The page of a fleet of two hosts that differ, and one that was lost."""
    columns, hosts = [], []
    for number, speedup in enumerate((1.9, 1.5)):
        world = World(launches=4, claims=frozenset({"A16"}), speedups={"fnv1a-thread-w2": speedup})
        facts = HostFacts("vm", f"machine-{number}", "0.1.0", "1", "CPython 3.11.7", "code")
        hosts.append(FleetHost(f"host-{number}", "", HostStatus.COMPLETE, facts=facts))
        measured = world.tables()
        columns += columns_of(hosts[-1], measured, judge_claims(measured), with_rows=True)
    hosts.append(FleetHost("host-2", "", HostStatus.LOST, reason="it left before it measured"))
    fleet = Fleet("20260101T000000Z-0000", "x", None, (), "0.1.0", "code", hosts=tuple(hosts))
    return fleet_page.render(fleet, columns)


@pytest.fixture(scope="session")
def of_five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of five targets; two launches of each say enough of how it looks."""
    return reported(tmp_path_factory.mktemp("several") / "five", *five_targets(launches=2))


@pytest.fixture(scope="session")
def pages(address: str, of_five: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The address of each kind of page."""
    folder = tmp_path_factory.mktemp("others")
    for name, text in (("check", check_of_all_kinds()), ("fleet", fleet_of_two())):
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    two = Path(url2pathname(urlparse(address).path)).parent
    beside = write_side_by_side([two, of_five])
    return {
        "run": address,
        "five targets": (of_five / "report.html").as_uri(),
        "side by side": beside.as_uri(),
        "check": (folder / "check.html").as_uri(),
        "fleet": (folder / "fleet.html").as_uri(),
    }


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's browser, driven by Playwright."""
    executable = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if executable is None:
        pytest.skip("no Chromium on the PATH: apt-get install chromium")
    if find_spec("playwright") is None:
        pytest.skip("Playwright is not installed: pip install '.[browser]'")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=LAUNCH_ARGUMENTS, timeout=PATIENCE_MS
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Visits]:
    """Opens pages; only what a test asks for is made."""
    visits = Visits(
        chromium,
        lambda kind: address if kind == "run" else request.getfixturevalue("pages")[kind],
    )
    yield visits
    visits.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe, as its package ships it."""
    package = pytest.importorskip(
        "axe_playwright_python",
        reason="axe-playwright-python is not installed: pip install '.[browser]'",
    )
    return Path(package.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
