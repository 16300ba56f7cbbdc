"""A figure as markup that stands in a page.

Its text stays text, its identifiers are unique, and every colour is a variable that the page sets
for its theme.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import matplotlib
from matplotlib.figure import Figure

from gilbench.report.drawing import style
from gilbench.report.drawing import svg_patterns as patterns
from gilbench.report.drawing.compact import compact

LIGHT_PAGE, DARK_PAGE = "#ffffff", "#121212"
WHITE_IS_PAGE = {"#ffffff": ("var(--page)", "var(--page)")}
DARK = {
    style.INK: "#e6e6e6",
    style.QUIET: "#a3a9b0",
    style.FAINT: "#2b2f34",
    style.PROVES: "#0f4a3a",
    style.REFUTES: "#5a2e12",
    style.PALE_GREY: "#3a4047",
    style.GREY: "#5b636d",
}


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
    figure.patch.set_visible(False)  # the ground is the page, which shows where it scrolls
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": stem}):
        figure.savefig(out, format="svg", metadata={"Date": None})
    figure.patch.set_visible(True)
    text = patterns.PROLOGUE.sub("", out.getvalue().decode("utf-8"))
    opening = patterns.OPENING.search(text)
    assert opening is not None
    body = text[opening.end() : text.rindex("</svg>")]
    body = patterns.UNMOVED.sub("", patterns.FONT.sub("", body))
    body = patterns.LONG.sub(_shortened, patterns.GROUP.sub(_group, body))
    body = patterns.REFERENCE.sub(rf"\1{stem}-\2", body)
    body = patterns.COLOUR.sub(r"var(--f\1)", body)
    body = _with_short_identifiers(body, stem)
    body = compact(re.sub(r"\s+", " ", body).strip())
    return Markup(body, float(opening[1]), float(opening[2]))


def _group(match: re.Match[str]) -> str:
    """A group without its identifier; what it tells when pointed at is its title."""
    identifier = match[1]
    if identifier.startswith(style.PART):
        return f'<g data-series="{identifier.removeprefix(style.PART)}">'
    if identifier.startswith(style.TIP):
        series, _, tip = identifier.removeprefix(style.TIP).partition("|")
        return f'<g class="tip" data-series="{series}"><title>{tip}</title>'
    return "<g>"


def _with_short_identifiers(body: str, stem: str) -> str:
    """Identifiers are hashes, and stand in every mark: numbers do as well."""
    numbers: dict[str, str] = {}

    def short(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"{stem}-{len(numbers)}")

    return patterns.IDENTIFIER.sub(short, body)


def with_shared_styles(markups: Sequence[Markup]) -> tuple[list[Markup], str]:
    """Replace what every element repeats: styles and clip paths by classes, long identifiers.

    Returns:
        The markups, which need the style sheet that comes second.
    """
    names: dict[str, str] = {}
    numbers: dict[str, str] = {}

    def numbered(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"i{len(numbers)}")

    def as_classes(match: re.Match[str]) -> str:
        clip, style = match.groups()
        rules = [f"clip-path: {clip}"] if clip else []
        if style:
            rules.append(style)
        classes = [names.setdefault(rule, f"k{len(names)}") for rule in rules]
        return f' class="{" ".join(classes)}"' if classes else ""

    shared = []
    for markup in markups:
        body = patterns.IDENTIFIER.sub(numbered, markup.body)
        shared.append(replace(markup, body=patterns.LOOKS.sub(as_classes, body)))
    sheet = [f".{name} {{ {rule} }}" for rule, name in names.items()]
    return shared, "\n".join(sheet)


def _shortened(number: re.Match[str]) -> str:
    """A number with two decimals, without trailing zeros; text as it is."""
    if number[0].startswith(">"):
        return number[0]
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def colours(markups: list[str]) -> list[tuple[str, str, str]]:
    """The variables that markups use.

    Returns:
        Each variable's name, its colour on a light page and that on a dark one: the same hue, as
        much lighter as it takes to stand out there.
    """
    used: set[str] = set()
    for markup in markups:
        used.update(patterns.USED.findall(markup))
    variables = []
    for name in sorted(used):
        colour = f"#{name}"
        light, dark = WHITE_IS_PAGE.get(colour) or (colour, on_dark_page(colour))
        variables.append((f"f{name}", light, dark))
    return variables


def on_dark_page(colour: str) -> str:
    """What a colour of figures becomes on a dark page."""
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
