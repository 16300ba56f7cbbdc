"""The report used in a real browser, by mouse and by keyboard: filters, rows, tables, the theme, the files."""

from __future__ import annotations

import re

import pytest
from tests.browser.conftest import SHOWN


def test_filters_by_mouse(visit):
    """Outcomes add up, families and targets narrow, and all can be had back."""
    page = visit()
    folded = page.run(SHOWN)
    page.click(".filters [value=all]")
    everything = page.run(SHOWN)
    assert set(folded) < set(everything)
    page.click(".filters [value=proved]")
    proved = page.run(SHOWN)
    assert 0 < len(proved) < len(everything)
    assert page.run("return document.querySelector('.shown-count').textContent").startswith(
        f"{len(proved)} of "
    )
    page.click(".filters [value=refuted]")
    both = page.run(SHOWN)
    assert set(proved) < set(both)
    page.run(
        "const one = document.querySelector('select[name=family]'); one.value = 'gil';"
        "one.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    families = page.run(
        "return Array.from(document.querySelectorAll('.verdict:not([hidden])'), one => one.dataset.family)"
    )
    assert set(families) == {"gil"}
    page.click(".filters [value=all]")
    assert page.run(SHOWN) == everything


def test_filters_by_keyboard(visit):
    """A filter is reached by Tab, pressed by Space, and a select moved by the arrow keys."""
    page = visit()
    page.click(".filters [value=all]")
    everything = page.run(SHOWN)
    page.run(
        "document.querySelector('.filters').previousElementSibling.setAttribute('tabindex', '-1');"
        "document.querySelector('.filters').previousElementSibling.focus(); document.querySelector('nav a:last-of-type').focus()"
    )
    for _ in range(40):
        page.press("tab")
        if page.run("return document.activeElement.matches('.filters button')"):
            break
    pressed = page.run("return document.activeElement.value")
    page.press("space")
    outcomes = page.run(
        "return Array.from(document.querySelectorAll('.verdict:not([hidden])'), one => one.dataset.outcome)"
    )
    assert 0 < len(outcomes) < len(everything)
    assert set(outcomes) == {pressed}
    page.press("enter")
    assert page.run(SHOWN) == everything
    page.run("document.querySelector('select[name=target]').focus()")
    page.press("down")
    targets = page.run(
        "return Array.from(document.querySelectorAll('.verdict:not([hidden])'), one => one.dataset.target)"
    )
    assert set(targets) == {"3.13.0"}
    assert page.run("return document.querySelectorAll('.board:not([hidden])').length") == 1


def test_filters_that_nothing_fits_say_so(visit):
    """An outcome of one family and another family leave nothing; the count says how to get all back."""
    page = visit()
    page.click(".filters [value=all]")
    everything = page.run(SHOWN)
    page.click(".filters [value=surprise]")
    page.run(
        "const one = document.querySelector('select[name=family]'); one.value = 'asyncio';"
        "one.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert page.run(SHOWN) == []
    assert "Show all" in page.run("return document.querySelector('.shown-count').textContent")
    page.click(".filters [value=all]")
    assert page.run(SHOWN) == everything
    assert "Show all" not in page.run("return document.querySelector('.shown-count').textContent")


def test_a_row_opens_to_its_evidence(visit):
    """By mouse and by keyboard; its figure is shown in it, and a link to a row opens it."""
    page = visit()
    page.run("document.querySelectorAll('.fold').forEach((fold) => { fold.open = true; })")
    page.click("#claim-A16 > summary")
    assert page.run("return document.querySelector('#claim-A16').open")
    page.run("return new Promise((done) => setTimeout(done, 100))")
    box = page.run(
        "const one = document.querySelector('#claim-A16 .inset use').getBoundingClientRect(); return [one.width, one.height]"
    )
    assert min(box) > 100
    page.run("document.querySelector('#claim-A17 > summary').focus()")
    page.press("enter")
    assert page.run("return document.querySelector('#claim-A17').open")
    page = visit(at="#claim-B2")
    assert page.run("return document.querySelector('#claim-B2').open")
    assert page.run("return document.querySelector('#claim-B2').checkVisibility()")


@pytest.mark.parametrize("how", ["mouse", "keyboard"])
def test_tables_sort(visit, how):
    """A number's column first from the greatest down, then up, and the heading says which."""
    page = visit()
    page.run("document.querySelector('#every-case').open = true")
    column = "#every-case th:nth-child(6) button"
    values = "return Array.from(document.querySelectorAll('#every-case tbody tr'), row => row.cells[5].querySelector('data')?.value)"
    sort = "return document.querySelector('#every-case th:nth-child(6)').getAttribute('aria-sort')"
    assert page.run(sort) == "none"
    for wanted, downwards in (("descending", True), ("ascending", False)):
        if how == "mouse":
            page.click(column)
        else:
            page.run(f"document.querySelector('{column}').focus()")
            page.press("enter")
        numbers = [float(one) for one in page.run(values) if one is not None]
        assert len(numbers) > 10
        assert numbers == sorted(numbers, reverse=downwards)
        assert page.run(sort) == wanted


def test_tables_of_runs_side_by_side_sort(visit):
    """By the column of any target of any run, what it lacks last."""
    page = visit(page="side by side")
    column = "#cases th:nth-child(4)"
    page.click(f"{column} button")
    assert (
        page.run(f"return document.querySelector('{column}').getAttribute('aria-sort')")
        == "descending"
    )
    shown = page.run(
        "return Array.from(document.querySelectorAll('#cases tbody tr'), row => row.cells[3].querySelector('data')?.value)"
    )
    numbers = [float(one) for one in shown if one is not None]
    assert len(numbers) > 10
    assert shown == [str(one) for one in shown[: len(numbers)]] + [None] * (
        len(shown) - len(numbers)
    )
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    ("name", "table"), [("five targets", "#strategies"), ("side by side", "#verdicts")]
)
def test_what_can_be_scrolled_shows_it_and_keeps_its_rows_named(visit, name, table):
    """A shadow at the right edge until the end is reached; the first column stays where it is meanwhile."""
    page = visit(360, page=name)
    wait = "return new Promise((done) => setTimeout(done, 100))"
    more = f"return document.querySelector('{table} .scroll').classList.contains('more')"
    left = f"return document.querySelector('{table} tbody th').getBoundingClientRect().left"
    page.run(wait)
    assert page.run(more) is True
    before = page.run(left)
    page.run(f"document.querySelector('{table} .scroll').scrollLeft = 100000")
    page.run(wait)
    assert page.run(more) is False
    assert page.run(left) == before
    page.resize(8000)
    page.run(wait)
    assert page.run(more) is False


def test_the_theme_can_be_chosen_and_is_kept(visit, address):
    """The button goes from the system's theme to light to dark; a page opened later has the choice."""
    page = visit(scheme="dark")
    shade = "return getComputedStyle(document.body).backgroundColor"
    dark = page.run(shade)
    page.click("button.theme")
    assert page.run(shade) == "rgb(255, 255, 255)"
    page.click("button.theme")
    page.prefer("light")
    assert page.run(shade) == dark
    page.open(address)
    assert page.run(shade) == dark
    page.run("localStorage.clear()")


def test_the_files_can_be_had(visit, address):
    """Each download's link carries the file as it is in the run's folder."""
    import base64
    import gzip
    from pathlib import Path
    from urllib.parse import urlparse
    from urllib.request import url2pathname

    page = visit()
    links = page.run(
        "return Array.from(document.querySelectorAll('.downloads a'), one => [one.download, one.href])"
    )
    folder = Path(url2pathname(urlparse(address).path)).parent
    assert {name for name, _ in links} == {"verdicts.json.gz", "summary.csv.gz"}
    for name, href in links:
        data = gzip.decompress(base64.b64decode(href.partition(",")[2]))
        assert data == (folder / name.removesuffix(".gz")).read_bytes()


def test_a_mark_of_a_figure_tells_its_value(visit):
    """By mouse and by keyboard: the value with its interval and sample; arrows go on to the next."""
    page = visit()
    shown = "return document.querySelector('.pointed').hidden ? '' : document.querySelector('.pointed').textContent"
    assert page.run(shown) == ""
    page.run(
        "document.querySelector('#chart-strategies .tip').scrollIntoView({behavior: 'instant'})"
    )
    page.run(
        "document.querySelector('#chart-strategies .tip').dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))"
    )
    pointed = page.run(shown)
    assert re.fullmatch(r"[\w-]+, 2 workers: [\d.]+× \[[\d.]+, [\d.]+\], \d+ launches", pointed)
    page.run("document.querySelector('#chart-strategies .tip[tabindex]').focus()")
    assert page.run(shown) == pointed
    page.press("right")
    assert page.run(shown) not in ("", pointed)
    stops = "return document.querySelectorAll('#chart-strategies .tip[tabindex=\"0\"]').length"
    assert page.run(stops) == 1


def test_a_strategy_is_followed_through_all_figures(visit):
    """Enter on a mark pales what belongs to others; Escape ends it."""
    page = visit()
    page.run(
        "document.querySelector('#chart-strategies .tip[data-series=thread]').setAttribute('tabindex', '0')"
    )
    page.run("document.querySelector('#chart-strategies .tip[data-series=thread]').focus()")
    page.press("enter")
    pale = (
        "return Array.from(document.querySelectorAll('.chart [data-series]')).filter("
        "mark => getComputedStyle(mark).opacity < 0.5).map(mark => mark.dataset.series)"
    )
    series = set(page.run(pale))
    assert "process" in series
    assert "thread" not in series
    page.press("escape")
    assert page.run(pale) == []
