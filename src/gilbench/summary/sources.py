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
    "C API": "c-api/threads.html",
    "free-threading HOWTO": "howto/free-threading-python.html",
    "Python 3.2 release notes": "whatsnew/3.2.html",
}
# Pages that a later version of the documentation has under another address
OF_3_14 = {"thread safety guarantees": "library/threadsafety.html"}
FILE = r"((?:Modules|Python|Objects|Lib|Include|Tools)/[\w/]+\.(?:c|h|py))"
PATTERNS = (
    (re.compile(r"PEP (\d+)"), "https://peps.python.org/pep-{0:0>4}/"),
    (re.compile(r"bpo-(\d+)"), "https://bugs.python.org/issue{0}"),
    (re.compile(r"gh-(\d+)"), "https://github.com/python/cpython/issues/{0}"),
    (re.compile(r"What's New in Python (3\.\d+)"), f"{DOCS}/whatsnew/{{0}}.html"),
    (
        re.compile(r"CPython (3\.\d+), " + FILE),
        "https://github.com/python/cpython/blob/{0}/{1}",
    ),
    (re.compile(FILE), "https://github.com/python/cpython/blob/main/{0}"),
    (
        re.compile(
            r"(?<=documentation, )"
            r"((?:multiprocessing(?:\.pool|\.connection)?|threading)\.[A-Z]\w+(?:\.\w+)?)"
        ),
        None,
    ),
    (
        re.compile(r"(Understanding the Python GIL)"),
        "https://www.dabeaz.com/python/UnderstandingGIL.pdf",
    ),
    (re.compile(r"(cgroup v2)"), "https://docs.kernel.org/admin-guide/cgroup-v2.html"),
    (
        re.compile(r"(POSIX, fork\(\))"),
        "https://pubs.opengroup.org/onlinepubs/9799919799/functions/fork.html",
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


def addresses_of(source: str) -> list[str]:
    """The addresses of all that a source names, in order, each once."""
    addresses = [part.address for part in source_parts(source) if part.address]
    return list(dict.fromkeys(addresses))


def _links(source: str) -> list[tuple[int, int, str]]:
    """Start, end and address of everything that has one; longer names come before shorter ones."""
    links = []
    for pattern, address in PATTERNS:
        for match in pattern.finditer(source):
            links.append((*match.span(), _address(match.groups(), address)))
    for name, page in OTHER_PAGES.items():
        links += _named(source, name, f"{DOCS}/{page}")
    for name, page in OF_3_14.items():
        links += _named(source, name, f"{DOCS}.14/{page}")
    for module in LIBRARY:
        if "Python documentation" in source:
            links += _named(source, module, f"{DOCS}/library/{module}.html")
    return sorted(links, key=lambda link: (link[0], -link[1]))


def _address(named: tuple[str, ...], address: str | None) -> str:
    if address is not None:
        return address.format(*named)
    (name,) = named
    module = name.split(".", maxsplit=1)[0]
    return f"{DOCS}/library/{module}.html#{name}"


def _named(source: str, name: str, address: str) -> list[tuple[int, int, str]]:
    # Not after another word: "free threading" and "the work queue" name no module.
    at = re.search(rf"(?<![a-z] )\b{re.escape(name)}\b", source)
    return [] if at is None else [(*at.span(), address)]
