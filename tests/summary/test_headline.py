"""The run in plain words: facts that were measured, what follows from decided claims, what stays open."""

import re

import msgspec
import pytest
from tests.summary.worlds import OneWorkload
from tests.synthetic import World, make_run
from tests.synthetic_targets import five_targets

from gilbench.claims.judging import judge_claims
from gilbench.model import Case, Outcome
from gilbench.results.tables import build
from gilbench.summary import cases, headline

CLAIMS = frozenset({"A16", "A17", "A20", "B2"})


def measured(**truth):
    """The tables of a run of the claims that a headline is about."""
    return World(**{"launches": 5, "claims": CLAIMS} | truth).tables()


@pytest.fixture(scope="module")
def tables():
    return measured()


@pytest.fixture(scope="module")
def of_five():
    return build(*five_targets(launches=2))


def decided(tables, **outcomes):
    """The run's verdicts, some of them replaced."""
    return [
        msgspec.structs.replace(verdict, verdict=outcomes.get(verdict.id, verdict.verdict))
        for verdict in judge_claims(tables)
    ]


def paragraph(tables, **outcomes):
    (words,) = headline.by_target(tables, decided(tables, **outcomes)).values()
    return words


def test_each_fact_is_the_speedup_of_its_case(tables):
    """One worker per core, two per core for what waits; the numbers are those of the rows."""
    facts = headline.headline_facts(tables)
    assert [(fact.workers_in_words, fact.subject) for fact in facts] == [
        ("two threads", "pure-Python hashing"),
        ("two processes", "pure-Python hashing"),
        ("two threads", "hashlib over 1 MiB buffers"),
        ("four threads", "pages over HTTP"),
    ]
    for fact in facts:
        (row,) = fact.rows
        assert row.case.workers == fact.workers and row.case.strategy == fact.strategy
        assert str(row.speedup) in paragraph(tables)


def test_workers_follow_the_cores():
    """As many as there are cores, and two on one core, where there would be nothing to run in parallel."""
    for cores, workers in ((1, 2), (4, 4)):
        facts = headline.headline_facts(OneWorkload(cores=cores, launches=2).tables())
        assert {fact.workers for fact in facts} == {workers}


def test_what_was_not_measured_is_no_fact():
    """A run of nothing has no headline, and says so in its paragraph."""
    nothing = measured(launches=0)
    assert headline.headline(nothing) is None
    assert "none of the comparisons that make a headline was measured" in paragraph(nothing)


def test_a_target_that_lacks_a_fact_leaves_its_place_empty(of_five):
    """The others keep theirs; the opening names every target that has the first fact."""
    label = "fnv1a-thread-w2@3.13.0"
    without = build(
        of_five.run, [record for record in five_targets(launches=2)[1] if record.item != label]
    )
    shown = headline.headline(without)
    ids = [target.id for target in of_five.run.targets]
    assert [id for id, row in zip(ids, shown.facts[0].rows, strict=True) if row is None] == [
        "3.13.0"
    ]
    named = [id for id in ids if re.search(rf" on {re.escape(id)}( and |, |\.$)", shown.opening)]
    assert named == [id for id in ids if id != "3.13.0"]


def test_what_follows_is_what_was_decided(tables):
    """A proved claim and a refuted one say opposite things; one that does not apply says nothing."""
    assert "So here threads gain nothing for pure-Python computing" in paragraph(
        tables, A16=Outcome.PROVED
    )
    refuted = paragraph(tables, A16=Outcome.REFUTED)
    assert "threads do speed up pure-Python computing" in refuted and "gain nothing" not in refuted
    assert "threads gain" not in paragraph(tables, A16=Outcome.NOT_APPLICABLE)


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.VOID])
def test_what_was_not_decided_is_left_open(tables, outcome):
    """It stands in a sentence of its own, and nothing is concluded from it."""
    words = paragraph(tables, A16=outcome)
    assert "This run leaves open whether threads gain anything for pure-Python computing." in words
    assert "gain nothing" not in words


def test_surprises_are_named(tables):
    """By their ids, and only those that were decided otherwise than expected."""
    usual = paragraph(tables)
    assert "Not as expected" not in usual
    assert "Not as expected: A16." in paragraph(tables, A16=Outcome.REFUTED)


def test_targets_of_one_name_are_told_apart(of_five):
    """Two builds of one version with the GIL have their ids beside the name."""
    words = headline.by_target(of_five, [])
    assert "under CPython 3.13.0 with the GIL, " in words["3.13.0"]
    assert "under CPython 3.14.0 with the GIL (3.14.0t,gil=1), " in words["3.14.0t,gil=1"]
    assert "under CPython 3.14.0 without the GIL, " in words["3.14.0t,gil=0"]


def test_recommendations_are_sorted_by_kind_of_work(tables):
    """CPU-bound work and I/O-bound work each have a sentence."""
    (target,) = tables.run.targets
    words = headline.recommended(tables, target)
    assert re.search(r"Recommended for CPU-bound work: .*2 processes for fnv1a", words)
    assert re.search(r"Recommended for I/O-bound work: .*threads for http", words)


def test_serial_code_is_recommended_where_nothing_pays():
    """The workload is named in a sentence of its own."""
    slow = {
        f"fnv1a-{strategy}-w{workers}": 0.8
        for strategy in (
            "thread",
            "thread-pool",
            "process",
            "process-pool",
            "pool",
            "interpreter-pool",
        )
        for workers in (1, 2, 4)
    }
    world = OneWorkload(speedups=slow)
    words = headline.recommended(world.tables(), world.target)
    assert words == "Serial code for fnv1a: nothing measured pays off."


def test_a_fact_is_found_by_its_case(tables):
    """The row behind a fact is the one that the tables have."""
    fact = headline.headline_facts(tables)[0]
    assert fact.rows[0] is cases.find(cases.rows(tables), Case("3.13.0", "fnv1a", "thread", 2))


def test_a_run_cut_short_keeps_what_it_measured():
    """The facts of complete launches stand, the others are not mentioned."""
    world = World(launches=4, claims=CLAIMS, unmeasured=frozenset({"http-thread-w4"}))
    run = make_run(world.plan(), targets=world.targets, host=world.host)
    facts = headline.headline_facts(build(run, world.records()))
    assert "pages over HTTP" not in [fact.subject for fact in facts] and len(facts) == 3
