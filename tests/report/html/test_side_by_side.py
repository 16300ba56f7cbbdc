"""Several runs on one page: each number in the column of its run, and everything escaped."""

import csv
import html
import json
import re
from html.parser import HTMLParser

import msgspec
from tests.report.html.conftest import Origins
from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.model import Estimate
from gilbench.report.html import side_by_side
from gilbench.report.write import write_side_by_side
from gilbench.results import tables
from gilbench.summary import cases, formatting

EVIL = "<script>alert('1')</script>"


def judged(world, **changes):
    found = world.tables()
    found = (
        tables.build(msgspec.structs.replace(found.run, **changes), world.records())
        if changes
        else found
    )
    return found, judge_claims(found)


def test_each_run_has_its_column():
    """A claim's row has both outcomes and effects, a case's row both speedups, in the order of the runs."""
    one, other = judged(World(launches=8)), judged(World(launches=8, gil=False, seed=2))
    page = html.unescape(side_by_side.render([one, other])).replace("\xa0", " ")
    row = re.search(r'<span class="id">A16</span>.*?</tr>', page, re.DOTALL).group()
    shown = [
        next(verdict for verdict in verdicts if verdict.id == "A16") for _, verdicts in (one, other)
    ]
    assert {verdict.verdict.value for verdict in shown} == {"PROVED", "REFUTED"}
    assert re.findall(r"[✓✗]</span> <span>(\w+)", row) == [
        verdict.verdict.value for verdict in shown
    ]
    assert re.findall(r'<data value="([^"]+)"[^>]*>([^<]+)', row) == [
        (str(verdict.estimate.center), formatting.effect(verdict.estimate)) for verdict in shown
    ]
    label = "fnv1a-thread-w2"
    speedups = [
        next(row.speedup for row in cases.rows(found) if row.comparison.label == label)
        for found, _ in (one, other)
    ]
    row = re.search(rf'<th scope="row">{label}</th>.*?</tr>', page, re.DOTALL).group()
    assert re.findall(r'<data value="([^"]+)"[^>]*>([^<]+)', row) == [
        (str(found.center), str(found)) for found in speedups
    ]


class Cells(HTMLParser):
    """Every ``data`` element with the run of the cell it stands in, its attributes and its text, and all text."""

    def __init__(self):
        super().__init__()
        self.data, self.text, self._run, self._inside, self._hidden = [], "", None, False, 0
        self._origins = Origins()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag in ("td", "th"):
            self._run = found.get("data-run")
        self._hidden += tag in ("script", "style")
        self._inside = tag == "data"
        whole = self._origins.opened(tag, found)
        if self._inside:
            self.data.append([self._run, whole, ""])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        self._origins.closed()
        self._inside = False
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data):
        data = data.replace("\xa0", " ")
        self.text += "" if self._hidden else data
        if self._inside:
            self.data[-1][2] += data


def test_every_number_is_that_of_its_runs_files(reported, of_five, tmp_path):
    """Exactly by its attributes, and as it is formatted by its text; no number stands outside of them, and none that
    the runs' files have is missing."""
    found = Cells()
    page = write_side_by_side([reported, of_five])
    found.feed(page.read_text(encoding="utf-8"))
    page.unlink()
    wanted = set()
    files = {}
    for folder in (reported, of_five):
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))["id"]
        verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
        with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["item"]: row for row in csv.DictReader(file)}
        files[run] = verdicts, rows
        wanted |= {
            (run, f"{place}/estimate") for place, one in enumerate(verdicts) if one["estimate"]
        }
        wanted |= {(run, item) for item, row in rows.items() if row["speedup"]}
    for run, attrs, text in found.data:
        verdicts, rows = files[run]
        shown = [float(attrs[name]) for name in ("value", "data-lo", "data-hi")]
        if attrs["data-file"] == "verdicts.json":
            estimate = verdicts[int(attrs["data-at"].partition("/")[0])]["estimate"]
            assert shown == [estimate[name] for name in ("center", "lo", "hi")]
            assert text == formatting.effect(msgspec.convert(estimate, Estimate))
        else:
            row = rows[attrs["data-item"]]
            assert shown == [float(row[f"speedup{end}"]) for end in ("", "_lo", "_hi")]
            assert text == formatting.interval(*shown, "×")
    assert {
        (run, attrs.get("data-item", attrs["data-at"])) for run, attrs, _ in found.data
    } == wanted
    intervals = re.findall(r"[−\d.]+× \[[^]]*\]", found.text)
    assert len(intervals) == sum("×" in text for _, _, text in found.data) > 200


def test_what_is_compared_with_another_target_is_no_speedup(of_five):
    """The same case over serial code and over another target are two rows, each with its own number."""
    found = tables.load(of_five)
    columns = side_by_side.target_columns([(found, [])])
    rows = next(column.rows for column in columns if column.target == "3.13.0")
    assert rows["fnv1a-thread-w2"].against_serial
    assert rows["fnv1a-thread-w2-vs-3.8.18"].comparison.reference.target == "3.8.18"


def test_what_one_run_lacks_is_a_dash():
    """A claim that one of the runs did not ask about stands there without an outcome of that run."""
    narrow, wide = judged(World(launches=3, claims=frozenset({"A19"}))), judged(World(launches=3))
    page = side_by_side.render([narrow, wide])
    row = re.search(r'<th scope="row">fnv1a-thread-w2</th>.*?</tr>', page, re.DOTALL).group()
    assert row.count("–") >= 1
    assert row.count("<data") == 1


def test_whatever_runs_hold_is_escaped():
    """A run's own words show as text."""
    page = side_by_side.render(
        [judged(World(launches=2, claims=frozenset({"A19"})), id=EVIL, profile=EVIL)] * 2
    )
    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page


def test_claims_that_flip_come_first():
    """Then those undecided somewhere, then those that are alike; the heading counts the first."""
    one, other = judged(World(launches=8)), judged(World(launches=8, gil=False, seed=2))
    columns = side_by_side.target_columns([one, other])
    rows = side_by_side.claim_rows(columns)
    flipping = [row for row in rows if row.flips]
    assert "A16" in {row.claim for row in flipping}
    assert all(not row.flips for row in rows if row.is_alike)
    page = side_by_side.render([one, other])
    assert f"2 targets side by side: {len(flipping)} of {len(rows)} claims are proved" in page
    first = page.index("Claims with the same verdict everywhere")
    assert all(page.index(f'id">{row.claim}</span>') < first for row in flipping)


def test_plots_of_a_row_share_a_scale():
    """The same speedup lies at the same place in every column, a larger one further right."""
    one, other = judged(World(launches=8)), judged(World(launches=8, gil=False, seed=2))
    rows = side_by_side.speedup_rows(side_by_side.target_columns([one, other]))
    (row,) = [row for row in rows if row.case == "fnv1a-thread-w2"]
    with_gil, without = (cell.strip for cell in row.cells)
    assert with_gil.edges == without.edges
    assert with_gil.center < without.center
