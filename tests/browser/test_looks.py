"""How the report looks in a real browser: what it asks for, what is cut or overlaps, what axe finds, on paper."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.browser.conftest import EVERY_PAGE, OPEN_ALL, SLIM, script
from tests.browser.crowds import figures_page

SHEET_PX = 96 * 10.2  # of Letter, between the margins that Chromium leaves
WIDTHS, SCHEMES = (360, 768, 1440), ("light", "dark")
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def resize(page, width: int, height: int = 900) -> None:
    """Another size of the page's view, in CSS pixels."""
    page.set_viewport_size({"width": width, "height": height})


@EVERY_PAGE
def test_nothing_is_asked_for_and_nothing_fails(visit, name):
    """No request but for the page itself and data within it, and a silent console, with every row open."""
    page = visit(page=name)
    if name != "run":
        page.evaluate(SLIM)
    page.evaluate(OPEN_ALL)
    page.wait_for_load_state("networkidle")
    assert [url[:80] for url in visit.requests if not url.startswith(("file:", "data:"))] == []
    assert len({url for url in visit.requests if url.startswith("file:")}) == 1
    assert visit.console == []


def test_only_its_own_script_may_run(visit):
    """Whatever else were to be written into the page as a script is refused by its own policy."""
    page = visit()
    page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.evil = 1';"
        "document.body.append(one); }"
    )
    assert page.evaluate("window.evil") is None
    assert "Content Security Policy" in " ".join(visit.console)


@EVERY_PAGE
def test_no_text_is_cut_or_overlaps(visit, name):
    """With everything open, at the width of a phone, a tablet and a desk; themes differ in colours only."""
    page = visit(page=name)
    page.evaluate(SLIM)
    page.evaluate(OPEN_ALL)
    found = {}
    for width in WIDTHS:
        resize(page, width)
        found[width] = page.evaluate(script("cut"))
    assert found == {width: [] for width in WIDTHS}


def test_no_letters_of_a_figure_are_cut_or_overlap(visit):
    """They keep their places whatever the width and the theme."""
    assert visit().evaluate(script("letters")) == []


@pytest.mark.slow
def test_no_letters_of_a_crowded_figure_are_cut_or_overlap(visit):
    """Of eight targets, of one core, and of more cores than there are names for."""
    page = visit()
    page.set_content(figures_page())
    kinds = page.locator("svg.chart").evaluate_all("(charts) => charts.map((one) => one.id)")
    assert len(kinds) > 40
    assert page.evaluate(script("letters")) == []


FIRST_SCREENS = {360: 740, 768: 1024, 1280: 900, 1920: 1080}
PARTS = ("h1", "header :is(.answers, .glance)", "#who-ran-when .lane:last-of-type")


@pytest.mark.parametrize("name", ["run", "five targets"])
def test_the_answer_is_on_the_first_screen(visit, name):
    """Sentence, numbers and the picture that explains them, at every width and in both themes.

    At 1280 × 900 the picture lies there as a whole; on a phone, of several targets, it begins there."""
    page = visit(page=name)
    end_of = "(selector) => document.querySelector(selector).getBoundingClientRect().bottom"
    for width, height in FIRST_SCREENS.items():
        for scheme in SCHEMES:
            resize(page, width, height)
            page.emulate_media(color_scheme=scheme)
            ends = [page.evaluate(end_of, part) for part in PARTS]
            assert [end for end in ends if not 0 < end <= height] == [], (width, scheme)
            assert width < 1280 or page.evaluate(end_of, "#who-ran-when") <= height


def test_rows_with_their_figures_fit_a_phone(visit):
    """Every row open, with its figure in it, which is scrolled to by itself."""
    page = visit(360)
    page.evaluate(OPEN_ALL)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".inset svg").count() > 30
    assert page.evaluate(FITS)


def test_the_check_for_cut_text_sees_some(visit):
    """A word too long for its box, a sentence off the page and two on each other are found."""
    page = visit(360)
    page.evaluate(
        "document.querySelector('h2').innerHTML = '<span style=\"position:relative;left:20rem\">off the page</span>'"
    )
    assert any("cut" in one for one in page.evaluate(script("cut")))
    page.evaluate(
        "document.querySelector('.verdict .badge').style.cssText = 'width:1rem;white-space:nowrap'"
    )
    assert any("out of its box" in one for one in page.evaluate(script("cut")))
    page = visit(1440)
    page.evaluate("document.querySelector('.meta').style.marginTop = '-3rem'")
    assert any("overlap" in one for one in page.evaluate(script("cut")))


@EVERY_PAGE
def test_axe_finds_nothing(visit, axe, name):
    """The automated part of accessibility: names, roles, tables, contrast, in both themes, with everything open. Letters
    within figures are left to a test of their own, which is faster."""
    page = visit(page=name)
    page.evaluate(SLIM)
    page.evaluate(OPEN_ALL)
    page.evaluate(axe)
    found = {}
    for width, scheme in ((360, "light"), (768, "dark")):
        resize(page, width)
        page.emulate_media(color_scheme=scheme)
        found[width, scheme] = page.evaluate(script("axe"), "html")
    assert found == {key: [] for key in found}


def test_axe_would_find_something(visit, axe):
    """A button without a name and grey on white are found, so that silence means something."""
    page = visit()
    page.evaluate(
        "document.querySelector('.meta').innerHTML = '<button></button><span style=\"color:#bbb\">pale</span>'"
    )
    page.evaluate(SLIM)
    page.evaluate(OPEN_ALL)
    page.evaluate(axe)
    found = page.evaluate(script("axe"), "header")
    assert any(one.startswith("button-name") for one in found)
    assert any(one.startswith("color-contrast") for one in found)


@EVERY_PAGE
def test_paper_is_white(visit, name):
    """In print nothing dark is left, controls are gone, a figure fits a sheet with its words, and nothing is cut."""
    page = visit(760, "dark", media="print", page=name)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".filters, .theme").first.is_hidden()
    page.emulate_media(color_scheme="light", media="print")
    figures = page.locator("figure")
    heights = figures.evaluate_all(
        "(figures) => figures.map((one) => one.getBoundingClientRect().height)"
    )
    assert bool(heights) == (name not in ("side by side", "check"))
    assert [height for height in heights if height > SHEET_PX] == []
    breaks = figures.evaluate_all(
        "(figures) => figures.map((one) => getComputedStyle(one).breakInside)"
    )
    assert set(breaks) <= {"avoid"}
    assert page.locator("svg.chart").evaluate_all(
        "(charts) => charts.every((one) => one.getBoundingClientRect().right <= innerWidth)"
    )
    assert page.evaluate(FITS)
    assert page.pdf().startswith(b"%PDF")


def test_no_cell_that_stays_in_sight_covers_a_line(visit):
    """Borders belong to the cells, and rows are whole pixels high: a ground ends where the line of the row begins."""
    page = visit()
    page.evaluate(OPEN_ALL)
    tables = page.locator(".scroll > table:has(tbody th)")
    styles = tables.evaluate_all(
        "(tables) => tables.map((one) => getComputedStyle(one).borderCollapse)"
    )
    assert set(styles) == {"separate"}
    heights = page.locator("#tables tbody tr").evaluate_all(
        "(rows) => rows.map((one) => one.getBoundingClientRect().height)"
    )
    assert len(heights) > 10
    assert [height for height in heights if height != round(height)] == []


def test_motion_is_spared(visit):
    """Who asks for reduced motion gets none."""
    page = visit()
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    turning = "getComputedStyle(document.querySelector('.verdict > summary'), '::before')"
    assert page.evaluate(f"{turning}.transitionDuration") == "0s"


def test_a_plot_that_is_used_again_shows_the_same(visit):
    """In the numbers of a row as in the row itself: the ground, the bounds and the interval."""
    page = visit(at="#verdicts")
    page.evaluate(OPEN_ALL)
    row = page.locator(".verdict:has(.evidence .strip use):has(> summary path.proves)").first
    plots = row.locator("> summary .strip"), row.locator(".evidence .strip:has(use)").first
    grounds = []
    for plot in plots:
        with Image.open(io.BytesIO(plot.screenshot())) as picture:
            counted = picture.convert("RGB").getcolors(maxcolors=1 << 16)
        assert len(counted) > 1
        grounds.append(max(counted)[1])
    assert grounds[0] == grounds[1]
