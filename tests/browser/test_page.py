"""The report in a real browser: what is asked for, what moves by mouse and by keyboard, what is cut, what axe finds."""

from __future__ import annotations

import json

import pytest

SHEET_PX = 96 * 10.2  # of Letter, between the margins that Chromium leaves
WIDTHS, SCHEMES = (360, 768, 1440), ("light", "dark")
EVERY_SCHEME = pytest.mark.parametrize("scheme", SCHEMES)
EVERY_PAGE = pytest.mark.parametrize("name", ["run", "five targets", "side by side"])
SHOWN = (
    "return Array.from(document.querySelectorAll('.verdict')).filter(one => one.checkVisibility()).map(one => one.id)"
)
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
# What is left out where looking at all of it would say no more: boards after the second, rows after the tenth, and what
# a figure's own tests look at. What remains of each kind of thing is the same.
SLIM = """
document.querySelectorAll(".board").forEach((one, place) => { if (place > 1) { one.remove(); } });
document.querySelectorAll(".board").forEach((one) =>
  Array.from(one.querySelectorAll(".verdict")).slice(8).forEach((verdict) => verdict.remove()));
document.querySelectorAll("tbody").forEach((body) => Array.from(body.rows).slice(10).forEach((row) => row.remove()));
document.querySelectorAll("section > details > ul").forEach((list) =>
  Array.from(list.children).slice(3).forEach((one) => one.remove()));
document.querySelectorAll(".inset").forEach((one) => one.remove());
document.querySelectorAll("svg.chart > g").forEach((one) => { one.textContent = ""; });
"""

# Text that is wider than the room it has and cannot be scrolled to, and text that lies on other text. Letters of figures
# are vector graphics; they are held to the same.
CUT = """
const found = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) { found.push("the page scrolls sideways: " + root.scrollWidth); }
const scrolls = (one) => { for (; one; one = one.parentElement) {
  if (/auto|scroll/.test(getComputedStyle(one).overflowX)) { return true; } } return false; };
const boxes = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const parent = node.parentElement;
  if (!node.data.trim() || parent.closest("script, style, svg, caption, .skip") || !parent.checkVisibility()) { continue; }
  const range = document.createRange();
  range.selectNodeContents(node);
  for (const box of range.getClientRects()) {
    if (box.width < 1 || box.height < 1) { continue; }
    if ((box.right > root.clientWidth + 1 || box.left < -1) && !scrolls(parent)) {
      found.push("cut: " + node.data.trim().slice(0, 60));
    }
    const held = parent.closest("td, th, button, .badge, .effect, .statement, .id");
    const room = held && held.getBoundingClientRect();
    if (room && (box.right > room.right + 2 || box.left < room.left - 2)) {
      found.push("out of its box: " + node.data.trim().slice(0, 60));
    }
    boxes.push([box.left, box.top + 0.2 * box.height, box.right, box.bottom - 0.2 * box.height, node.data.trim()]);
  }
}
boxes.sort((one, other) => one[1] - other[1]);
boxes.forEach((one, index) => {
  for (let next = index + 1; next < boxes.length && boxes[next][1] < one[3]; next++) {
    const other = boxes[next];
    if (Math.min(one[2], other[2]) - Math.max(one[0], other[0]) > 2) {
      found.push("overlap: " + one[4].slice(0, 40) + " | " + other[4].slice(0, 40));
    }
  }
});
return found.slice(0, 20);
"""

LETTERS = """
const found = [];
document.querySelectorAll("figure svg.chart").forEach((chart) => {
  const edge = chart.getBoundingClientRect();
  const boxes = Array.from(chart.querySelectorAll("text")).filter((one) => one.textContent.trim()).map((one) => [
    one.getBoundingClientRect(), one.textContent.trim()]);
  boxes.forEach(([box, text], index) => {
    if (box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > edge.bottom + 1 || box.top < edge.top - 1) {
      found.push(chart.id + " cut: " + text);
    }
    boxes.slice(index + 1).forEach(([other, beside]) => {
      const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (across > 2 && down > 0.45 * Math.min(box.height, other.height)) {
        found.push(chart.id + " overlap: " + text + " | " + beside);
      }
    });
  });
});
return found.slice(0, 20);
"""

AXE = """
const done = arguments[arguments.length - 1];
axe.run({ include: [[arguments[0]]], exclude: [["svg.chart > g"]] }, { resultTypes: ["violations"] }).then(
  (found) => done(found.violations.map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | "))),
  (error) => done(["axe failed: " + error]));
"""


@EVERY_PAGE
def test_nothing_is_asked_for_and_nothing_fails(visit, name):
    """No request but for the page itself and data within it, and a silent console, with every row open."""
    page = visit(page=name)
    if name != "run":
        page.run(SLIM)
    page.run(OPEN_ALL)
    page.run("return new Promise((done) => setTimeout(done, 200))")
    events = [json.loads(entry["message"])["message"] for entry in page.log("performance")]
    asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
    assert any(url.startswith("file:") for url in asked)
    assert [url[:80] for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len({url for url in asked if url.startswith("file:")}) == 1
    assert page.log("browser") == []


def test_only_its_own_script_may_run(visit):
    """Whatever else were to be written into the page as a script is refused by its own policy."""
    page = visit()
    page.run(
        "const one = document.createElement('script'); one.textContent = 'window.evil = 1'; document.body.append(one)"
    )
    assert page.run("return window.evil") is None
    assert "Content Security Policy" in json.dumps(page.log("browser"))


@EVERY_PAGE
def test_no_text_is_cut_or_overlaps(visit, name):
    """With everything open, at the width of a phone, a tablet and a desk, in both themes."""
    page = visit(page=name)
    page.run(SLIM)
    page.run(OPEN_ALL)
    found = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.resize(width)
            page.prefer(scheme)
            found[width, scheme] = page.run(CUT)
    assert found == {key: [] for key in found}
    assert len(found) == 6


@pytest.mark.parametrize("name", ["run", "five targets"])
def test_no_letters_of_a_figure_are_cut_or_overlap(visit, name):
    """They keep their places whatever the width and the theme."""
    assert visit(page=name).run(LETTERS) == []


def test_rows_with_their_figures_fit_a_phone(visit):
    """Every row open, with its figure in it, which is scrolled to by itself."""
    page = visit(360)
    page.run(OPEN_ALL)
    page.run("return new Promise((done) => setTimeout(done, 200))")
    assert page.run("return document.querySelectorAll('.inset svg').length") > 30
    assert page.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_check_for_cut_text_sees_some(visit):
    """A word too long for its box, a sentence off the page and two on each other are found."""
    page = visit(360)
    page.run(
        "document.querySelector('h2').innerHTML = '<span style=\"position:relative;left:20rem\">off the page</span>'"
    )
    assert any("cut" in one for one in page.run(CUT))
    page.run("document.querySelector('.badge').style.cssText = 'width:1rem;white-space:nowrap'")
    assert any("out of its box" in one for one in page.run(CUT))
    page = visit(1440)
    page.run("document.querySelector('.headline').style.marginTop = '-3rem'")
    assert any("overlap" in one for one in page.run(CUT))


@EVERY_PAGE
def test_axe_finds_nothing(visit, axe, name):
    """The automated part of accessibility: names, roles, tables, contrast, in both themes, with everything open. Letters
    within figures are left to a test of their own, which is faster."""
    page = visit(page=name)
    page.run(SLIM)
    page.run(OPEN_ALL)
    page.run(axe + ";window.axe = axe")
    found = {}
    for width, scheme in ((360, "light"), (768, "dark")):
        page.resize(width)
        page.prefer(scheme)
        found[width, scheme] = page.run_async(AXE, "html")
    assert found == {key: [] for key in found}


def test_axe_would_find_something(visit, axe):
    """A button without a name and grey on white are found, so that silence means something."""
    page = visit()
    page.run(
        "document.querySelector('.headline').innerHTML = '<button></button><span style=\"color:#bbb\">pale</span>'"
    )
    page.run(SLIM)
    page.run(axe + ";window.axe = axe")
    found = page.run_async(AXE, "header")
    assert any(one.startswith("button-name") for one in found)
    assert any(one.startswith("color-contrast") for one in found)


def test_filters_by_mouse(visit):
    """Outcomes add up, families and targets narrow, and all can be had back."""
    page = visit()
    everything = page.run(SHOWN)
    page.click(".filters [value=proved]")
    proved = page.run(SHOWN)
    assert 0 < len(proved) < len(everything)
    assert page.run("return document.querySelector('.shown-count').textContent").startswith(f"{len(proved)} of ")
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


def test_a_row_opens_to_its_evidence(visit):
    """By mouse and by keyboard; its figure is shown in it, and a link to a row opens it."""
    page = visit()
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
    assert page.run(f"return document.querySelector('{column}').getAttribute('aria-sort')") == "descending"
    shown = page.run(
        "return Array.from(document.querySelectorAll('#cases tbody tr'), row => row.cells[3].querySelector('data')?.value)"
    )
    numbers = [float(one) for one in shown if one is not None]
    assert len(numbers) > 10
    assert shown == [str(one) for one in shown[: len(numbers)]] + [None] * (len(shown) - len(numbers))
    assert numbers == sorted(numbers, reverse=True)


def test_filters_that_nothing_fits_say_so(visit):
    """An outcome of one family and another family leave nothing; the count says how to get all back."""
    page = visit()
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


@pytest.mark.parametrize(("name", "table"), [("five targets", "#strategies"), ("side by side", "#verdicts")])
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


@EVERY_SCHEME
@EVERY_PAGE
def test_paper_is_white(visit, name, scheme):
    """In print nothing dark is left, controls are gone, a figure fits a sheet with its words, and nothing is cut."""
    page = visit(760, scheme, media="print", page=name)
    assert page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.run("return document.querySelector('.filters, .theme').checkVisibility()") is False
    figures = page.run(
        "return Array.from(document.querySelectorAll('figure'), one => one.getBoundingClientRect().height)"
    )
    assert bool(figures) == (name != "side by side")
    assert [height for height in figures if height > SHEET_PX] == []
    together = "return Array.from(document.querySelectorAll('figure'), one => getComputedStyle(one).breakInside)"
    assert set(page.run(together)) <= {"avoid"}
    assert page.run(
        "return Array.from(document.querySelectorAll('svg.chart')).every(one => one.getBoundingClientRect().right <= innerWidth)"
    )
    assert page.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert scheme == "dark" or page.pdf().startswith(b"%PDF")


def test_motion_is_spared(visit):
    """Who asks for reduced motion gets none."""
    page = visit()
    page.prefer("light", motion="reduce")
    assert page.run("return getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert (
        page.run("return getComputedStyle(document.querySelector('.verdict > summary'), '::before').transitionDuration")
        == "0s"
    )


def test_the_files_can_be_had(visit, address):
    """Each download's link carries the file as it is in the run's folder."""
    import base64
    from pathlib import Path
    from urllib.parse import urlparse
    from urllib.request import url2pathname

    page = visit()
    links = page.run("return Array.from(document.querySelectorAll('.downloads a'), one => [one.download, one.href])")
    folder = Path(url2pathname(urlparse(address).path)).parent
    assert {name for name, _ in links} == {"verdicts.json", "summary.csv"}
    for name, href in links:
        assert base64.b64decode(href.partition(",")[2]) == (folder / name).read_bytes()
