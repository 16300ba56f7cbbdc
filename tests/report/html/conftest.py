"""The pages of a run of one target and of one of several, as text and as what a parser reads."""

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Origins:
    """Where the numbers within the open elements come from, as the elements around them say."""

    NAMES = ("data-file", "data-item")

    def __init__(self) -> None:
        self._stack: list[dict[str, str]] = [{}]

    def opened(self, tag: str, attrs: dict[str, str]) -> dict[str, str]:
        """An element begins; its attributes, with what it has from those around it."""
        within = {name: attrs[name] for name in self.NAMES if name in attrs}
        whole = self._stack[-1] | within
        if tag not in VOID:
            self._stack.append(whole)
        return whole | attrs

    def closed(self) -> None:
        self._stack.pop()


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text of each verdict by class of its parts.

    Whether a line may end at a space is not what it looks for.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str]] = []
        self.verdicts: dict[tuple[str, str], dict[str, str]] = {}
        self._verdict: dict[str, str] | None = None
        self._depth = 0

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag in VOID:
            return
        if "data-claim" in found:
            self._depth = len(self.open)
            self._verdict = self.verdicts.setdefault(
                (found["data-claim"], found["data-target"]), {}
            )
        self.open.append((tag, found.get("class") or tag))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"{tag} closed out of turn at {self.getpos()}"
        if len(self.open) == self._depth:
            self._verdict = None

    def handle_data(self, data):
        data = data.replace("\u00a0", " ")
        if self._verdict is not None:
            for _, kind in self.open:
                self._verdict[kind] = self._verdict.get(kind, "") + data


@pytest.fixture(scope="module", params=["reported", "of_five"])
def folder(request) -> Path:
    """Of one target, and of several."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def page(folder) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page_of_one(reported) -> str:
    return (reported / "report.html").read_text(encoding="utf-8")


def fed(parser, page):
    """A parser that has read the whole page."""
    parser.feed(page)
    parser.close()
    return parser


@pytest.fixture(scope="module")
def read(page) -> Reader:
    return fed(Reader(), page)


def stored(folder):
    """verdicts.json, and summary.csv by item."""
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        return verdicts, {row["item"]: row for row in csv.DictReader(file)}
