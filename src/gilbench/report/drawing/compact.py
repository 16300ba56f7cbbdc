"""Markup of a figure without what draws nothing: five targets have a third of it."""

from __future__ import annotations

import re
from itertools import groupby

GROUP_TAG = re.compile(r"(<g\b[^>]*>|</g>)")
POINT = re.compile(r"<path d=\"M [-\d.]+ [-\d.]+ ?\"[^>]*/>")  # a line of one point
DRAWN = re.compile(r"(?<= d=\")[^\"]*")
AROUND_LETTER = re.compile(r" ?([A-Za-z]) ?")
BETWEEN_TAGS = re.compile(r"(?<=>)\s+(?=<)")
USES = re.compile(r"(?:<use [^>]*/>){2,}")
USE = re.compile(r"<use [^>]*/>")
STYLE = re.compile(r" style=\"[^\"]*\"")
OPACITY = re.compile(r"[\" ]opacity:")


def compact(body: str) -> str:
    """The same picture in fewer letters and elements.

    Args:
        body: The inside of an ``svg`` element as matplotlib writes it.
    """
    body = POINT.sub("", body.replace("xlink:href", "href"))
    body = BETWEEN_TAGS.sub("", _without_plain_groups(body)).strip()
    body = DRAWN.sub(_without_spaces, body)
    return USES.sub(_with_one_style, body)


def _without_plain_groups(body: str) -> str:
    """Groups that have no attribute change nothing, nor do those that have no contents."""
    kept: list[str] = []
    is_plain: list[bool] = []
    for part in GROUP_TAG.split(body):
        if part == "</g>":
            if is_plain.pop():
                continue
        elif GROUP_TAG.fullmatch(part):
            if part.endswith("/>"):
                continue
            is_plain.append(part == "<g>")
            if is_plain[-1]:
                continue
        kept.append(part)
    return "".join(kept)


def _without_spaces(path: re.Match[str]) -> str:
    return AROUND_LETTER.sub(r"\1", path[0]).replace(" -", "-").strip()


def _with_one_style(uses: re.Match[str]) -> str:
    """Neighbours of the same style share it; opacity is a group's own, so it stays with each."""
    parts = []
    for style, members in groupby(USE.findall(uses[0]), _style_of):
        run = list(members)
        if len(run) == 1 or not style or OPACITY.search(style):
            parts += run
        else:
            plain = "".join(member.replace(style, "") for member in run)
            parts.append(f"<g{style}>{plain}</g>")
    return "".join(parts)


def _style_of(use: str) -> str:
    found = STYLE.search(use)
    return found[0] if found else ""
