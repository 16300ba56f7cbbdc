"""``summary.md`` as a CI job shows it: tables that are tables, nothing that marks up, and a size that fits."""

import re

import msgspec
import pytest
from tests.synthetic import World, make_run

from gilbench.claims.judging import judge_claims
from gilbench.model import Failure, Run
from gilbench.report import summary_md
from gilbench.results import tables

STRANGE = "<script>alert(1)</script> | a_b *c* `d` ![x](http://y) &lt; ~~e~~\n# f"


@pytest.fixture(scope="module")
def world():
    return World(launches=9)


def rendered(world, failures=(), **changes):
    run: Run = msgspec.structs.replace(
        make_run(world.plan(), targets=world.targets, host=world.host), **changes
    )
    built = tables.build(run, [*world.records(), *failures])
    return summary_md.render(built, judge_claims(built))


def cells(line):
    """The cells of a table's line, by the pipes that are not escaped."""
    return re.split(r"(?<!\\)\|", line.strip())[1:-1]


def test_tables_have_as_many_cells_in_every_row(world):
    """A pipe in a text does not make a cell."""
    tables_ = world.tables()
    verdicts = [
        msgspec.structs.replace(one, statement=STRANGE, reason="a | b")
        for one in judge_claims(tables_)
    ]
    blocks = summary_md.render(tables_, verdicts).split("\n\n")
    boards = [[line for line in block.splitlines() if line.startswith("|")] for block in blocks]
    assert max(map(len, boards)) > len(verdicts)
    for rows in boards:
        assert len({len(cells(row)) for row in rows}) <= 1
    assert len(cells(r"| a | b \| c |")) == 2


def test_what_comes_from_a_run_marks_up_nothing(world):
    """HTML, links, emphasis, entities and headings of a message show as they are."""
    text = rendered(
        world, [Failure(world.plan()[0].item.id, 0, STRANGE)], command=("gilbench", "<b>")
    )
    assert not re.search(r"(?<!\\)[<>`~]", text)
    assert "\n# f" not in text and "(http://y)" in text
    assert not re.search(r"(?<!\\)\]\(", text)


def test_every_verdict_stands_there(world):
    """A row a claim, with outcome and statement."""
    text = rendered(world)
    for verdict in judge_claims(world.tables()):
        assert any(
            verdict.label.value in row and f" {verdict.id} " in row for row in text.splitlines()
        )


def test_it_fits_a_job_summary(world, monkeypatch):
    """Long lists are cut short with what was left out; beyond the limit the whole is cut at a line, and says so."""
    many = [
        Failure(world.plan()[0].item.id, number, f"failed {number} " + "x" * 200)
        for number in range(100)
    ]
    text = rendered(world, many)
    assert (
        "and 70 more: see report.html" in text and "failed 29 " in text and "failed 30 " not in text
    )
    assert len(text.encode()) < 1_000_000
    monkeypatch.setattr(summary_md, "MOST_BYTES", 2_000)
    short = summary_md._fitting(text)
    assert len(short.encode()) <= 2_000 + len(summary_md.CUT) and short.endswith(summary_md.CUT)
    assert text.startswith(short.removesuffix(summary_md.CUT))
