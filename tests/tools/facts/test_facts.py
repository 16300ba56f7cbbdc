"""The facts: what is kept of a run says what the run said, and the committed page is of the committed journals."""

import json
import re

import msgspec
import pytest
from tests.synthetic import World, make_run
from tools import faq_numbers
from tools.facts import figure, journals, notes, page, table

from gilbench.claims.judging import judge_claims
from gilbench.model import Bound, Estimate, Outcome, Settings
from gilbench.results import tables
from gilbench.results.journal import Journal


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A run of two interpreters, one of them without the GIL, as it is written."""
    worlds = (World(launches=8), World(launches=8, gil=False, seed=2))
    run = make_run(tuple(item for world in worlds for item in world.plan()), host=worlds[0].host)
    run = msgspec.structs.replace(run, targets=tuple(world.target for world in worlds))
    folder = tmp_path_factory.mktemp("run") / "one"
    folder.mkdir()
    with Journal(folder) as journal:
        journal.write_run(run)
        for world in worlds:
            for record in world.records():
                journal.add(record)
    return folder


@pytest.fixture(scope="module")
def facts(run_folder, tmp_path_factory):
    """What that run says, after it was kept."""
    runs = tmp_path_factory.mktemp("runs")
    journals.keep(run_folder, runs)
    return journals.read(runs)


def test_what_is_kept_says_what_the_run_said(run_folder, facts):
    """Every verdict with its estimate, though digests and paths are gone."""
    loaded = tables.load(run_folder)
    names = {target.id: journals.short_name(target) for target in loaded.run.targets}
    assert len(set(names.values())) == 2
    for verdict in judge_claims(loaded):
        kept = facts.by_claim[verdict.id][names[verdict.target]].verdict
        assert (kept.verdict, kept.estimate) == (verdict.verdict, verdict.estimate)


def test_paths_of_interpreters_are_left_out(run_folder, tmp_path):
    """Only their names remain."""
    written = json.loads((run_folder / "run.json").read_bytes())
    path = "/home/somebody/python3.13"
    renamed = journals._renamed(
        written | {"command": ["gilbench", f"{path},gil=0"]}, {path: "python3.13"}
    )
    assert renamed["command"] == ["gilbench", "python3.13,gil=0"]


def test_the_later_run_counts(facts):
    """Whatever it says, unless the claim does not apply in it."""
    (run,) = facts.runs
    verdicts = [fact.verdict for of_claim in facts.by_claim.values() for fact in of_claim.values()]
    open_ones = [
        msgspec.structs.replace(verdict, verdict=Outcome.INCONCLUSIVE) for verdict in verdicts
    ]
    inapplicable = [
        msgspec.structs.replace(verdict, verdict=Outcome.NOT_APPLICABLE) for verdict in verdicts
    ]
    merged = journals.merge([(run, verdicts), (run, open_ones), (run, inapplicable)])
    outcomes = {
        fact.verdict.verdict for of_claim in merged.by_claim.values() for fact in of_claim.values()
    }
    assert outcomes == {Outcome.INCONCLUSIVE}


def test_a_gil_that_was_switched_on_has_no_column(facts):
    """It is there for comparison, and would be taken for the build without the GIL."""
    (run,) = facts.runs
    switched = [
        msgspec.structs.replace(target, settings=Settings(gil=True)) for target in run.targets
    ]
    verdicts = [fact.verdict for of_claim in facts.by_claim.values() for fact in of_claim.values()]
    merged = journals.merge([(msgspec.structs.replace(run, targets=tuple(switched)), verdicts)])
    assert (merged.pythons, merged.by_claim) == ((), {})


def test_every_claim_has_its_heading_and_its_figure(facts):
    """With an anchor to link to, and a figure where it applies anywhere."""
    text = "\n".join(page.page(facts, {}))
    for claim, of_claim in facts.by_claim.items():
        assert f"{{ #{claim} }}" in text
        assert (f"images/facts/{claim}.svg" in text) == page.applies(list(of_claim.values()))


def test_the_table_has_a_cell_for_each_verdict(facts):
    """With its label as readers see it; what is open has its reason below."""
    text = "\n".join(table.table(facts, {}))
    for claim, of_claim in facts.by_claim.items():
        (row,) = re.findall(rf"^\| \[{claim}\].*", text, re.MULTILINE)
        for fact in of_claim.values():
            assert f"| {table.cell(fact)} |" in row
            if fact.verdict.label in table.OPEN:
                assert f"- **{claim}** on {fact.python}: " in text
    assert "| HELD 32 of 32" in text


def test_what_is_against_expectation_has_a_note(facts):
    """On the page and below the table; where it lacks one, a line says so."""
    fact = facts.of("A16")[0]
    turned = msgspec.structs.replace(fact.verdict, verdict=Outcome.REFUTED, expected=Outcome.PROVED)
    unexpected = journals.merge([(fact.run, [turned])])
    assert list(notes.unexplained(unexpected, {"A16": "Because."})) == []
    assert "\nBecause.\n" in "\n".join(page.page(unexpected, {"A16": "Because."}))
    assert f"- **A16** on {fact.python}. Because." in table.table(unexpected, {"A16": "Because."})
    (lacking, surplus) = notes.unexplained(unexpected, {"Z9": "A note of nothing."})
    assert lacking.startswith("A16 is against expectation") and "Z9" in surplus


def test_a_figure_has_a_row_for_each_interpreter(facts):
    """With its number; the ground on which the claim is proved lies where its bound says."""
    drawn = figure.draw(facts.of("A16"), "a <label>")
    assert "a &lt;label&gt;" in drawn
    for fact in facts.of("A16"):
        assert figure.in_words(fact).partition(" ")[2] in drawn


def test_a_scale_shows_every_estimate_and_bound():
    """Intervals that go far beyond them are cut, and nothing infinite is drawn."""
    estimate = Estimate(2.0, 1.5, float("inf"), "×", 8, 0.95)
    scale = figure.scale_of([estimate], [Bound("q", 1.15, above=False, proves=True)])
    places = [scale.place(value) for value in (1.15, 1.5, 2.0, float("inf"))]
    assert places == sorted(places)
    assert figure.LEFT < places[0] < places[2] < places[3] == figure.RIGHT
    assert figure.scale_of([], []) is None


def test_the_committed_page_is_of_the_committed_journals():
    """Interpreters and claims of the page are those of the kept runs, and their journals stay small."""
    rows = json.loads(faq_numbers.FACTS.read_bytes())
    kept = {folder.name for folder in journals.RUNS.iterdir() if folder.is_dir()}
    assert {row["run"] for row in rows} <= kept
    written = (journals.ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    assert {row["claim"] for row in rows} == set(re.findall(r"^### (\w+):", written, re.MULTILINE))
    size = sum(path.stat().st_size for path in journals.RUNS.rglob("*") if path.is_file())
    assert size <= 3 << 20


def test_every_surprise_on_the_committed_page_is_explained():
    """A note for each verdict against expectation, and none of a claim that was not measured."""
    rows = json.loads(faq_numbers.FACTS.read_bytes())
    unexpected = {row["claim"] for row in rows if row["as_expected"] is False}
    assert unexpected <= notes.read().keys() <= {row["claim"] for row in rows}


def test_the_numbers_of_the_faq_are_those_that_are_committed():
    """Each stands between its marks as the example, the facts and the gallery have it."""
    for path in faq_numbers.PAGES:
        text = path.read_text(encoding="utf-8")
        filled, problems = faq_numbers.filled(text)
        assert problems == []
        assert filled == text
        # Markdown would begin another paragraph there
        assert re.findall(r"^\(?<!--.*", text, re.MULTILINE) == []


def test_every_answer_of_the_faq_is_measured_and_has_its_command():
    """A number that a tool fills in or whose measurement is linked, and a command that measures yours."""
    (page,) = faq_numbers.PAGES
    _, *answers = page.read_text(encoding="utf-8").split("\n## ")
    assert len(answers) > 10
    for answer in answers:
        measured = "<!-- / -->" in answer or "(measurements/" in answer
        assert measured and "```sh\n" in answer, answer.partition("\n")[0]


def test_a_number_that_is_not_committed_is_named():
    """And what stands there stays."""
    text = "<!-- example Z99 -->1.00×<!-- / --> and <!-- fact A1 2.7 -->9<!-- / -->"
    filled, problems = faq_numbers.filled(text)
    assert filled == text
    assert problems == ["the example report has no Z99", "no fact of A1 on 2.7"]
