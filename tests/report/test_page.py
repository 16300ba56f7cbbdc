"""The page says what verdicts.json and summary.csv say, escapes what it is given, and asks for nothing from outside."""

import base64
import csv
import hashlib
import html
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from tests.synthetic import World, make_host

from gilbench.claims import ledger
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
        if "data-claim" in found:
            self._verdict = self.verdicts.setdefault((found["data-claim"], found["data-target"]), {})
        self.open.append((tag, found.get("class") or tag))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag, f"{tag} closed out of turn at {self.getpos()}"
        if tag == "details" and not any(one == "details" for one, _ in self.open):
            self._verdict = None

    def handle_data(self, data):
        if self._verdict is not None:
            for _, kind in self.open:
                self._verdict[kind] = self._verdict.get(kind, "") + data


@pytest.fixture(scope="module", params=["reported", "of_five"])
def folder(request) -> Path:
    """Of one target, and of several."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def page(folder) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page_of_one(reported) -> str:
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


def test_the_board_says_what_verdicts_json_says(folder, read):
    """Outcome, effect with interval, launches, statement, reason and evidence of every claim."""
    stored = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert set(read.verdicts) == {(one["id"], one["target"]) for one in stored}
    for one in stored:
        shown = read.verdicts[one["id"], one["target"]]
        assert one["verdict"] in shown["badge"]
        assert (shown["id"], shown["statement"]) == (one["id"], one["statement"])
        assert one["reason"] in shown["reason"]
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


def test_every_row_says_why_it_may_surprise(read):
    """The sentences of its claim, on every target, under a heading of their own."""
    told = {claim.id: claim.surprise for claim in ledger.claims()}
    assert {key: shown["surprising"] for key, shown in read.verdicts.items()} == {
        (claim, target): told[claim] for claim, target in read.verdicts
    }
    assert all("Why it may surprise" in shown["h4"] for shown in read.verdicts.values())


def test_what_is_not_as_expected_says_so(folder, read):
    """The ledger's warning stands where the host says the opposite, and nowhere else."""
    stored = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    against = {
        (one["id"], one["target"])
        for one in stored
        if one["verdict"] in ("PROVED", "REFUTED") and one["expected"] not in (None, one["verdict"])
    }
    warned = {key for key, shown in read.verdicts.items() if "expected the opposite" in "".join(shown.values())}
    assert warned == against
    assert bool(against) == (folder.name == "five")


def test_expectations_are_compared(folder, read):
    """A verdict that was expected says so, one against expectation stands out."""
    world_says = {one["id"]: one for one in json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))}
    decided = [one for one in world_says.values() if one["verdict"] in ("PROVED", "REFUTED") and one["expected"]]
    assert decided
    for one in decided:
        shown = read.verdicts[one["id"], one["target"]]
        told = shown.get("expected", "") + shown.get("expected surprise", "")
        assert ("not as expected" in told) == (one["verdict"] != one["expected"])
        assert f"Expected {one['expected']}, found {one['verdict']}" in told


class Numbers(HTMLParser):
    """Collects every ``data`` element with its attributes and its text, and all text but for scripts and figures with
    their words, whose numbers of experiments stand in no file but the journal."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._inside = self._hidden = self._told = 0

    def handle_starttag(self, tag, attrs):
        self.text += " "
        self._hidden += tag in ("svg", "script", "style")
        self._told |= dict(attrs).get("id", "").startswith("words-")
        if tag == "data":
            self.data.append((dict(attrs), ""))
            self._inside = 1

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        self.text += " "
        self._hidden -= tag in ("svg", "script", "style")
        self._told &= tag != "p"
        if tag == "data":
            self._inside = 0

    def handle_data(self, data):
        if self._inside:
            attrs, text = self.data[-1]
            self.data[-1] = attrs, text + data
        if not self._hidden and not self._told:
            self.text += data


@pytest.fixture(scope="module")
def numbers(page) -> Numbers:
    found = Numbers()
    found.feed(page)
    found.close()
    return found


def stored(folder):
    """verdicts.json, and summary.csv by item."""
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        return verdicts, {row["item"]: row for row in csv.DictReader(file)}


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
    shown = [(attrs, text) for attrs, text in numbers.data if attrs.get("data-file") == "verdicts.json"]
    for attrs, text in shown:
        estimate = at(verdicts, attrs["data-at"])
        exact = [float(attrs[name]) for name in ("value", "data-lo", "data-hi")]
        assert exact == [estimate[name] for name in ("center", "lo", "hi")]
        assert int(attrs["data-n"]) == estimate["n"]
        assert text == words.effect(msgspec.convert(estimate, Estimate))
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
    shown = [(attrs, text) for attrs, text in numbers.data if attrs.get("data-file") == "summary.csv"]
    units = {"speedup": "×", "ceiling": "×", "cores_used": " cores"}
    for attrs, text in shown:
        row, column = rows[attrs["data-item"]], attrs["data-at"]
        assert float(attrs["value"]) == float(row[column])
        if column in units:
            ends = [number(row[f"{column}_{end}"]) for end in ("lo", "hi")]
            assert [number(attrs.get(f"data-{end}")) for end in ("lo", "hi")] == ends
            assert text == words.interval(float(row[column]), *ends, units[column])
        elif column == "wall_s":
            assert text == words.fixed(float(row[column]) * 1000, 1)
        elif column in ("launches", "pairs"):
            assert text == row[column]
        else:
            assert text == words.fixed(float(row[column]))
    for column in (*units, "efficiency", "serial_fraction", "wall_s", "launches", "pairs"):
        wanted = {item for item, row in rows.items() if row[column]}
        assert {attrs["data-item"] for attrs, _ in shown if attrs["data-at"] == column} == wanted, column


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
        assert text == words.interval(float(attrs["value"]), *ends, "×")


def test_every_factor_in_prose_is_a_number_of_the_files(folder, numbers):
    """Whatever reads ``1.87× [1.84, 1.91]`` anywhere on the page is the formatting of an estimate of a file, of what
    is made of such, or of a launch's ceiling, and whatever reads ``0.99×`` the formatting of a middle."""
    verdicts, rows = stored(folder)
    known = {words.effect(msgspec.convert(one["estimate"], Estimate)) for one in verdicts if one["estimate"]}
    known |= {
        words.effect(msgspec.convert(piece["estimate"], Estimate)) for one in verdicts for piece in one["evidence"]
    }
    for row in rows.values():
        for column in ("speedup", "ceiling"):
            if row[column]:
                known.add(words.interval(*(number(row[f"{column}{end}"]) for end in ("", "_lo", "_hi")), "×"))
    known |= {
        text for attrs, text in numbers.data if "data-file" not in attrs
    }  # pooled controls, and what pays from when
    middles = {one.split(" [")[0] for one in known}
    prose = re.sub(r"\s+", " ", numbers.text)
    intervals = re.findall(r"[−\d.]+× \[[^]]*\]", prose)
    assert len(intervals) > 20
    assert set(intervals) <= known
    assert set(re.findall(r"−?\d+\.\d+×(?=[ ,.;])", prose)) <= middles


def test_several_targets_without_a_headline_say_so_once(tmp_path):
    """Where nothing of it was measured there is no table, and no sentence a target."""
    from tests.report.conftest import write_run

    world = World(gil=False, beside=True, launches=2, claims=frozenset({"B15"}))
    folder = write_run(tmp_path / "run", world)
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    (told,) = re.findall(r'<p class="headline">(.*?)</p>', page)
    assert told.endswith("none of the comparisons that make a headline was measured on any of 2 targets.")
    assert "glance" not in page.partition("</style>")[2].partition("</header>")[0]


def test_several_targets_stand_side_by_side_at_the_top(of_five):
    """The opening sentence and the table below it have what threads made of pure Python on each, as summary.csv has
    it; the paragraphs are there, folded."""
    page = (of_five / "report.html").read_text(encoding="utf-8")
    _, rows = stored(of_five)
    opening = html.unescape(re.search(r'<p class="headline">(.*?)</p>', page).group(1))
    table = re.search(r'<table class="glance">(.*?)</table>', page, re.DOTALL).group(1)
    targets = ["3.8.18", "3.13.0", "3.14.0", "3.14.0t,gil=1", "3.14.0t,gil=0"]
    for target in targets:
        row = rows[f"fnv1a-thread-w2@{target}"]
        told = words.interval(*(float(row[f"speedup{end}"]) for end in ("", "_lo", "_hi")), "×")
        assert told in opening and told in table
        assert target in opening
    assert len(re.findall(r"<tr>", table)) == 1 + len(targets)
    folded = re.search(r'<details class="in-words">(.*?)</details>', page, re.DOTALL).group(1)
    assert folded.count('class="headline"') == len(targets)


def test_the_headline_is_computed_from_the_run(page_of_one):
    """The paragraph names the cores, the interpreter and the measured speedups, and draws the verdicts' conclusions."""
    told = html.unescape(re.search(r'<p class="headline">(.*?)</p>', page_of_one).group(1))
    assert told.startswith(
        "On this 2-core host, under CPython 3.13.0 with the GIL, two threads ran pure-Python hashing"
    )
    assert "0.99×" in told
    assert "two processes ran it 1.94×" in told
    assert "threads gain nothing for pure-Python computing" in told


def test_the_page_is_self_contained(read, page):
    """One script, the page's own, and nothing that a browser would fetch: figures and files are in it."""
    assert not {tag for tag, _ in read.tags} & {"link", "iframe", "object", "embed", "video", "audio", "img"}
    assert [attrs for tag, attrs in read.tags if tag == "script"] == [{}]
    names = ("src", "href", "xlink:href", "srcset", "data", "action")
    addresses = [attrs[name] for _, attrs in read.tags for name in names if attrs.get(name)]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}


def test_only_the_pages_own_script_may_run(page, read):
    """The policy names the digest of the script that is there, and nothing else that could run."""
    policy = next(attrs["content"] for _, attrs in read.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    script = page.split("<script>", 1)[1].split("</script>", 1)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_links_lead_somewhere(read):
    """Every link within the page has its target there."""
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    links = {attrs["href"][1:] for tag, attrs in read.tags if tag == "a" and attrs["href"].startswith("#")}
    assert links
    assert links <= ids


def test_verdicts_lead_to_the_figure_that_shows_them(folder, page):
    """Each verdict links to its claim's figure; the figures of this run were all drawn."""
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert {one["figure"] for one in verdicts} <= {chart.stem for chart in charts()}
    rows = re.findall(r'data-claim="(\w+)"(?:(?!data-claim).)*?href="#figure-([\w-]+)"', page, re.DOTALL)
    assert rows == [(one["id"], one["figure"]) for one in verdicts]


def test_no_verdict_leads_to_a_figure_that_is_not_there(new_run):
    """Where the figure of a claim was not drawn, its verdict has no link."""
    folder = new_run(World(launches=2, failures={"start": "it broke"}))
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'data-claim="B11"' in page
    assert "#figure-start-cost" not in page
    assert "#figure-switching" in page


def test_every_figure_has_words(read, page):
    """Each figure is named by its title and described by words that were computed."""
    figures = [attrs for tag, attrs in read.tags if tag == "svg" and attrs.get("role") == "img"]
    assert len(figures) == len(charts())
    for figure in figures:
        told = re.search(rf'<p id="{figure["aria-describedby"]}">(.*?)</p>', page, re.DOTALL).group(1)
        assert len(told) > 20
        assert f'id="{figure["aria-labelledby"]}"' in page


def test_every_table_has_a_caption_and_headings(read, page):
    """A caption each, and a scope for every heading."""
    tables = re.findall(r"<table>(.*?)</table>", page, re.DOTALL)
    assert len(tables) > 5
    assert all(table.startswith("<caption>") for table in tables)
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in read.tags if tag == "th")


def test_advice_follows_the_measurements(page_of_one):
    """Of a host with the GIL: processes for pure Python, threads where the GIL is let go of, by what was measured."""
    rows = re.findall(
        r'<tr class="(gain|stay)"><th scope="row">([\w-]+).*?<td class="pick">([\w ]+)</td>', page_of_one, re.DOTALL
    )
    chosen = {workload: (kind, strategy) for kind, workload, strategy in rows}
    assert chosen["fnv1a"] == ("gain", "process")
    assert chosen["sha256-large"] == ("gain", "thread")
    assert chosen["sha256-small"] == ("stay", "serial code")


def test_a_reader_can_choose_light_or_dark_and_print(page):
    """The styles follow the reader's scheme, and know small screens and paper."""
    for query in ("prefers-color-scheme: dark", "max-width: 48rem", "@media print", "prefers-reduced-motion"):
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
    assert page.count("<script") == 1
    assert page.count("&lt;script&gt;") >= 5
    summary = (folder / "summary.md").read_text(encoding="utf-8")
    assert "<script" not in summary.replace("\\<", "")
    assert "\\<script\\>" in summary
