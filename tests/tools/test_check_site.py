"""The check of a built site finds what is fetched from another host, and links that lead nowhere."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "check_site.py"


@pytest.fixture
def problems():
    """The tool's function."""
    spec = importlib.util.spec_from_file_location("check_site", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.problems


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<a href="page.html#top">a</a><a href="https://else.org">b</a><img src="data:,">', None),
        ('<a href="nowhere.html">a</a>', "page.html links to nowhere.html, which does not exist"),
        ('<img src="https://else.org/a.png">', "page.html fetches https://else.org/a.png"),
        ('<script src="//else.org/a.js"></script>', "page.html fetches //else.org/a.js"),
        (
            '<link rel="stylesheet" href="gone.css">',
            "page.html fetches gone.css, which does not exist",
        ),
        (
            "<style>@import 'https://else.org/a.css'</style>",
            "page.html has a style that fetches from another host",
        ),
    ],
)
def test_each_kind_of_problem_is_one_line(problems, tmp_path, markup, expected):
    """Links to other hosts are fine, but nothing may be fetched from there; local addresses must exist."""
    (tmp_path / "page.html").write_text(markup)
    assert list(problems(tmp_path)) == ([expected] if expected else [])


def test_style_sheets_are_read(problems, tmp_path):
    """A font of another host in a style sheet is found too."""
    (tmp_path / "a.css").write_text("@font-face { src: url(https://else.org/font.woff) }")
    assert list(problems(tmp_path)) == ["a.css fetches from another host"]
