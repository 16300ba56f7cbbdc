"""The documentation as it was built, opened from disk with the network off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.visits import PATIENCE_MS

SITE = Path(__file__).parents[2] / "build" / "site"


@pytest.fixture
def site(chromium):
    """The first page of the site, in a browser without a network."""
    if not (SITE / "index.html").exists():
        pytest.skip("no site was built: make docs")
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto((SITE / "index.html").as_uri())
    yield page
    context.close()


def test_the_search_works_from_disk(site):
    """Words typed into it find a page, and nothing is asked of another host."""
    asked = []
    site.on("request", lambda request: asked.append(request.url))
    site.click(".md-search__input")
    site.keyboard.type("switch interval")
    result = site.locator(".md-search-result__item a").first
    result.wait_for()
    assert result.get_attribute("href").startswith("file:")
    assert asked
    assert [url for url in asked if not url.startswith("file:")] == []
