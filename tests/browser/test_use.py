"""The report used in a real browser, by mouse and by keyboard: filters, rows, tables, the theme, the files."""

from __future__ import annotations

import base64
import gzip
import re
import time
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from tests.browser.conftest import SHOWN
from tests.browser.visits import PATIENCE_MS

SHOW_ALL = ".filters [value=all]"
DARK, WHITE = "dark", "rgb(255, 255, 255)"
CENTRED = "(one) => one.scrollIntoView({ behavior: 'instant', block: 'center' })"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def shown_of(page, attribute: str) -> list[str]:
    """An attribute of each row of the board that is left by the filters."""
    rows = page.locator(".verdict:not([hidden])")
    return rows.evaluate_all(f"(rows) => rows.map((row) => row.dataset.{attribute})")


def values_of(page, table: str, column: int) -> list[float | None]:
    """The numbers of a table's column (1 is the first), None where it has none."""
    texts = page.locator(f"{table} tbody tr").evaluate_all(
        f"(rows) => rows.map((row) => row.cells[{column - 1}].querySelector('data')?.value)"
    )
    return [None if text is None else float(text) for text in texts]


def test_filters_by_mouse(visit):
    """Outcomes add up, families and targets narrow, and all can be had back."""
    page = visit()
    folded = page.evaluate(SHOWN)
    page.click(SHOW_ALL)
    everything = page.evaluate(SHOWN)
    assert set(folded) < set(everything)
    page.click(".filters [value=proved]")
    proved = page.evaluate(SHOWN)
    assert 0 < len(proved) < len(everything)
    assert page.locator(".shown-count").inner_text().startswith(f"{len(proved)} of ")
    page.click(".filters [value=refuted]")
    both = page.evaluate(SHOWN)
    assert set(proved) < set(both)
    page.select_option("select[name=family]", "gil")
    assert set(shown_of(page, "family")) == {"gil"}
    page.click(SHOW_ALL)
    assert page.evaluate(SHOWN) == everything


def test_filters_by_keyboard(visit):
    """A filter is reached by Tab, pressed by Space, and a select moved by the arrow keys."""
    page = visit()
    page.click(SHOW_ALL)
    everything = page.evaluate(SHOWN)
    page.locator("nav a").last.focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.filters button')"):
            break
    pressed = page.evaluate("document.activeElement.value")
    page.keyboard.press("Space")
    outcomes = shown_of(page, "outcome")
    assert 0 < len(outcomes) < len(everything)
    assert set(outcomes) == {pressed}
    page.keyboard.press("Enter")
    assert page.evaluate(SHOWN) == everything
    page.focus("select[name=target]")
    page.keyboard.press("ArrowDown")
    assert set(shown_of(page, "target")) == {"3.13.0"}
    assert page.locator(".board:not([hidden])").count() == 1


def test_filters_that_nothing_fits_say_so(visit):
    """An outcome of one family and another family leave nothing; the count says how to get all back."""
    page = visit()
    page.click(SHOW_ALL)
    everything = page.evaluate(SHOWN)
    page.click(".filters [value=surprise]")
    page.select_option("select[name=family]", "asyncio")
    assert page.evaluate(SHOWN) == []
    assert "Show all" in page.locator(".shown-count").inner_text()
    page.click(SHOW_ALL)
    assert page.evaluate(SHOWN) == everything
    assert "Show all" not in page.locator(".shown-count").inner_text()


def test_a_row_opens_to_its_evidence(visit):
    """By mouse and by keyboard; its figure is shown in it, and a link to a row opens it."""
    page = visit()
    page.locator(".fold").evaluate_all("(folds) => folds.forEach((fold) => { fold.open = true; })")
    page.click("#claim-A16 > summary")
    assert page.evaluate("document.querySelector('#claim-A16').open")
    figure = page.locator("#claim-A16 .inset use").first
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert min(box["width"], box["height"]) > 100
    page.focus("#claim-A17 > summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('#claim-A17').open")
    page = visit(at="#claim-B2")
    assert page.evaluate("document.querySelector('#claim-B2').open")
    assert page.locator("#claim-B2").is_visible()


def test_only_figures_near_the_view_are_copied(visit):
    """With every row open a few rows have their figure, those that are looked at; paper has it in all."""
    from playwright.sync_api import expect

    page = visit()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    figures, rows = page.locator(".inset svg"), page.locator(".inset").count()
    last = page.locator(".inset").last
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not last.locator("svg").count():
        assert time.monotonic() < end_s
        last.evaluate(CENTRED)  # what comes into view is laid out then, and moves what is below it
        page.wait_for_timeout(50)
    expect(last.locator("svg")).to_be_visible()
    expect(page.locator(".inset").first.locator("svg")).to_have_count(0)
    assert 0 < figures.count() < rows / 2
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert figures.count() == rows
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".inset").first.locator("svg")).to_have_count(0)


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_tables_sort(visit, how):
    """A number's column first from the greatest down, then up, and the heading says which."""
    page = visit()
    page.evaluate("document.querySelector('#every-case').open = true")
    heading = page.locator("#every-case th:nth-child(6)")
    assert heading.get_attribute("aria-sort") == "none"
    for wanted, downwards in (("descending", True), ("ascending", False)):
        if how == "mouse":
            heading.locator("button").click()
        else:
            heading.locator("button").press("Enter")
        numbers = [value for value in values_of(page, "#every-case", 6) if value is not None]
        assert len(numbers) > 10
        assert numbers == sorted(numbers, reverse=downwards)
        assert heading.get_attribute("aria-sort") == wanted


def test_tables_of_runs_side_by_side_sort(visit):
    """By the column of any target of any run, what it lacks last."""
    page = visit(page="side by side")
    heading = page.locator("#cases th:nth-child(4)")
    heading.locator("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    values = values_of(page, "#cases", 4)
    numbers = [value for value in values if value is not None]
    assert len(numbers) > 10
    assert values == numbers + [None] * (len(values) - len(numbers))
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    ("name", "table"), [("five targets", "#strategies"), ("side by side", "#verdicts")]
)
def test_what_can_be_scrolled_shows_it_and_keeps_its_rows_named(visit, name, table):
    """A shadow at the right edge until the end is reached; the first column stays where it is meanwhile."""
    from playwright.sync_api import expect

    page = visit(360, page=name)
    scrolled = page.locator(f"{table} .scroll").first
    more = re.compile(r"\bmore\b")
    expect(scrolled).to_have_class(more)
    left = f"document.querySelector('{table} tbody th').getBoundingClientRect().left"
    before = page.evaluate(left)
    scrolled.evaluate("(one) => { one.scrollLeft = 100000; }")
    expect(scrolled).not_to_have_class(more)
    assert page.evaluate(left) == before
    page.set_viewport_size({"width": 8000, "height": 900})
    expect(scrolled).not_to_have_class(more)


def test_the_theme_can_be_chosen_and_is_kept(visit, address):
    """The button goes from the system's theme to light to dark; a page opened later has the choice."""
    page = visit(scheme=DARK)
    dark = page.evaluate(BACKGROUND)
    page.click("button.theme")
    assert page.evaluate(BACKGROUND) == WHITE
    page.click("button.theme")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(BACKGROUND) == dark
    page.goto(address)
    assert page.evaluate(BACKGROUND) == dark


def test_the_files_can_be_had(visit, address):
    """Each download's link carries the file as it is in the run's folder."""
    links = (
        visit()
        .locator(".downloads a")
        .evaluate_all("(links) => links.map((one) => [one.download, one.href])")
    )
    folder = Path(url2pathname(urlparse(address).path)).parent
    assert {name for name, _ in links} == {"verdicts.json.gz", "summary.csv.gz"}
    for name, href in links:
        data = gzip.decompress(base64.b64decode(href.partition(",")[2]))
        assert data == (folder / name.removesuffix(".gz")).read_bytes()


def test_a_mark_of_a_figure_has_its_value_as_title(visit):
    """By mouse and by keyboard: the value with its interval and sample; arrows go on to the next."""
    from playwright.sync_api import expect

    page = visit()
    told = page.locator(".pointed")
    assert told.is_hidden()
    mark = page.locator("#chart-strategies .tip").first
    mark.evaluate(CENTRED)
    mark.hover(force=True)
    expect(told).to_be_visible()
    pointed = told.inner_text()
    assert re.fullmatch(r"[\w-]+, 2 workers: [\d.]+× \[[\d.]+, [\d.]+\], \d+ launches", pointed)
    page.focus("#chart-strategies .tip[tabindex]")
    assert told.inner_text() == pointed
    page.keyboard.press("ArrowRight")
    expect(told).to_be_visible()
    expect(told).not_to_have_text(pointed)
    assert page.locator("#chart-strategies .tip[tabindex='0']").count() == 1


def test_a_strategy_is_followed_through_all_figures(visit):
    """Enter on a mark pales what belongs to others; Escape ends it."""
    page = visit()
    mark = page.locator("#chart-strategies .tip[data-series=thread]").first
    mark.evaluate("(one) => one.setAttribute('tabindex', '0')")
    mark.focus()
    page.keyboard.press("Enter")
    pale = (
        "Array.from(document.querySelectorAll('.chart [data-series]')).filter("
        "mark => getComputedStyle(mark).opacity < 0.5).map(mark => mark.dataset.series)"
    )
    series = set(page.evaluate(pale))
    assert "process" in series
    assert "thread" not in series
    page.keyboard.press("Escape")
    assert page.evaluate(pale) == []
