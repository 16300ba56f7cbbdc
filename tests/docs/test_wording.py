"""Prose is plain technical English: phrases that no engineer in this field would write are named, with a better one."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
KIND = (
    "(?:line|row|file|column|value|benchmark|panel|chart|sentence|process|interpreter|list|entry|item|mean|"
    "table|format)"
)
# A pattern, in which a space stands for any break between two words, and what to write instead.
BETTER = {
    r"(?:lets?|letting) go of": "releases",
    r"held against|holds? (?:\S+ ){1,4}against": "compared with",
    r"mend(?:s|ed|ing)?": "fix",
    r"just (?:if|where|when)": "exactly when",
    r"of (?:its|their|one's|the user's|gilbench's) own": "its own X, a process of its kind alone, a user's X",
    r"(?:came|comes?) to(?! be)": "was, reached, ended; results match",
    r"it is said": "the claim is",
    r"(?:go|goes|going|went|gone) on": "resume, continue",
    r"dear(?:er|est|ly)?": "expensive",
    r"(?:is|are|was|were|be|been) told(?! apart)": "is given, reads, is shown",
    r"beside": "alongside, next to, compared with",
    r"(?:its|the|a|their) middles?(?! (?:one|process|of a (?:round|row)))": "the estimate",
    r"in turns": "interleaved",
    r"a wall second": "per wall-clock second",
    rf"(?:an?|one) {KIND} an? \w+": "one X per Y",
    r"a (?:line|row|file|panel|thread|process|task|list) each": "one X each, one X per Y",
    r"anew": "again",
    r"work that (?:computes|waits)|what computes|(?:threads|processes) that compute|computing threads?": "CPU-bound",
    r"(?:planned|last|next|every|first) looks?|looks? at the data": "interim analysis",
    r"asked: (?:below|above)": "needs <",
    r"bears? (?:it )?out": "confirms",
    r"bears? (?:that|the|another)": "has, confirms",
    r"gets? done": "completes",
    r"for (?:it|they) (?:is|are|was|were|has|have)": "because it is",
    r"is called \S{1,14}; there are": "unknown X (choose from: a, b)",
    r"without further ado": "automatically",
    r"naught|whence|thereof|wherein|hereby": "a plain word",
}
GAP = r"[\s#>|*\"']+"  # breaks of lines and of string literals, marks of comments and quotations
PHRASES = {
    re.compile(rf"(?<![\w-])(?:{pattern.replace(' ', GAP)})(?![\w=-])", re.IGNORECASE): better
    for pattern, better in BETTER.items()
}
QUOTES = "\"'`"
# From Python 3.12 on an f-string is several tokens
OF_F_STRINGS = {
    getattr(tokenize, name)
    for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
    if hasattr(tokenize, name)
}
PROSE_TOKENS = {tokenize.STRING, tokenize.COMMENT} | OF_F_STRINGS
BEGINNINGS = {tokenize.STRING, getattr(tokenize, "FSTRING_START", tokenize.STRING)}
PROSE = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
    "mkdocs.yml",
    "results/README.md",
)
PATTERNS = (
    "src/**/*.py",
    "src/**/*.j2",
    "src/**/*.js",
    "docs/**/*.md",
    "tools/*.py",
    "benchmarks/*.py",
)
FILES = sorted(
    [ROOT / name for name in PROSE] + [path for pattern in PATTERNS for path in ROOT.glob(pattern)]
)


def prose_of(path: Path, text: str) -> str:
    """What of a file people read, every character on the line on which it stands.

    Of Python that is comments and strings; of the changelog, whose older entries stay as they are, the newest section.
    """
    if path.name == "CHANGELOG.md":
        newest = re.search(r"^## .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        return text[: newest.end()] if newest else text
    return _strings_and_comments(text) if path.suffix == ".py" else text


def _strings_and_comments(source: str) -> str:
    """The source with a ¤ in place of every other character that is not white space."""
    lines = [re.sub(r"\S", "¤", line) for line in source.splitlines(keepends=True)]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in PROSE_TOKENS:
            continue
        kept = token.string
        if token.type in BEGINNINGS:
            kept = re.sub(r"^[a-zA-Z]+", lambda prefix: " " * len(prefix[0]), kept)
        (row, column), pieces = token.start, kept.splitlines(keepends=True)
        for offset, piece in enumerate(pieces):
            start = column if offset == 0 else 0
            line = lines[row - 1 + offset]
            lines[row - 1 + offset] = line[:start] + piece + line[start + len(piece) :]
    return "".join(lines)


def findings(path: Path, text: str) -> Iterator[str]:
    """A line for each phrase to avoid: file, line, the phrase, and what to write."""
    prose = prose_of(path, text)
    for pattern, better in PHRASES.items():
        for match in pattern.finditer(prose):
            if prose[match.start() - 1] in QUOTES and prose[match.end() : match.end() + 1] in tuple(
                QUOTES
            ):
                continue  # a name, not a phrase
            line = prose.count("\n", 0, match.start()) + 1
            phrase = " ".join(match[0].split())
            yield f"{path.relative_to(ROOT)}:{line}: “{phrase}”: write {better}"


def test_prose_is_plain_technical_english():
    """No file has a phrase of the list."""
    lines = []
    for path in FILES:
        lines += findings(path, path.read_text(encoding="utf-8"))
    assert not lines, "\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/x.py", '"""One.\n\nA thread lets go\nof the GIL."""\n'),
        ("src/x.py", 'x = (\n    "it lets "\n    f"go of it"\n)\n'),
        ("src/x.py", "x = 1\n\n# it lets go\n# of it\n"),
        ("docs/x.md", "#\n\n> it lets go\n> of it\n"),
        ("CHANGELOG.md", "#\n## Now\n- it lets go of it\n## Before\n- it lets go of it\n"),
    ],
)
def test_a_phrase_is_found_where_people_read_it(name, text):
    """Over line breaks, in strings and comments, with its line and a better word; in old entries it may stay."""
    (line,) = findings(ROOT / name, text)
    assert re.match(rf"{name}:[23]: “lets .*of”: write releases", line)


def test_names_in_code_are_no_prose():
    """A variable may be called what prose may not say, and a literal that is one word is a name too."""
    assert not list(findings(ROOT / "src/x.py", 'dear = {"beside": 1}\n'))
