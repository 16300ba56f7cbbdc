"""The page says what verdicts.json and summary.csv say, escapes what it is given, and asks for nothing from outside."""

import html
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest
from tests.synthetic import World, make_host

from gilbench.model import OF_TRIALS, Case, Comparison, Estimate, HostWarning, Planned
from gilbench.report import words
from gilbench.report.build import write
from gilbench.report.figures import charts

EVIL = "<script>alert('1')</script>"
VOID = {"meta", "img", "br", "link", "input", "hr"}


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text of each verdict by class of its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str]] = []
        self.verdicts: dict[tuple[str, str], dict[str, str]] = {}
        self._verdict: dict[str, str] | None = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag in VOID:
            return
        if tag == "article":
            self._verdict = self.verdicts.setdefault((found["data-claim"], found["data-target"]), {})
        self.open.append((tag, found.get("class") or tag))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"{tag} closed out of turn at {self.getpos()}"
        if tag == "article":
            self._verdict = None

    def handle_data(self, data):
        if self._verdict is not None:
            for _, kind in self.open:
                self._verdict[kind] = self._verdict.get(kind, "") + data


@pytest.fixture(scope="module")
def page(reported) -> str:
    return (reported / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(page) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_every_tag_is_closed(read):
    """Nothing is left open; the reader checks the order on the way."""
    assert read.open == []


def test_the_board_says_what_verdicts_json_says(reported, read):
    """Outcome, effect with interval, launches, statement, reason and evidence of every claim."""
    stored = json.loads((reported / "verdicts.json").read_text(encoding="utf-8"))
    assert set(read.verdicts) == {(one["id"], one["target"]) for one in stored}
    for one in stored:
        shown = read.verdicts[one["id"], one["target"]]
        assert one["verdict"] in shown["badge"]
        assert shown["h4"] == f"{one['id']} {one['statement']}"
        assert one["reason"] in shown["why"]
        if one["estimate"]:
            estimate = one["estimate"]
            of_trials = estimate["unit"] == OF_TRIALS
            lo, hi = (words.fixed(estimate[name]) for name in ("lo", "hi"))
            middle, sample = (
                (f"{round(estimate['center'] * estimate['n'])} of {estimate['n']}", "trial")
                if of_trials
                else (f"{words.fixed(estimate['center'])}{estimate['unit']}", "launch")
            )
            assert shown["effect"].startswith(f"{middle} [{lo}, {hi}] {estimate['n']} {sample}")
        for piece in one["evidence"]:
            assert piece["quantity"] in shown["table"]
            assert words.effect(msgspec.convert(piece["estimate"], Estimate)) in shown["table"]


def test_expectations_are_compared(reported, read):
    """A verdict that was expected says so, one against expectation stands out."""
    world_says = {one["id"]: one for one in json.loads((reported / "verdicts.json").read_text(encoding="utf-8"))}
    decided = [one for one in world_says.values() if one["verdict"] in ("PROVED", "REFUTED") and one["expected"]]
    assert decided
    for one in decided:
        told = read.verdicts[one["id"], one["target"]]["why"]
        assert ("not as expected" in told) == (one["verdict"] != one["expected"])
        assert f"Expected {one['expected']}, found {one['verdict']}" in told


def test_the_page_shows_the_speedups_of_the_summary(reported, page):
    """Each row of summary.csv stands in the page's table of cases with its interval, under its workload."""
    lines = (reported / "summary.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    for line in lines[1:]:
        row = dict(zip(header, line.split(","), strict=True))
        shown = words.interval(*(float(row[name]) for name in ("speedup", "speedup_lo", "speedup_hi")), "×")
        cells = (
            f'<th scope="row">{row["strategy"]}</th><td class="number">{row["workers"]}</td>'
            f'<td>{row["reference"]}</td><td class="number">{shown}</td>'
        )
        assert cells in page.split(f"<summary>{row['workload']} on ", 1)[1].split("</details>", 1)[0]


def test_the_headline_is_computed_from_the_run(page, reported):
    """The paragraph names the cores, the interpreter and the measured speedups, and draws the verdicts' conclusions."""
    told = html.unescape(re.search(r'<p class="headline">(.*?)</p>', page).group(1))
    assert told.startswith(
        "On this 2-core host, under CPython 3.13.0 with the GIL, two threads ran pure-Python hashing"
    )
    assert "0.99×" in told
    assert "two processes ran it 1.94×" in told
    assert "threads gain nothing for pure-Python computing" in told


def test_the_page_is_self_contained(read, page):
    """No script, and nothing that a browser would fetch: images are data, styles are inline."""
    assert not {tag for tag, _ in read.tags} & {"script", "link", "iframe", "object", "embed", "video", "audio"}
    addresses = [attrs[name] for _, attrs in read.tags for name in ("src", "href", "srcset", "data") if attrs.get(name)]
    assert addresses
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in addresses)
    assert "url(" not in page
    assert "@import" not in page


def test_links_lead_somewhere(read):
    """Every link within the page has its target there."""
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    links = {attrs["href"][1:] for tag, attrs in read.tags if tag == "a"}
    assert links
    assert links <= ids


def test_verdicts_lead_to_the_figure_that_shows_them(reported, page):
    """Each verdict links to its claim's figure; the figures of this run were all drawn."""
    verdicts = json.loads((reported / "verdicts.json").read_text(encoding="utf-8"))
    assert {one["figure"] for one in verdicts} <= {chart.stem for chart in charts()}
    articles = re.findall(r'<article .*? data-claim="(\w+)".*?</article>', page, re.DOTALL)
    linked = re.findall(
        r'<article [^>]*data-claim="(\w+)"(?:(?!</article>).)*?href="#figure-([\w-]+)"', page, re.DOTALL
    )
    assert articles == [one["id"] for one in verdicts]
    assert linked == [(one["id"], one["figure"]) for one in verdicts]


def test_no_verdict_leads_to_a_figure_that_is_not_there(new_run):
    """Where the figure of a claim was not drawn, its verdict has no link."""
    folder = new_run(World(launches=2, failures={"start": "it broke"}))
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'data-claim="B11"' in page
    assert "#figure-start-cost" not in page
    assert "#figure-switching" in page


def test_every_figure_has_words(read):
    """Each image has an alternative text and the size that its place needs."""
    images = [attrs for tag, attrs in read.tags if tag == "img"]
    assert len(images) == len(charts())
    assert all(len(image["alt"]) > 20 and int(image["width"]) > 100 and int(image["height"]) > 50 for image in images)


def test_a_reader_can_choose_light_or_dark_and_print(page):
    """The styles follow the reader's scheme, and know small screens and paper."""
    for query in ("prefers-color-scheme: dark", "max-width: 44rem", "@media print"):
        assert query in page


def test_whatever_a_run_holds_is_escaped(new_run):
    """A workload, a failure, a host and a command that look like markup show as text, on the page and in Markdown."""
    world = World(launches=3, claims=frozenset({"A16"}))
    workload = dict(world.target.workload("fnv1a"), name=EVIL)
    described = world.target.description | {"workloads": [*world.target.description["workloads"], workload]}
    target = msgspec.structs.replace(world.target, description=described)
    evil = Comparison(Case(target.id, EVIL, "thread", 2), Case(target.id, EVIL, "serial", 1), 8)
    as_evil = [
        msgspec.structs.replace(record, item=evil.id) for record in world.records() if "thread-w2" in record.item
    ]
    folder = new_run(
        world,
        [*world.records(), *as_evil],
        targets=(target,),
        plan=(*world.plan(), Planned(evil, world.plan()[0].effort)),
        host=make_host(model=EVIL, warnings=(HostWarning(EVIL, EVIL),)),
        command=("gilbench", "run", "--workload", EVIL),
    )
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 5
    summary = (folder / "summary.md").read_text(encoding="utf-8")
    assert "<script" not in summary.replace("\\<", "")
    assert "\\<script\\>" in summary
