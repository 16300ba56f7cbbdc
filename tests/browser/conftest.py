"""One browser and one synthetic report for all tests of the page in a browser; they are skipped where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from tests.browser import webdriver
from tests.browser.webdriver import Browser
from tests.synthetic import World, make_run

from gilbench.model import CoresSample
from gilbench.report.build import write
from gilbench.results.journal import Journal

Visit = Callable[..., Browser]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a run of two targets: one with the GIL, and one without, on which claims turn out otherwise."""
    folder = tmp_path_factory.mktemp("browser") / "run"
    folder.mkdir()
    worlds = World(launches=8), World(launches=8, gil=False, speedups={"http-thread-w4": 0.9}, seed=2)
    run = make_run(tuple(one for world in worlds for one in world.plan()), host=worlds[0].host)
    with Journal(folder) as journal:
        journal.write_run(msgspec.structs.replace(run, targets=tuple(world.target for world in worlds)))
        for world in worlds:
            for record in world.records():
                journal.add(record)
        for tick in range(40):
            journal.add_cores(CoresSample(tick / 20, (0.75, 0.25)))
    write(folder)
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    why = webdriver.missing() or (None if sys.platform == "linux" else "driven on Linux only")
    if why:
        pytest.skip(why)
    with webdriver.browser() as found:
        yield found


@pytest.fixture
def visit(chromium: Browser, address: str) -> Visit:
    """Open the page afresh, in a size and a theme; what was logged before is forgotten."""

    def go(width: int = 1440, scheme: str = "light", *, media: str = "", at: str = "") -> Browser:
        chromium.resize(width)
        chromium.prefer(scheme, media=media)
        chromium.open("about:blank")
        chromium.log("browser"), chromium.log("performance")
        chromium.open(address + at)
        chromium.run("localStorage.clear()")
        return chromium

    return go


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe, as its package ships it."""
    package = pytest.importorskip("axe_core_python", reason="axe-core-python is not installed: pip install '.[dev]'")
    return Path(package.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
