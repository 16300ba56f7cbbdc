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

from gilbench.model import CoresSample, Record, Run
from gilbench.report.write import write, write_side_by_side
from gilbench.results.journal import Journal
from tests.browser.visits import Visits
from tests.synthetic import World, make_run
from tests.synthetic_targets import five_targets

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVERY_PAGE = pytest.mark.parametrize("name", ["run", "five targets", "side by side"])


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


@pytest.fixture(scope="session")
def of_five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of five targets; two launches of each say enough of how it looks."""
    return reported(tmp_path_factory.mktemp("several") / "five", *five_targets(launches=2))


@pytest.fixture(scope="session")
def pages(address: str, of_five: Path) -> dict[str, str]:
    """The address of each kind of page."""
    two = Path(url2pathname(urlparse(address).path)).parent
    beside = write_side_by_side([two, of_five])
    return {
        "run": address,
        "five targets": (of_five / "report.html").as_uri(),
        "side by side": beside.as_uri(),
    }


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's browser, driven by Playwright."""
    executable = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if executable is None:
        pytest.skip("no Chromium on the PATH: apt-get install chromium")
    if find_spec("playwright") is None:
        pytest.skip("Playwright is not installed: pip install '.[browser]'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=LAUNCH_ARGUMENTS)
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
