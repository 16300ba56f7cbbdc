"""Every number of the page is one of verdicts.json or summary.csv."""

import math
import re
from html.parser import HTMLParser

import msgspec
import pytest
from tests.report.html.conftest import Origins, fed, stored

from gilbench.model import Estimate
from gilbench.summary import formatting
from gilbench.summary.columns import COLUMNS


class Numbers(HTMLParser):
    """Collects every ``data`` element with its attributes and its text, and all text but for scripts and figures with
    their words, whose numbers of experiments stand in no file but the journal."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._origins = Origins()
        self._inside = self._hidden = self._told = 0

    def handle_starttag(self, tag, attrs):
        self.text += " "
        self._hidden += tag in ("svg", "script", "style")
        self._told |= dict(attrs).get("id", "").startswith("words-")
        whole = self._origins.opened(tag, dict(attrs))
        if tag == "data":
            self.data.append((whole, ""))
            self._inside = 1

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        self.text += " "
        self._origins.closed()
        self._hidden -= tag in ("svg", "script", "style")
        self._told &= tag != "p"
        if tag == "data":
            self._inside = 0

    def handle_data(self, data):
        data = data.replace("\u00a0", " ")
        if self._inside:
            attrs, text = self.data[-1]
            self.data[-1] = attrs, text + data
        if not self._hidden and not self._told:
            self.text += data

    def of(self, file):
        """What stands in the file: attributes and text."""
        return [
            (attrs, text)
            for attrs, text in self.data
            if attrs.get("data-file") == file and "data-at" in attrs
        ]


@pytest.fixture(scope="module")
def numbers(page) -> Numbers:
    return fed(Numbers(), page)


def at(verdicts, path):
    found = verdicts
    for step in path.split("/"):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def number(text):
    return float(text) if text else None


def test_every_estimate_of_the_page_is_that_of_verdicts_json(folder, numbers):
    """Exactly by its attributes, and as it is formatted by its text; and none of the file's is missing."""
    verdicts, _ = stored(folder)
    shown = numbers.of("verdicts.json")
    for attrs, text in shown:
        estimate = at(verdicts, attrs["data-at"])
        exact = [float(attrs[name]) for name in ("value", "data-lo", "data-hi")]
        assert exact == [estimate[name] for name in ("center", "lo", "hi")]
        assert int(attrs["data-n"]) == estimate["n"]
        assert text == formatting.effect(msgspec.convert(estimate, Estimate))
    wanted = {f"{place}/estimate" for place, one in enumerate(verdicts) if one["estimate"]}
    wanted |= {
        f"{place}/evidence/{index}/estimate"
        for place, one in enumerate(verdicts)
        for index in range(len(one["evidence"]))
    }
    assert {attrs["data-at"] for attrs, _ in shown} == wanted


def test_every_number_of_the_tables_is_that_of_summary_csv(folder, numbers):
    """Exactly by its attributes, and as it is formatted by its text; and no case of the file is missing."""
    _, rows = stored(folder)
    shown = numbers.of("summary.csv")
    columns = {column.name: column for column in COLUMNS if column.heading and not column.is_text}
    scales = {"wall_s": (1000, 1)}
    for attrs, text in shown:
        row, column = rows[attrs["data-item"]], columns[attrs["data-at"]]
        written = row[column.name]
        assert float(attrs["value"]) == float(written)
        if column.interval:
            ends = [number(row[f"{column.name}_{end}"]) for end in ("lo", "hi")]
            assert [number(attrs.get(f"data-{end}")) for end in ("lo", "hi")] == ends
            assert text == formatting.interval(float(written), *ends, column.unit)
        elif written.isdigit():
            assert text == written
        else:
            scale, decimals = scales.get(column.name, (1, 2))
            assert text == formatting.fixed(float(written) * scale, decimals)
    for name in columns:
        wanted = {item for item, row in rows.items() if row[name]}
        assert {attrs["data-item"] for attrs, _ in shown if attrs["data-at"] == name} == wanted, (
            name
        )


def test_every_number_made_of_others_is_their_product(folder, numbers):
    """Ratios between targets and their means follow from speedups of summary.csv, which the page names."""
    _, rows = stored(folder)
    shown = [(attrs, text) for attrs, text in numbers.data if "data-product" in attrs]
    assert bool(shown) == (folder.name == "five")
    for attrs, text in shown:
        terms = [line.split(" ", 1) for line in attrs["data-product"].splitlines()]
        log = sum(float(power) * math.log(float(rows[item]["speedup"])) for power, item in terms)
        assert float(attrs["value"]) == pytest.approx(math.exp(log), rel=1e-9)
        ends = [number(attrs.get(f"data-{end}")) for end in ("lo", "hi")]
        assert text == formatting.interval(float(attrs["value"]), *ends, "×")


def test_every_factor_in_prose_is_a_number_of_the_files(folder, numbers):
    """Whatever reads ``1.87× [1.84, 1.91]`` anywhere on the page is the formatting of an estimate of a file, of what
    is made of such, or of a launch's ceiling, and whatever reads ``0.99×`` the formatting of a middle."""
    verdicts, rows = stored(folder)
    known = {
        formatting.effect(msgspec.convert(one["estimate"], Estimate))
        for one in verdicts
        if one["estimate"]
    }
    known |= {
        formatting.effect(msgspec.convert(piece["estimate"], Estimate))
        for one in verdicts
        for piece in one["evidence"]
    }
    for row in rows.values():
        for column in ("speedup", "ceiling"):
            if row[column]:
                known.add(
                    formatting.interval(
                        *(number(row[f"{column}{end}"]) for end in ("", "_lo", "_hi")), "×"
                    )
                )
    known |= {
        text for attrs, text in numbers.data if "data-at" not in attrs
    }  # pooled controls, and what pays from when
    middles = {one.split(" [")[0] for one in known}
    prose = re.sub(r"\s+", " ", numbers.text)
    intervals = re.findall(r"[−\d.]+× \[[^]]*\]", prose)
    assert len(intervals) > 20
    assert set(intervals) <= known
    assert set(re.findall(r"−?\d+\.\d+×(?=[ ,.;])", prose)) <= middles
