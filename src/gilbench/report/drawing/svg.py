"""A figure as markup that stands in a page.

Its text stays text, its identifiers are unique, and every colour is a variable that the page sets
for its theme.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import matplotlib
from matplotlib.figure import Figure

from gilbench.report.drawing import style

LIGHT_PAGE, DARK_PAGE = "#ffffff", "#121212"
WHITE_IS_PAGE = {"#ffffff": ("var(--page)", "var(--page)")}
DARK = {
    style.INK: "#e6e6e6",
    style.QUIET: "#a3a9b0",
    style.FAINT: "#2b2f34",
    "#d1d5db": "#3a4047",
    "#9ca3af": "#5b636d",
}

PROLOGUE = re.compile(
    r"^.*?(?=<svg)|\s*<metadata>.*?</metadata>|\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL
)
OPENING = re.compile(r"<svg [^>]*?viewBox=\"0 0 ([\d.]+) ([\d.]+)\"[^>]*>")
FONT = re.compile(r"font-family: [^;\"]*; |(?<=px) 'DejaVu Sans'[^;\"]*(?=;)")
UNMOVED = re.compile(r" transform=\"rotate\(-0 [^\"]*\"")
LONG = re.compile(r"-?\d+\.\d{3,}")
GROUP = re.compile(r"<g id=\"[^\"]*\">")
REFERENCE = re.compile(r"(\bid=\"|href=\"#|url\(#)([\w-]+)")
COLOUR = re.compile(r"(?<=: )#([0-9a-f]{6})\b")
USED = re.compile(r"var\(--f([0-9a-f]{6})\)")


@dataclass(frozen=True)
class Markup:
    """The inside of an ``svg`` element, and its size in points."""

    body: str
    width: float
    height: float


def inline(figure: Figure, stem: str) -> Markup:
    """The figure as markup, the same for the same figure and version of matplotlib.

    Args:
        figure: What was drawn.
        stem: Begins every identifier, so that those of several figures on a page differ.
    """
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": stem}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    text = PROLOGUE.sub("", out.getvalue().decode("utf-8"))
    opening = OPENING.search(text)
    assert opening is not None
    body = text[opening.end() : text.rindex("</svg>")]
    body = UNMOVED.sub("", FONT.sub("", body))
    body = GROUP.sub("<g>", LONG.sub(_shortened, body))
    body = REFERENCE.sub(rf"\1{stem}-\2", body)
    body = COLOUR.sub(r"var(--f\1)", body)
    return Markup(re.sub(r"\s+", " ", body).strip(), float(opening[1]), float(opening[2]))


def _shortened(number: re.Match[str]) -> str:
    """A number with two decimals, without trailing zeros."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def colours(markups: list[str]) -> list[tuple[str, str, str]]:
    """The variables that markups use.

    Returns:
        Each variable's name, its colour on a light page and that on a dark one: the same hue, as
        much lighter as it takes to stand out there.
    """
    used: set[str] = set()
    for markup in markups:
        used.update(USED.findall(markup))
    variables = []
    for name in sorted(used):
        colour = f"#{name}"
        light, dark = WHITE_IS_PAGE.get(colour) or (colour, _on_dark_page(colour))
        variables.append((f"f{name}", light, dark))
    return variables


def _on_dark_page(colour: str) -> str:
    return DARK.get(colour) or lightened(colour, DARK_PAGE)


def lightened(colour: str, page: str) -> str:
    """A colour mixed with white until it stands out from a dark page."""
    channels = style.channels(colour)
    for step in range(21):
        share = step / 20
        mixed = style.as_hex(tuple(channel + (1 - channel) * share for channel in channels))
        if style.contrast(mixed, page) >= style.LEAST_CONTRAST:
            return mixed
    return "#ffffff"
