"""What stands on the page: the board as verdicts.json has it, the opening, advice and figures."""

import html
import json
import re

import msgspec
from tests.report.html.conftest import stored
from tests.synthetic import World

from gilbench.claims.registry import all_claims
from gilbench.model import Estimate
from gilbench.report.figures import charts
from gilbench.report.write import write
from gilbench.summary import formatting


def label_of(stored: dict) -> str:
    """What readers see of a verdict in verdicts.json: what rests on every trial is no proof."""
    held = (stored["verdict"], stored["ground"]) == ("PROVED", "every trial")
    return "HELD" if held else stored["verdict"]


def test_the_board_says_what_verdicts_json_says(folder, read):
    """Outcome, effect with interval, launches, statement, reason and evidence of every claim."""
    stored = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert set(read.verdicts) == {(one["id"], one["target"]) for one in stored}
    for one in stored:
        shown = read.verdicts[one["id"], one["target"]]
        assert label_of(one) in shown["badge"]
        assert (shown["id"], shown["statement"]) == (one["id"], one["statement"])
        assert " ".join(one["reason"].split()) in " ".join(shown["reason"].split())
        if one["estimate"]:
            estimate = msgspec.convert(one["estimate"], Estimate)
            told = f"{formatting.effect(estimate)} {estimate.n} {estimate.sample}"
            assert shown["effect"].startswith(told)
        for piece in one["evidence"]:
            assert piece["quantity"] in shown["table"]
            assert formatting.effect(msgspec.convert(piece["estimate"], Estimate)) in shown["table"]


def test_a_row_says_what_its_claim_needs(folder, read):
    """Each bound with its side and what is certain of it at the level that decides, and ``all`` where every trial must
    hold; what the outcome rules out is shown without its limit."""
    stored = {
        (one["id"], one["target"]): one
        for one in json.loads((folder / "verdicts.json").read_text("utf-8"))
    }
    compared = set()
    for (claim, target), shown in read.verdicts.items():
        outcome = stored[claim, target]["verdict"]
        if claim == "A1":
            assert "to prove all; to refute < 0.95" in shown["table"]
        if claim != "A16" or outcome == "NOT APPLICABLE":
            continue
        bounds = stored[claim, target]["bounds"]
        (below,) = [bound for bound in bounds if bound["proves"] and bound["value"] == 1.15]
        (above,) = [bound for bound in bounds if not bound["proves"]]
        certain = f"to prove < 1.15 (certainly < {below['limit']:.3g})"
        assert (certain in shown["table"]) == (outcome != "REFUTED")
        refuting = "to refute > 1.15"
        if outcome != "PROVED":
            refuting += f" (certainly > {above['limit']:.3g})"
        assert refuting in shown["table"]
        compared.add(outcome)
    assert compared


def test_every_claim_is_explained_once(folder, read, page):
    """What it means, and why it may surprise: in its first row, to which those of other targets lead."""
    claims = {claim.id: claim for claim in all_claims()}
    explained = set()
    for (claim, _), shown in read.verdicts.items():
        if "meaning" in shown:
            assert claim not in explained
            explained.add(claim)
            label = shown["badge"].split(maxsplit=1)[1]
            assert shown["meaning"] == formatting.meaning(claims[claim].meaning, [label])
            assert shown["surprising"] == claims[claim].surprise
            assert "What it means for your program" in shown["h4"]
        else:
            assert f'<a href="#claim-{claim}">{claim} on ' in page
    assert explained == {claim for claim, _ in read.verdicts}


def test_what_is_not_as_expected_says_so(folder, read):
    """The ledger's warning stands where the host says the opposite, and nowhere else."""
    stored = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    against = {
        (one["id"], one["target"])
        for one in stored
        if one["verdict"] in ("PROVED", "REFUTED") and one["expected"] not in (None, one["verdict"])
    }
    warned = {
        key
        for key, shown in read.verdicts.items()
        if "expected the opposite" in "".join(shown.values())
    }
    assert warned == against
    assert bool(against) == (folder.name == "five")


def test_expectations_are_compared(folder, read):
    """A verdict that was expected says so, one against expectation stands out."""
    world_says = {
        one["id"]: one for one in json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    }
    decided = [
        one
        for one in world_says.values()
        if one["verdict"] in ("PROVED", "REFUTED") and one["expected"]
    ]
    assert decided
    for one in decided:
        shown = read.verdicts[one["id"], one["target"]]
        told = shown.get("expected", "") + shown.get("expected surprise", "")
        assert ("not as expected" in told) == (one["verdict"] != one["expected"])
        assert f"Expected {one['expected']}, found {label_of(one)}" in told


def test_verdicts_lead_to_the_figure_that_shows_them(folder, page):
    """Each verdict links to its claim's figure; the figures of this run were all drawn."""
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert {one["figure"] for one in verdicts} <= {chart.stem for chart in charts()}
    rows = re.findall(
        r'data-claim="(\w+)"(?:(?!data-claim).)*?href="#figure-([\w-]+)"', page, re.DOTALL
    )
    assert sorted(rows) == sorted((one["id"], one["figure"]) for one in verdicts)


def test_no_verdict_leads_to_a_figure_that_is_not_there(new_run):
    """Where the figure of a claim was not drawn, its verdict has no link."""
    folder = new_run(World(launches=2, failures={"start": "it broke"}))
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'data-claim="B11"' in page
    assert "#figure-start-cost" not in page
    assert "#figure-switching" in page


def test_several_targets_stand_side_by_side_at_the_top(of_five):
    """A row for each, with what threads made of pure Python as summary.csv has it."""
    page = (of_five / "report.html").read_text(encoding="utf-8")
    _, rows = stored(of_five)
    table = re.search(r'<table class="glance">(.*?)</table>', page, re.DOTALL).group(1)
    told = re.sub(r"<[^>]+>", "", table)
    targets = ["3.8.18", "3.13.0", "3.14.0", "3.14.0t,gil=1", "3.14.0t,gil=0"]
    heading = html.unescape(re.search(r"<h1>(.*?)</h1>", page).group(1))
    for target in targets:
        row = rows[f"fnv1a-thread-w2@{target}"]
        ends = (float(row[f"speedup{end}"]) for end in ("", "_lo", "_hi"))
        assert formatting.interval(*ends, "×") in told
        assert target in heading
    assert len(re.findall(r"<tr>", table)) == 1 + len(targets)


def test_advice_follows_the_measurements(page_of_one):
    """Of a host with the GIL: interpreters for pure Python, threads where the GIL is released, by what was measured."""
    rows = re.findall(
        r'<tr class="(gain|stay)"><th scope="row">([\w-]+).*?<td class="pick">([^<]+)</td>',
        page_of_one,
        re.DOTALL,
    )
    chosen = {workload: (kind, strategy) for kind, workload, strategy in rows}
    assert chosen["fnv1a"] == ("gain", "interpreter × 2")
    assert chosen["sha256-large"] == ("gain", "thread × 2")
    assert chosen["sha256-small"] == ("stay", "undecided")  # in threads only: processes untried


def urgency(one: dict) -> int:
    """Against expectation first, then undecided, then refuted; what holds as expected is folded."""
    if one["verdict"] in ("PROVED", "REFUTED") and one["expected"] not in (None, one["verdict"]):
        return 3
    return {"INCONCLUSIVE": 2, "VOID": 2, "REFUTED": 1, "NOT APPLICABLE": -1}.get(one["verdict"], 0)


def test_families_show_first_what_needs_a_look(folder, page):
    """What is not proved as expected stands unfolded, in order; the rest is in rows that open."""
    verdicts, _ = stored(folder)
    kinds = {(one["id"], one["target"]): urgency(one) for one in verdicts}
    families = page.split('<div class="family">')[1:]
    assert families
    folded, unfolded = [], []
    for family in families:
        shown, _, hidden = family.partition('<details class="fold">')
        names = r'data-claim="(\w+)" data-target="([^"]+)"'
        first = [kinds[found] for found in re.findall(names, " ".join(shown.split()))]
        unfolded += first
        folded += [kinds[found] for found in re.findall(names, " ".join(hidden.split()))]
        assert first == sorted(first, reverse=True)
    assert len(folded) + len(unfolded) == len(verdicts)
    assert set(folded) <= {0, -1}
    assert not set(unfolded) & {0, -1}


def test_a_fold_counts_what_holds(page_of_one):
    """``All 6 hold`` where nothing stands above, ``The other 6 hold`` where something does."""
    for family in page_of_one.split('<div class="family">')[1:]:
        shown, _, hidden = family.partition('<details class="fold">')
        told = re.search(r"<summary>(All|The other) (\d+) hold</summary>", hidden)
        if told:
            assert int(told[2]) == hidden.count("data-claim=")
            assert (told[1] == "All") == ("data-claim=" not in shown)


def test_no_paragraph_is_a_row_of_numbers(page):
    """At most three numbers in a paragraph; more of them stand in a table, a list or a figure."""
    prose = re.sub(r"<(svg|script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    for paragraph in re.findall(r"<p(?![^>]*id=.words-)[^>]*>(.*?)</p>", prose, re.DOTALL):
        told = html.unescape(re.sub(r"<[^>]+>", "", paragraph))
        told = re.sub(r"\d{4}-\d\d-\d\d, \d\d:\d\d UTC|\d+\.\d+\.\d+[\w,=]*", "", told)
        assert len(re.findall(r"(?<![\w.-])\d+(?:[.,]\d+)*", told)) <= 3, told
