"""The section about a user's call, from a run that was measured here."""

from __future__ import annotations

import html
import re
import zlib

import gilbench


def test_the_page_has_the_answer_and_every_way(tmp_path):
    """With what was seen of the call, and the cause where a way is not possible."""
    for budget_s in (4, 16, 64):  # a busy host has no time for any way in the first
        advice = gilbench.advise(zlib.crc32, (b"text",), budget_s=budget_s, out=tmp_path)
        if advice.answers[0].ways:
            break
    text = (advice.folder / "report.html").read_text(encoding="utf-8")
    page = html.unescape(re.sub(r"</?span[^>]*>", "", text)).replace("\xa0", " ")
    (section,) = page.split('<section id="call">')[1:]
    section = section.partition("</section>")[0]
    answer = advice.answers[0]
    first, _, rest = answer.answer.partition("; ")
    assert f"{first[1:]}</h1>" in page and rest[1:] in section
    assert "it was called as crc32(b'text')" in section
    assert answer.ways and all(way.name in section for way in answer.ways)
    assert section.count('class="strip"') == sum(way.speed is not None for way in answer.ways)
    assert 'href="#call"' in page
