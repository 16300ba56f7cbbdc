"""The markup that matplotlib writes and the page's own, as patterns; all of them stand here."""

from __future__ import annotations

import re

# As matplotlib writes it
PROLOGUE = re.compile(
    r"^.*?(?=<svg)|\s*<metadata>.*?</metadata>|\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL
)
OPENING = re.compile(r"<svg [^>]*?viewBox=\"0 0 ([\d.]+) ([\d.]+)\"[^>]*>")
FONT = re.compile(r"font-family: [^;\"]*; |(?<=px) 'DejaVu Sans'[^;\"]*(?=;)")
UNMOVED = re.compile(r" transform=\"rotate\(-0 [^\"]*\"")
# A number within a tag; what stands between tags is what readers read, and passed over
LONG = re.compile(r">[^<]*|-?\d+\.\d{3,}")
GROUP = re.compile(r"<g id=\"([^\"]*)\">")
REFERENCE = re.compile(r"(\bid=\"|href=\"#|url\(#)([\w-]+)")
COLOUR = re.compile(r"(?<=: )#([0-9a-f]{6})\b")
LOOKS = re.compile(r"(?= (?:clip-path|style)=)(?: clip-path=\"([^\"]*)\")?(?: style=\"([^\"]*)\")?")
IDENTIFIER = re.compile(r"(?<=id=\")[\w-]+|(?<=href=\"#)[\w-]+|(?<=url\(#)[\w-]+")
GROUP_TAG = re.compile(r"(<g\b[^>]*>|</g>)")
POINT = re.compile(r"<path d=\"M [-\d.]+ [-\d.]+ ?\"[^>]*/>")  # a line of one point
DRAWN = re.compile(r"(?<= d=\")[^\"]*")
AROUND_LETTER = re.compile(r" ?([A-Za-z]) ?")
BETWEEN_TAGS = re.compile(r"(?<=>)\s+(?=<)")
USES = re.compile(r"(?:<use [^>]*/>){2,}")
USE = re.compile(r"<use [^>]*/>")
STYLE = re.compile(r" style=\"[^\"]*\"")
OPACITY = re.compile(r"[\" ]opacity:")
# As the page has it
USED = re.compile(r"var\(--f([0-9a-f]{6})\)")
