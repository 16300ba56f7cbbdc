"""The source of a claim with links: to the documentation, a PEP, an issue or a file of CPython."""

from __future__ import annotations

import re
from dataclasses import dataclass

DOCS = "https://docs.python.org/3"
LIBRARY = (
    *("multiprocessing.shared_memory", "multiprocessing", "threading", "hashlib", "asyncio"),
    *("concurrent.futures", "concurrent.interpreters", "queue", "sys", "time", "os", "signal"),
    *("contextvars", "gc", "zlib", "faulthandler", "sqlite3", "logging", "random"),
)
OTHER_PAGES = {
    "glossary": "glossary.html",
    "library FAQ": "faq/library.html",
    "C API extension support": "howto/free-threading-extensions.html",
    "C API": "c-api/init.html",
    "free-threading HOWTO": "howto/free-threading-python.html",
    "Python 3.2 release notes": "whatsnew/3.2.html",
}
PATTERNS = (
    (re.compile(r"PEP (\d+)"), "https://peps.python.org/pep-{0:0>4}/"),
    (re.compile(r"bpo-(\d+)"), "https://bugs.python.org/issue{0}"),
    (re.compile(r"gh-(\d+)"), "https://github.com/python/cpython/issues/{0}"),
    (
        re.compile(r"((?:Modules|Python|Objects|Lib|Include)/[\w/]+\.(?:c|h|py))"),
        "https://github.com/python/cpython/blob/main/{0}",
    ),
    (
        re.compile(r"(?<=documentation, )((?:multiprocessing|threading)\.[A-Z]\w+(?:\.\w+)?)"),
        None,
    ),
)


@dataclass(frozen=True)
class SourcePart:
    """Some words of a source; the address is empty where they lead nowhere."""

    text: str
    address: str = ""


def source_parts(source: str) -> tuple[SourcePart, ...]:
    """The words of a source, in order, with addresses where something is named that has one."""
    parts = []
    begin = 0
    for start, end, address in _links(source):
        if start < begin:
            continue
        if start > begin:
            parts.append(SourcePart(source[begin:start]))
        parts.append(SourcePart(source[start:end], address))
        begin = end
    if begin < len(source):
        parts.append(SourcePart(source[begin:]))
    return tuple(parts)


def _links(source: str) -> list[tuple[int, int, str]]:
    """Start, end and address of everything that has one; longer names come before shorter ones."""
    links = []
    for pattern, address in PATTERNS:
        for match in pattern.finditer(source):
            links.append((*match.span(), _address(match[1], address)))
    for name, page in OTHER_PAGES.items():
        links += _named(source, name, f"{DOCS}/{page}")
    for module in LIBRARY:
        if "Python documentation" in source:
            links += _named(source, module, f"{DOCS}/library/{module}.html")
    return sorted(links, key=lambda link: (link[0], -link[1]))


def _address(name: str, address: str | None) -> str:
    if address is not None:
        return address.format(name)
    module = name.split(".", maxsplit=1)[0]
    return f"{DOCS}/library/{module}.html#{name}"


def _named(source: str, name: str, address: str) -> list[tuple[int, int, str]]:
    at = re.search(rf"\b{re.escape(name)}\b", source)
    return [] if at is None else [(*at.span(), address)]
