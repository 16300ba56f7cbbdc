"""What the first screen says: a sentence without numbers, and four answers, or what there is."""

import re

from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome
from gilbench.summary import answers


def judged(world: World):
    found = world.tables()
    return found, judge_claims(found)


def test_four_questions_have_a_number_and_a_verdict():
    """Each is a case of the run, at one worker a core or two, and its claim's verdict."""
    found, verdicts = judged(World(launches=8))
    ((target, four),) = answers.answers(found, verdicts)
    assert target is found.run.targets[0]
    assert [answer.question for answer in four] == [
        "Pure Python in 2 threads",
        "Pure Python in 2 processes",
        "C code that releases the GIL, in 2 threads",
        "Waiting, in 4 threads",
    ]
    assert [answer.row.case.label for answer in four] == [
        "fnv1a-thread-w2",
        "fnv1a-process-w2",
        "sha256-large-thread-w2",
        "http-thread-w4",
    ]
    for answer in four:
        assert verdicts[answer.place].verdict == answer.outcome
    assert four[0].words == "no gain"


def test_the_sentence_follows_the_verdicts():
    """With the GIL, without it, and where a claim stays open; it has no numbers but names."""
    with_gil = answers.sentence(*judged(World(launches=8)))
    assert with_gil == (
        "Threads gain nothing for pure-Python computing; processes scale with the cores"
    )
    without = answers.sentence(*judged(World(launches=8, gil=False)))
    assert without.startswith("Threads do speed up pure-Python computing")
    undecided = answers.sentence(*judged(World(launches=2)))
    assert undecided.startswith("This run leaves open whether threads gain")
    assert not re.search(r"\d", with_gil + without + undecided)


def test_a_run_of_one_claim_answers_by_its_verdict():
    """A claim that is none of the four has its own statement, number and outcome."""
    found, verdicts = judged(World(launches=8, claims=frozenset({"A1"})))
    ((_, (answer,)),) = answers.answers(found, verdicts)
    (verdict,) = [verdict for verdict in verdicts if verdict.id == "A1"]
    assert (answer.question, answer.verdict) == (verdict.statement, verdict)
    assert answers.sentence(found, [verdict]) == f"{verdict.statement}: proved"
    assert answer.outcome == Outcome.PROVED


def test_a_run_of_nothing_says_so():
    """Not that something is open."""
    found, verdicts = judged(World(launches=0))
    assert answers.sentence(found, verdicts) == "Nothing has been measured yet"
    assert answers.answers(found, verdicts) == []
