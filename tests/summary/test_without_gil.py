"""What a report says of a run with and without the GIL: verdicts side by side, and the section."""

import dataclasses

import msgspec
import pytest
from tests.report.conftest import write_run
from tests.synthetic import World, make_target

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome
from gilbench.report.write import write
from gilbench.summary import without_gil

FREE, WITH = "3.13.0t", "3.13.0"
CLAIMS = frozenset({"A16", "B2", "B3", "B15", "B16"})
SHARED_ITEMS = {"B22", "B23"}  # claims that are decided by what these measure


@pytest.fixture(scope="module")
def tables():
    """The tables of a free-threaded target beside one with the GIL."""
    return World(gil=False, beside=True, launches=9, claims=CLAIMS).tables()


def verdicts_of(tables, with_gil):
    """The run's verdicts; those of the target with the GIL are what ``with_gil`` says."""
    return [
        msgspec.structs.replace(one, verdict=with_gil.get(one.id, one.verdict))
        if one.target == WITH
        else one
        for one in judge_claims(tables)
    ]


def test_targets_with_the_gil_come_first_and_flips_are_marked(tables):
    """A claim flips where both targets decide it and differ; the mark is on the target without the GIL."""
    verdicts = verdicts_of(tables, {"A16": Outcome.PROVED, "B3": Outcome.INCONCLUSIVE})
    found = without_gil.without_gil(tables, verdicts)
    assert [target.id for target in found.targets] == [WITH, FREE]
    assert found.compared_with == {FREE: WITH}
    flips = {row.id: [cell.flips for cell in row.cells] for row in found.flipping}
    assert flips == {"A16": [False, True]}
    assert {row.id for row in found.alike} == (CLAIMS | SHARED_ITEMS) - {"A16"}


def test_targets_that_are_not_compared_have_no_column(tables):
    """Of many interpreters, those that nothing is compared with stand in the verdicts side by side."""
    targets = (make_target(version="3.8.18"), *tables.run.targets)
    run = msgspec.structs.replace(tables.run, targets=targets)
    found = without_gil.without_gil(dataclasses.replace(tables, run=run), judge_claims(tables))
    assert [target.id for target in found.targets] == [WITH, FREE]
    assert {len(row.cells) for row in found.rows} == {2}


def test_nothing_flips_where_the_targets_agree(tables):
    """Neither an open verdict nor one that does not apply is a flip."""
    agreeing = verdicts_of(
        tables, {"A16": Outcome.REFUTED, "B2": Outcome.VOID, "B3": Outcome.NOT_APPLICABLE}
    )
    assert without_gil.without_gil(tables, agreeing).flipping == []


@pytest.mark.parametrize("gil", [True, False])
def test_a_run_of_one_kind_of_target_has_no_such_section(gil):
    """There is nothing to compare."""
    alone = World(gil=gil, launches=2, claims=frozenset({"A16"})).tables()
    assert without_gil.without_gil(alone, judge_claims(alone)) is None


@pytest.mark.usefixtures("no_figures")
def test_the_page_has_the_section(tmp_path):
    """With the claims that flip, the mean and the crossover of each workload."""
    world = World(gil=False, beside=True, launches=4, claims=CLAIMS)
    folder = write_run(tmp_path / "run", world)
    write(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    (section,) = page.split('<section id="without-gil">')[1:]
    section = section.partition("</section>")[0]
    assert "What changes without the GIL" in section and 'href="#without-gil"' in page
    assert f"{FREE} over {WITH}" in section and "geometric mean over the workloads" in section
    assert "Pays off from" in section and "fnv1a" in section
