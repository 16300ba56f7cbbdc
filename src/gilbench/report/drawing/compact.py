"""Markup of a figure without what draws nothing: five targets have a third of it."""

from __future__ import annotations

import re
from itertools import groupby

from gilbench.report.drawing import svg_patterns as patterns


def compact(body: str) -> str:
    """The same picture in fewer letters and elements.

    Args:
        body: The inside of an ``svg`` element as matplotlib writes it.
    """
    body = patterns.POINT.sub("", body.replace("xlink:href", "href"))
    body = patterns.BETWEEN_TAGS.sub("", _without_plain_groups(body)).strip()
    body = patterns.DRAWN.sub(_without_spaces, body)
    return patterns.USES.sub(_with_one_style, body)


def _without_plain_groups(body: str) -> str:
    """Groups that have no attribute change nothing, nor do those that have no contents."""
    kept: list[str] = []
    is_plain: list[bool] = []
    for part in patterns.GROUP_TAG.split(body):
        if part == "</g>":
            if is_plain.pop():
                continue
        elif patterns.GROUP_TAG.fullmatch(part):
            if part.endswith("/>"):
                continue
            is_plain.append(part == "<g>")
            if is_plain[-1]:
                continue
        kept.append(part)
    return "".join(kept)


def _without_spaces(path: re.Match[str]) -> str:
    return patterns.AROUND_LETTER.sub(r"\1", path[0]).replace(" -", "-").strip()


def _with_one_style(uses: re.Match[str]) -> str:
    """Neighbours of the same style share it; opacity is a group's own, so it stays with each."""
    parts = []
    for style, members in groupby(patterns.USE.findall(uses[0]), _style_of):
        run = list(members)
        if len(run) == 1 or not style or patterns.OPACITY.search(style):
            parts += run
        else:
            plain = "".join(member.replace(style, "") for member in run)
            parts.append(f"<g{style}>{plain}</g>")
    return "".join(parts)


def _style_of(use: str) -> str:
    style = patterns.STYLE.search(use)
    return style[0] if style else ""
