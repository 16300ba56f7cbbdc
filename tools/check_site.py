"""Checks a built site: no page of it may fetch anything from elsewhere, and every local link must lead somewhere.

mkdocs checks the links of the pages that it makes; this also reads what they embed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "embed": "src", "object": "data"}
FETCHING_RELATIONS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "manifest"}
IN_STYLE = re.compile(r"(?:@import\s+|url\()\s*['\"]?(?:https?:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """What a page fetches by itself, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element asks for."""
        given = {name: value or "" for name, value in attrs}
        if tag in FETCHED and given.get(FETCHED[tag]):
            self.fetched.append(given[FETCHED[tag]])
        if tag == "link" and FETCHING_RELATIONS & set(given.get("rel", "").split()):
            self.fetched.append(given.get("href", ""))
        if tag == "a" and given.get("href"):
            self.linked.append(given["href"])


def problems(site: Path) -> Iterator[str]:
    """A line for each thing that is fetched from elsewhere, and for each link that leads nowhere."""
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        page = Page()
        page.feed(text)
        where = path.relative_to(site)
        for address in page.fetched:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") or parts.netloc:
                yield f"{where} fetches {address}"
            elif not parts.scheme and not _leads(path, parts.path, site):
                yield f"{where} fetches {address}, which is not there"
        for address in page.linked:
            parts = urlsplit(address)
            if not parts.scheme and not parts.netloc and not _leads(path, parts.path, site):
                yield f"{where} links to {address}, which is not there"
        if IN_STYLE.search(text):
            yield f"{where} has a style that fetches from elsewhere"
    for path in sorted(site.rglob("*.css")):
        if IN_STYLE.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} fetches from elsewhere"


def _leads(page: Path, address: str, site: Path) -> bool:
    if not address:
        return True
    place = site / address.lstrip("/") if address.startswith("/") else page.parent / unquote(address)
    return place.exists()


def main() -> int:
    """The exit code: 1 where anything is wrong."""
    site = Path(sys.argv[1])
    found = list(problems(site))
    for problem in found:
        print(problem)
    if not found:
        print(f"{site}: nothing is fetched from elsewhere, and every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
