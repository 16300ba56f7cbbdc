"""The pictures that explain a report show each part that they number, and the page says what the tool says."""

import pytest
from tools import report_pictures

from tests.browser.conftest import reported
from tests.browser.visits import PATIENCE_MS
from tests.synthetic import World, make_run


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    """The report of a run of one target, as the pictures are taken of."""
    world = World(launches=8)
    run = make_run(world.plan(), host=world.host)
    folder = reported(tmp_path_factory.mktemp("pictures") / "run", run, world.records())
    opened = chromium.new_page(viewport={"width": report_pictures.WIDTH, "height": 900})
    opened.set_default_timeout(PATIENCE_MS)
    opened.goto((folder / "report.html").as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("picture", report_pictures.PICTURES, ids=lambda picture: picture.name)
def test_a_picture_shows_every_part_that_it_numbers(page, picture):
    """The report has each of them, in view once the tool has opened what is folded."""
    assert report_pictures.take(page, picture).startswith(b"\x89PNG")


def test_a_part_that_is_not_there_is_named(page):
    """With its picture and its selector."""
    picture = report_pictures.Picture("none", "Nothing", (report_pictures.Mark("#nothing", ""),))
    with pytest.raises(report_pictures.MissingPart, match="none: the report shows no #nothing"):
        report_pictures.take(page, picture)


def test_the_page_explains_the_pictures_as_the_tool_does():
    """Every picture has its place in the page, and nothing there was typed by hand."""
    text = report_pictures.READING.read_text(encoding="utf-8")
    assert report_pictures.PLACE.findall(text) == [one.name for one in report_pictures.PICTURES]
    assert report_pictures.explained(text) == text
    assert all(picture.path.is_file() for picture in report_pictures.PICTURES)
