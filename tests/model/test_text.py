"""Text from outside where it is shown: nothing in it moves a cursor, begins a command or computes a formula."""

import re

import pytest

from gilbench.model import (
    InputError,
    as_utf8,
    for_annotation,
    for_annotation_property,
    for_csv,
    for_markdown,
    for_terminal,
    from_csv,
    one_line,
    plain,
)

ESCAPES = "\x1b[2J\x9b31m\x07\x00"
OVERRIDE = "\u202egnp.exe"  # turns the direction of what follows
COMMAND = "a\n::error title=b::c\n  ##[warning]d"


def test_bytes_of_a_command_line_that_are_no_text_are_escaped():
    """Python reads them as halves of pairs, which no file of UTF-8 can have."""
    assert as_utf8("a\udcffb – µ") == "a\\udcffb – µ"


def test_ordinary_text_stays_as_it_is():
    """Names, paths, units and test ids are not touched."""
    for text in ("3.14t,gil=0", "1.42× [1.37, 1.48]", "tests/test_a.py::test_b", "µs − “x”", ""):
        assert for_terminal(text) == plain(text) == one_line(text) == text
    assert for_terminal("two\nlines") == "two\nlines"


@pytest.mark.parametrize("text", [ESCAPES, OVERRIDE, "a\rb", "a\x85b", "a\u2028b"])
def test_no_control_character_reaches_a_terminal(text):
    """Not even one that only changes the direction of writing."""
    for shown in (for_terminal(text), plain(text), one_line(text)):
        assert shown.isprintable()


def test_no_line_is_a_command_of_a_ci_log():
    """Wherever it begins; the words can still be read."""
    shown = for_terminal(COMMAND)
    assert not re.search(r"^\s*(::|##\[)", shown, re.MULTILINE)
    assert ": error title=b" in shown and "# [warning]d" in shown
    assert "\n" not in plain(COMMAND)


def test_markdown_shows_it_as_it_is():
    """No markup, no HTML, no new line, no command."""
    shown = for_markdown("<img src=x onerror=y> | **b** [c](d)\n# e\n::error::f" + ESCAPES)
    assert shown.isprintable() and "::" not in shown
    assert not re.search(r"(?<!\\)[<>|*\[\]#]", shown)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_is_no_formula(text):
    """And comes back as it was."""
    cell = for_csv(text)
    assert cell.startswith("'") and from_csv(cell) == text


@pytest.mark.parametrize("text", ["", "fnv1a-thread-w2@3.13.0", "'quoted'", "1.5"])
def test_other_cells_stay(text):
    assert for_csv(text) == text and from_csv(text) == text


def test_an_annotation_is_one_command():
    """Its text ends nothing and begins nothing."""
    assert "\n" not in for_annotation(COMMAND) and "%0A" in for_annotation(COMMAND)
    assert for_annotation("100 %") == "100 %25"
    assert not set(":,\n") & set(for_annotation_property("a:b,c\nd"))
    assert for_annotation(ESCAPES).isprintable()


def test_a_quotation_has_a_bounded_length():
    assert len(one_line("x" * 10_000)) == 500


@pytest.mark.parametrize("name", [ESCAPES, OVERRIDE, COMMAND])
def test_an_error_about_input_is_one_line_whatever_it_quotes(name):
    assert str(InputError(f"{name} is no profile; choose another one")).isprintable()
