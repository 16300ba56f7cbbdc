"""The console that everything is printed with: text as it is, and nothing that a terminal obeys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from gilbench.model import for_terminal
from gilbench.summary.formatting import BEFORE_UNIT

PADDING = re.compile(r" +(?=\n)")  # which rich fills every line of a table with
# Stands for the space before a unit while lines are made: rich breaks at any space, whether it is
# a breaking one or not.
UNBROKEN = "\ue000"


class PlainConsole(Console):
    """Prints text as it is, whatever brackets, names of emoji, escapes and commands are in it.

    Args:
        **options: Those of rich's console.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"highlight": False, "markup": False, "emoji": False, **options})

    def render_str(self, text: str, **options: Any) -> Text:
        """A string as it is laid out, no number parted from its unit."""
        return super().render_str(BEFORE_UNIT.sub(UNBROKEN, text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of something, each of them safe to print."""
        if isinstance(renderable, Text):
            renderable = _with_units_kept(renderable)
        for segment in super().render(renderable, options):
            if segment.control is None and segment.text != "\n":
                yield Segment(for_terminal(segment.text.replace(UNBROKEN, " ")), segment.style)
            else:
                yield segment

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        """What is written; lines of a file or a pipe end where their words do."""
        written = super()._render_buffer(buffer)
        return written if self.is_terminal else PADDING.sub("", written)

    def on_broken_pipe(self) -> None:
        """Leave it to the command line, which ends quietly."""
        raise BrokenPipeError


def _with_units_kept(text: Text) -> Text:
    """A copy in which no number is parted from its unit, with the styles of the text."""
    kept = text.copy()
    kept.plain = BEFORE_UNIT.sub(UNBROKEN, text.plain)
    return kept
