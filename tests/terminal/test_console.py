"""The console: whatever is printed with it, through tables and wrapping too, nothing in it is obeyed."""

import io
import re

import pytest
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gilbench.terminal.console import PlainConsole

HOSTILE = "x\x1b]0;title\x07\x1b[2J\u202e\n::error::y\r[bold]z[/x] :smile:"


def printed(renderable, **options) -> str:
    out = io.StringIO()
    PlainConsole(file=out, width=60, **options).print(renderable)
    return out.getvalue()


def in_a_table(text):
    table = Table()
    table.add_column("a", overflow="fold")
    table.add_row(text)
    table.add_row(Text(text, "bold"))
    return table


def in_columns(text):
    table = Table(box=None, show_header=False)
    table.add_row("one", text)
    table.add_row("two", "short")
    return table


def padded(text):
    return Padding(text, (0, 0, 0, 2))


@pytest.mark.parametrize("wrapped", [str, Text, in_a_table], ids=["text", "Text", "table"])
def test_nothing_is_obeyed(wrapped):
    """No escape, no command of a CI log, no markup."""
    text = printed(wrapped(HOSTILE))
    assert all(line.isprintable() for line in text.split("\n"))
    assert not re.search(r"^\W*::", text, re.MULTILINE)
    assert "[bold]z[/x] :smile:" in text


def test_a_command_at_the_end_of_a_wrapped_line_is_none():
    """Where a long line is broken, a command would begin the next one."""
    text = printed("y" * 55 + " ::error::x")
    assert not re.search(r"^\s*::", text, re.MULTILINE)


def test_a_terminal_keeps_its_own_escapes():
    """Colours come from gilbench, and stay; those of the text do not."""
    text = printed(Text(HOSTILE, "bold red"), force_terminal=True, color_system="standard")
    assert "\x1b[1;31m" in text
    assert "\x1b[2J" not in text and "\x1b]0" not in text


@pytest.mark.parametrize("wrapped", [str, in_columns, padded], ids=["text", "table", "padding"])
def test_lines_of_a_pipe_end_where_their_words_do(wrapped):
    """Rich fills the lines of tables and of what is padded with spaces, up to its width."""
    text = printed(wrapped("a few words " * 9))
    assert text.count("\n") > 1
    assert all(line == line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    "wrapped", [str, Text, padded, in_columns], ids=lambda wrapped: wrapped.__name__
)
def test_no_line_ends_between_a_number_and_its_unit(wrapped):
    """Wherever the end of a line comes, the two stay together, with an ordinary space and in the same style."""
    sentence = "are wrong in " + "x" * 20 + " 12 % of runs, or after 5 ms"
    for width in range(24, 60):
        out = io.StringIO()
        PlainConsole(file=out, width=width).print(wrapped(sentence))
        assert "12 %" in out.getvalue() and "5 ms" in out.getvalue()
    styled = Text.assemble("is ", ("12 %", "bold"), " of runs")
    assert "\x1b[1m12 %\x1b[0m of" in printed(styled, force_terminal=True, color_system="standard")
