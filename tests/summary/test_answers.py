"""What the first screen says: a sentence without numbers, and four answers, or what there is."""

import dataclasses
import re

from msgspec.structs import replace
from tests.summary.calls import TRIAL, four
from tests.summary.worlds import OwnWorkload
from tests.synthetic import World, make_run, make_target

from gilbench.claims.judging import judge_claims
from gilbench.model import (
    Effort,
    Experiment,
    Label,
    LaunchStart,
    Observation,
    Outcome,
    PlannedItem,
    Settings,
)
from gilbench.plan.call_plan import MAP, TRY
from gilbench.results import tables
from gilbench.summary import answers, headline


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
    assert answers.sentence(found, [verdict]) == f"{verdict.statement}: held"
    assert answer.outcome == Label.HELD


def test_targets_of_a_narrowed_run_are_shown_with_the_same_claims():
    """Those decided on the most targets, so that no target lacks what another is shown with."""
    targets = [make_target(version=version) for version in ("3.12.0", "3.13.0")]
    found = tables.build(make_run((), targets=tuple(targets)), ())
    (example,) = [
        verdict
        for verdict in judge_claims(World(launches=8, claims=frozenset({"A1"})).tables())
        if verdict.id == "A1"
    ]
    verdicts = []
    for target in targets:
        for place in range(6):
            is_open = place < 2 and target is targets[0]
            outcome = Outcome.INCONCLUSIVE if is_open else Outcome.PROVED
            changes = {"id": f"Z{place}", "target": target.id, "verdict": outcome}
            verdicts.append(replace(example, **changes))
    shown = [
        [answer.verdict.id for answer in of_target]
        for _, of_target in answers.answers(found, verdicts)
    ]
    assert shown == [["Z2", "Z3", "Z4", "Z5"]] * 2


def test_many_targets_are_counted_in_the_sentence():
    """Up to five are named; the table of the page has all names."""
    targets = tuple(make_target(version=f"3.{minor}.0") for minor in range(8, 15))
    of_one, judged_once = judged(World(launches=8, claims=frozenset({"A16"})))
    found = dataclasses.replace(of_one, run=make_run((), targets=targets))
    example = next(verdict for verdict in judged_once if verdict.id == "A16")
    verdicts = [replace(example, target=target.id) for target in targets]
    verdicts[0] = replace(verdicts[0], verdict=Outcome.REFUTED)
    assert answers.sentence(found, verdicts) == (
        "Threads do speed up pure-Python computing on 3.8.0; "
        "threads gain nothing for pure-Python computing on 6 of 7 targets"
    )


def test_waiting_has_the_number_of_its_claim():
    """Where only A18 was measured: that of sockets, as its verdict and the bars of a glance."""
    found, verdicts = judged(World(launches=8, claims=frozenset({"A16", "A18"})))
    ((_, (_, waiting)),) = answers.answers(found, verdicts)
    assert waiting.row.case.label == "socket-thread-w4"
    assert waiting.row.speedup.center == verdicts[waiting.place].estimate.center


def test_a_run_of_nothing_says_so():
    """Not that something is open."""
    found, verdicts = judged(World(launches=0))
    assert answers.sentence(found, verdicts) == "Nothing has been measured yet"
    assert answers.answers(found, verdicts) == []


def calls_on(*targets):
    """The tables of a call of which two threads gain nothing and processes double the speed, on every target."""
    plan, records = [], []
    for target in targets:
        conditions = (
            {"strategy": "thread", "workers": 2},
            {"strategy": "process-pool", "workers": 2},
        )
        tried = Experiment(target.id, TRY, ({},))
        mapped = Experiment(target.id, MAP, conditions)
        plan += [PlannedItem(tried, Effort((1,), 1)), PlannedItem(mapped, Effort((4,), 1))]
        records += [LaunchStart(tried.id, 0, 1, 0.0, 0), Observation(tried.id, 0, 0, 0.0, 1, TRIAL)]
        for launch, (threads, processes) in enumerate(zip(four(1.0), four(1.9), strict=True)):
            records.append(LaunchStart(mapped.id, launch, 2, 0.0, 0))
            records.append(Observation(mapped.id, launch, 0, 0.0, 1, threads))
            records.append(Observation(mapped.id, launch, 1, 0.0, 1, processes))
    return tables.build(make_run(tuple(plan), targets=targets), records)


def with_packages(version):
    """A target whose launches have its installed packages, as every target of a call has."""
    target = make_target(version=version)
    return replace(target, id=f"{version},site=1", settings=Settings(site=True))


def test_the_answer_on_a_call_names_no_setting_that_nobody_asked_for():
    """One target needs no name; several are told apart, and never by their packages."""
    alone = calls_on(with_packages("3.13.0"))
    sentence = answers.sentence(alone, [])
    assert sentence.startswith("Use ProcessPoolExecutor, 2 workers: 1.90×") and ";" not in sentence
    both = answers.sentence(calls_on(with_packages("3.12.0"), with_packages("3.13.0")), [])
    assert both.startswith("On 3.12.0: use ProcessPoolExecutor") and "; on 3.13.0: use" in both
    for text in (both, *headline.paragraphs(alone, [])):
        assert "site=1" not in text


def test_the_answer_on_a_function_of_a_run_names_no_packages():
    """Its target is named for a reader."""
    world = OwnWorkload(launches=8)
    world.target = replace(world.target, id="3.13.0,site=1")
    world.targets = (world.target,)
    (_, paragraph) = headline.answers(world.tables())
    assert paragraph.startswith("fnv1a gains from running in parallel (3.13.0): yes. Use ")
