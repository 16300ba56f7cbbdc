"""Text from outside, made safe for where it is shown: a function for each kind of output.

Names of targets and hosts, messages of exceptions and paths may hold anything: escapes that move a
cursor, line feeds that begin a command of a CI log, formulas that a spreadsheet computes. HTML is
escaped by its templates.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_LINE = 500  # characters of a text from outside that a message quotes
# What a CI system takes for a command where a line begins with it
COMMAND = re.compile(r"^(\s*)(?:(:):|(#)#(?=\[))", re.MULTILINE)
WITHOUT_WIDTH = ("Cc", "Cf")  # categories of Unicode: control characters and format characters
MARKDOWN = re.compile(r"([\\`*_\[\]<>|#&~])")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def one_line(text: str) -> str:
    """A text from outside as it can be quoted in a message.

    One line, of a bounded length, without control characters.
    """
    if len(text) > LONGEST_LINE:
        text = text[: LONGEST_LINE - 1] + "…"
    return plain(text).strip()


def as_utf8(text: str) -> str:
    """A text without what has no place in UTF-8, as words of a command line may have it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def plain(text: str) -> str:
    """A text on one line, with a space for whatever cannot be printed."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text)


def for_terminal(text: str) -> str:
    """Text whose lines stay, without escapes, and of which no line is a command of a CI log.

    It is as wide as a terminal's cells were counted for it: what has no width is left out.
    """
    if "::" not in text and "##[" not in text and text.isprintable():
        return text
    lines = ["".join(map(_visible, line)) for line in text.split("\n")]
    return COMMAND.sub(r"\1\2\3 ", "\n".join(lines))


def _visible(letter: str) -> str:
    if letter.isprintable():
        return letter
    return "" if unicodedata.category(letter) in WITHOUT_WIDTH else " "


def for_markdown(text: str) -> str:
    """Text that Markdown and HTML leave alone, on one line."""
    on_one_line = " ".join(plain(text).split())
    return MARKDOWN.sub(r"\\\1", on_one_line).replace("::", r"\:\:")


def for_csv(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def from_csv(cell: str) -> str:
    """The text of a cell that ``for_csv`` made."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def for_annotation(text: str) -> str:
    """The message of a GitHub annotation."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return plain(escaped)


def for_annotation_property(text: str) -> str:
    """A property of a GitHub annotation, such as its title."""
    return for_annotation(text).replace(":", "%3A").replace(",", "%2C")
