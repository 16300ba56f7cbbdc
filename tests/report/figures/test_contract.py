"""The contract that every figure keeps."""

import re
from xml.etree import ElementTree

import msgspec
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from tests.report.charts import PROBES, png_of, seen
from tests.synthetic import World, make_run

from gilbench.claims.judging import judge_claims
from gilbench.model import CoresSample
from gilbench.report.drawing import style, svg
from gilbench.report.figures import (
    Chart,
    ChartError,
    all_charts,
    charts,
    core_timeline,
    phases,
    speedup,
)
from gilbench.results import tables

FASTER = {
    "fnv1a-thread-w2": 1.37,
    "fnv1a-thread-w4": 1.41,
    "fnv1a-process-w2": 1.53,
    "sha256-large-thread-w2": 1.21,
    "http-thread-w4": 2.22,
}
SLOWER = {"pipe": 3.0, "convoy": 3.0, "lock_cost": 9.0, "bare": 0.2, "fork": 9.0}


@pytest.fixture(scope="module")
def two_targets():
    """The tables of a target with the GIL and one without it, and their verdicts."""
    world, other = World(launches=2), World(launches=2, gil=False)
    run = msgspec.structs.replace(
        make_run((*world.plan(), *other.plan()), host=world.host),
        targets=(world.target, other.target),
    )
    both = tables.build(
        run,
        [*world.records(), *other.records()],
        [CoresSample(t / 20, (0.5, 0.5)) for t in range(9)],
    )
    return both, judge_claims(both)


@pytest.fixture(scope="module")
def markups(lawful):
    """Stem → the figure of a complete run as a page has it."""
    return {chart.stem: svg.inline(chart.draw(*lawful), chart.stem) for chart in charts()}


def cut_texts(figure: Figure) -> list[str]:
    """The texts of a figure that its edges cut off."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    cut = []
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent(renderer)
            inside = (
                box.x0 > -1
                and box.y0 > -1
                and box.x1 < figure.bbox.width + 1
                and box.y1 < figure.bbox.height + 1
            )
            if not inside:
                cut.append(text.get_text())
    return cut


def test_no_text_is_cut_off(lawful, subtests):
    """Names of rows and ends of axes lie within the figure."""
    for chart in charts():
        figure = chart.draw(*lawful)
        if figure is not None:
            with subtests.test(chart=chart.stem):
                assert cut_texts(figure) == []


def test_it_draws(lawful, subtests):
    """A complete run gives a figure, which renders as a PNG."""
    for chart in charts():
        with subtests.test(chart=chart.stem):
            figure = chart.draw(*lawful)
            assert isinstance(figure, Figure)
            assert png_of(figure).startswith(b"\x89PNG")


def test_an_empty_run_gives_none_and_words(subtests):
    """Where there is nothing to show, there is no figure, and still a sentence."""
    run, _ = seen(World(launches=0))
    empty = tables.build(run.run, [])
    verdicts = judge_claims(empty)
    for chart in charts():
        with subtests.test(chart=chart.stem):
            assert chart.draw(empty, verdicts) is None
            assert chart.alt(empty, verdicts).endswith(".")


def test_it_draws_from_one_launch(subtests):
    """One launch has no intervals; nothing breaks."""
    of_one = seen(World(launches=1))
    for chart in charts():
        with subtests.test(chart=chart.stem):
            figure = chart.draw(*of_one)
            assert figure is None or png_of(figure)


def test_it_draws_a_host_of_many_cores(subtests):
    """Sixteen cores fit as well as two."""
    sixteen = seen(World(launches=2, cores=16), busy=(0.5,) * 16)
    for chart in charts():
        with subtests.test(chart=chart.stem):
            figure = chart.draw(*sixteen)
            assert figure is not None
            assert png_of(figure)


def test_its_words_follow_the_data(lawful, subtests):
    """The alternative text has numbers, and other data give other words."""
    other = seen(
        World(launches=5, speedups=FASTER, law=SLOWER, interval_matters=0.5, seed=2),
        busy=(0.4, 0.6),
    )
    for chart in charts():
        with subtests.test(chart=chart.stem):
            words = chart.alt(*lawful)
            assert any(letter.isdigit() for letter in words)
            assert words != chart.alt(*other)


def test_it_says_how_to_read_it(subtests):
    """Title and caption are there, and the stem makes a file name."""
    for chart in charts():
        with subtests.test(chart=chart.stem):
            assert chart.title
            assert len(chart.caption) > 60
            assert chart.stem.replace("-", "").isalnum()


def test_it_draws_without_a_gil(subtests):
    """A free-threaded build has every figure but that of the GIL's hand-over, which it does not have."""
    free = seen(World(launches=2, gil=False))
    for chart in charts():
        with subtests.test(chart=chart.stem):
            figure = chart.draw(*free)
            assert (figure is None) == (chart.stem == "switching")
            assert figure is None or png_of(figure)


def test_it_draws_two_targets(two_targets, subtests):
    """Two targets stand in one figure, both in its words; one that holds no GIL has no hand-over."""
    for chart in charts():
        with subtests.test(chart=chart.stem):
            assert png_of(chart.for_run(two_targets[0]).draw(*two_targets))
            if chart.stem in PROBES:
                assert ("on 3.13.0t" in chart.alt(*two_targets)) == (chart.stem != "switching")


def test_five_targets_fit_a_page(of_five_targets, subtests):
    """No figure is wider than a desk's page at the size of its letters, or taller than twice its width."""
    for chart in charts():
        with subtests.test(chart=chart.stem):
            figure = chart.for_run(of_five_targets[0]).draw(*of_five_targets)
            width, height = figure.get_size_inches()
            assert width < 13
            assert height < 2 * width


def test_markup_stands_in_a_page(markups, subtests):
    """Text stays text, identifiers are the figure's own and are all there, and every colour is a variable."""
    for stem, markup in markups.items():
        with subtests.test(chart=stem):
            root = ElementTree.fromstring(f"<svg>{markup.body}</svg>")  # noqa: S314 - drawn by the test itself
            assert "".join(root.itertext()).strip()
            ids = set(re.findall(r' id="([^"]+)"', markup.body))
            assert all(id.startswith(stem) for id in ids)
            references = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', markup.body)
            assert {linked or filled for linked, filled in references} <= ids
            assert not re.search(r": #[0-9a-f]{6}", markup.body)
            assert "DejaVu" not in markup.body
            assert "<script" not in markup.body


def test_every_colour_can_be_distinguished_from_both_pages(markups, subtests):
    """Whatever is drawn in a colour of its own stands out from a dark page as text must, and text from a light one."""
    for stem, markup in markups.items():
        with subtests.test(chart=stem):
            pages = {name: (light, dark) for name, light, dark in svg.colours([markup.body])}
            letters = re.findall(r"<text style=\"[^\"]*fill: var\(--(f[0-9a-f]{6})\)", markup.body)
            assert letters
            for name in letters:
                light, dark = pages[name]
                assert style.contrast(light, svg.LIGHT_PAGE) >= style.LEAST_CONTRAST, light
                assert style.contrast(dark, svg.DARK_PAGE) >= style.LEAST_CONTRAST, dark


def test_a_stem_that_stands_twice_fails_loudly(monkeypatch):
    """Two charts of one stem would overwrite each other's file."""
    monkeypatch.setattr(core_timeline, "CHART", speedup.CHART)
    with pytest.raises(ChartError, match="'speedup' is defined twice"):
        all_charts.__wrapped__()


def test_a_file_without_a_chart_fails_loudly(monkeypatch):
    """A file that was dropped in and forgot its CHART is named."""
    monkeypatch.delattr(phases, "CHART")
    with pytest.raises(ChartError, match="phases has no CHART"):
        all_charts.__wrapped__()


def test_charts_are_in_the_order_of_the_report():
    """Order first, then stem."""
    assert [(chart.order, chart.stem) for chart in charts()] == sorted(
        (chart.order, chart.stem) for chart in charts()
    )
    assert all(isinstance(chart, Chart) for chart in charts())
