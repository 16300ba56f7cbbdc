"""The templates of every page: how they are loaded, their filters, and their shared variables."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from gilbench.model import Label, Outcome
from gilbench.report.draw_all import RenderedChart
from gilbench.report.drawing import style, svg
from gilbench.report.html.strips import Strip, lay_out_strip, verdict_strip
from gilbench.summary import check, formatting, headline
from gilbench.summary.cases import Measured
from gilbench.summary.deciding import undecided_limits
from gilbench.summary.target_pairs import TargetPair

TEMPLATES = Path(__file__).parent / "templates"
SCRIPT = TEMPLATES / "page.js"
INDENTATION = re.compile(r"\n\s+(?=<)")
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
# Before the tags of blocks and of the parts of tables, space means nothing at all.
BLOCKS = r"caption|details|div|figure|h[2-4]|li|p|section|table|tbody|td|th|thead|tr|ul"
BEFORE_BLOCK = re.compile(rf"(?<=>)\s+(?=</?(?:{BLOCKS})\b)")


@cache
def environment() -> jinja2.Environment:
    """The templates with their filters; everything that they show is escaped."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "effect": formatting.effect,
        "fixed": formatting.fixed,
        "plural": formatting.plural,
        "bearing": formatting.bearing,
        "symbol": formatting.SYMBOLS.__getitem__,
        "ground": formatting.GROUNDS.__getitem__,
        "slug": _slug,
        "movement": check.movement,
        "ratio_strip": _ratio_strip,
        "verdict_strip": verdict_strip,
        "target_name": headline.target_name,
        "unbroken": _unbroken,
        "undecided_limits": undecided_limits,
    }
    templates.filters.update(filters)
    return templates


def shared_context(charts: Sequence[RenderedChart] = ()) -> dict[str, Any]:
    """The variables of ``shell.html.j2``.

    Returns:
        The page's script, its digest for the content security policy, which allows this script and
        no other, and the colours of the figures and of the lanes, which are the same.
    """
    script = SCRIPT.read_text(encoding="utf-8")
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return {
        "script": script,
        "script_digest": f"sha256-{base64.b64encode(digest).decode('ascii')}",
        "figure_colours": svg.colours([chart.markup.body for chart in charts]),
        "lane_colours": [
            (f"lane-{kind}", style.KNOWN[kind].colour, svg.on_dark_page(style.KNOWN[kind].colour))
            for kind in ("thread", "process")
        ],
    }


def compacted(page: str) -> str:
    """A page as it is written.

    The spaces before its tags are left out: they are a fifth of it and mean nothing. No line ends
    between a number and its unit.
    """
    return formatting.BEFORE_UNIT.sub("\u00a0", BEFORE_BLOCK.sub("", INDENTATION.sub("\n", page)))


def _ratio_strip(ratio: Measured, pair: TargetPair) -> Strip | None:
    """A ratio of two targets on the scale of all of theirs, with a line at 1."""
    return lay_out_strip(ratio, (), [case.ratio for case in pair.cases], marks=(1.0,))


def _unbroken(text: str) -> Markup:
    """Text in which no line ends within an option."""
    marked = OPTION.sub(r'<span class="option">\g<0></span>', str(escape(text)))
    return Markup(marked)  # noqa: S704 - escaped


def _slug(outcome: Outcome | Label) -> str:
    """``not-applicable``: an outcome as the name of a CSS class."""
    return outcome.value.lower().replace(" ", "-")
