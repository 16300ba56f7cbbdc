"""What the page and ``summary.md`` say of a user's call, from a run that was measured here."""

from __future__ import annotations

import html
import re
import zlib

import pytest

import gilbench
from gilbench.summary.call_lines import lines_of


@pytest.fixture(scope="module")
def advice(tmp_path_factory):
    """Advice on a call, with one way at least."""
    out = tmp_path_factory.mktemp("advice")
    for budget_s in (4, 16, 64):  # a busy host has no time for any way in the first
        advice = gilbench.advise(zlib.crc32, (b"text",), budget_s=budget_s, out=out)
        if advice.answers[0].ways:
            break
    return advice


def test_the_page_has_the_answer_and_every_way(advice):
    """With what was seen of the call, and the cause where a way is not possible."""
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


def test_the_summary_in_markdown_has_the_answer_and_every_way(advice):
    """The same answer in bold, each finding as a point, and a table with a row for each way."""
    text = (advice.folder / "summary.md").read_text(encoding="utf-8")
    text = html.unescape(text.replace("\\", ""))
    answer = advice.answers[0]
    (part,) = text.split(f"## {answer.call} on ")[1:]
    part = part.partition("\n## ")[0]
    assert f"**{answer.answer[:1].upper()}{answer.answer[1:]}.**" in part
    for line in [*lines_of(answer), *(f"why not more: {why}" for why in answer.why_not_more)]:
        assert f"- {line}" in part
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(answer.ways)
    for row, way in zip(rows[2:], answer.ways, strict=True):
        assert row.startswith(f"| {way.name} | {way.result}") and way.failed in row
