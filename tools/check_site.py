"""Checks a built site: no page may fetch anything from another host, and every local link must work.

mkdocs checks the links of its pages; this also reads what they embed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "embed": "src",
    "object": "data",
}
FETCHING_RELATIONS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "manifest"}
IN_STYLE = re.compile(r"(?:@import\s+|url\()\s*['\"]?(?:https?:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """Collects what a page fetches by itself (``fetched``), and its links (``linked``)."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the addresses of an element."""
        attributes = {name: value or "" for name, value in attrs}
        if tag in FETCHED and attributes.get(FETCHED[tag]):
            self.fetched.append(attributes[FETCHED[tag]])
        if tag == "link" and FETCHING_RELATIONS & set(attributes.get("rel", "").split()):
            self.fetched.append(attributes.get("href", ""))
        if tag == "a" and attributes.get("href"):
            self.linked.append(attributes["href"])


def problems(site: Path) -> Iterator[str]:
    """One line for each thing that is fetched from another host, and for each broken link."""
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        page = Page()
        page.feed(text)
        name = path.relative_to(site)
        for address in page.fetched:
            if _is_elsewhere(address):
                yield f"{name} fetches {address}"
            elif not _exists(address, path, site):
                yield f"{name} fetches {address}, which does not exist"
        for address in page.linked:
            if not _exists(address, path, site):
                yield f"{name} links to {address}, which does not exist"
        if IN_STYLE.search(text):
            yield f"{name} has a style that fetches from another host"
    for path in sorted(site.rglob("*.css")):
        if IN_STYLE.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} fetches from another host"


def _is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") or bool(parts.netloc)


def _exists(address: str, page: Path, site: Path) -> bool:
    """Whether an address on a page is a file of the site; true of addresses that are none of its business."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return True
    if parts.path.startswith("/"):
        return (site / parts.path.lstrip("/")).exists()
    return (page.parent / unquote(parts.path)).exists()


def main() -> int:
    """Print the problems of the site that is named on the command line; exit code 1 where there are any."""
    site = Path(sys.argv[1])
    lines = list(problems(site))
    for line in lines:
        print(line)
    if not lines:
        print(f"{site}: nothing is fetched from another host, and every link works")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
