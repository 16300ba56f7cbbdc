"""The page is whole, asks for nothing from outside, runs its own script only, and escapes what it is given."""

import base64
import hashlib
import re

import msgspec
from tests.synthetic import World, make_host

from gilbench.model import Case, Comparison, HostWarning, PlannedItem
from gilbench.report.figures import charts
from gilbench.report.write import write

EVIL = "<script>alert('1')</script>"


def test_every_tag_is_closed(read):
    """Nothing is left open; the reader checks the order on the way."""
    assert read.open == []


def test_the_page_is_self_contained(read, page):
    """One script, the page's own, and nothing that a browser would fetch: figures and files are in it."""
    assert not {tag for tag, _ in read.tags} & {
        "link",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "img",
    }
    assert [attrs for tag, attrs in read.tags if tag == "script"] == [{}]
    names = ("src", "href", "xlink:href", "srcset", "data", "action")
    addresses = []
    for tag, attrs in read.tags:
        for name in names:
            address = attrs.get(name)
            # What a reader may follow is not fetched.
            if address and not (tag == "a" and address.startswith("https://")):
                addresses.append(address)
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}


def test_only_the_pages_own_script_may_run(page, read):
    """The policy names the digest of the script that is there, and nothing else that could run."""
    policy = next(
        attrs["content"]
        for _, attrs in read.tags
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    script = page.split("<script>", 1)[1].split("</script>", 1)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_links_lead_somewhere(read):
    """Every link within the page has its target there."""
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    links = {
        attrs["href"][1:]
        for tag, attrs in read.tags
        if tag == "a" and attrs["href"].startswith("#")
    }
    assert links
    assert links <= ids


def test_every_figure_has_words(read, page):
    """Each figure is named by its title and described by words that were computed."""
    figures = [attrs for tag, attrs in read.tags if tag == "svg" and attrs.get("role") == "group"]
    assert len(figures) == len(charts())
    for figure in figures:
        told = re.search(rf'<p id="{figure["aria-describedby"]}">(.*?)</p>', page, re.DOTALL).group(
            1
        )
        assert len(told) > 20
        assert f'id="{figure["aria-labelledby"]}"' in page


def test_every_table_has_a_caption_and_headings(read, page):
    """A caption each, and a scope for every heading."""
    tables = re.findall(r"<table>(.*?)</table>", page, re.DOTALL)
    assert len(tables) > 5
    assert all(table.startswith("<caption>") for table in tables)
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in read.tags if tag == "th")


def test_a_reader_can_choose_light_or_dark_and_print(page):
    """The styles follow the reader's scheme, and know small screens and paper."""
    for query in (
        "prefers-color-scheme: dark",
        "max-width: 48rem",
        "@media print",
        "prefers-reduced-motion",
    ):
        assert query in page


def test_no_line_ends_between_a_number_and_its_unit(page):
    """The space between them does not break, in whatever part of the page they stand."""
    for unit in ("%", "ms", "µs", "KiB"):
        assert len(re.findall(rf"\d\u00a0{unit}", page)) > 10
        assert re.findall(rf"\d {unit}(?!\w).{{0,20}}", page) == []


def test_whatever_a_run_holds_is_escaped(new_run):
    """A workload, a failure, a host and a command that look like markup show as text, on the page and in Markdown."""
    world = World(launches=3, claims=frozenset({"A16"}))
    workload = msgspec.structs.replace(world.target.workload("fnv1a"), name=EVIL)
    workloads = (*world.target.description.workloads, workload)
    described = msgspec.structs.replace(world.target.description, workloads=workloads)
    target = msgspec.structs.replace(world.target, description=described)
    evil = Comparison(Case(target.id, EVIL, "thread", 2), Case(target.id, EVIL, "serial", 1), 8)
    as_evil = [
        msgspec.structs.replace(record, item=evil.id)
        for record in world.records()
        if "thread-w2" in record.item
    ]
    folder = new_run(
        world,
        [*world.records(), *as_evil],
        targets=(target,),
        plan=(*world.plan(), PlannedItem(evil, world.plan()[0].effort)),
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
