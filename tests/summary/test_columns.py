"""A column is one value: the file, the page's table and the reference follow from it."""

import pytest
from tests.report.conftest import write_run
from tests.synthetic import World

from gilbench.report import summary_csv
from gilbench.report.write import write
from gilbench.summary import cases, columns
from gilbench.summary.columns import COLUMNS, Column, csv_header, page_columns

NAMES = (
    "item,target,workload,strategy,workers,reference,tasks,launches,pairs,"
    "speedup,speedup_lo,speedup_hi,efficiency,serial_fraction,"
    "cores_used,cores_used_lo,cores_used_hi,ceiling,ceiling_lo,ceiling_hi,"
    "wall_s,reference_wall_s,launch_s,compute_s,join_s,foreign_cores,steal_share"
)
NEW = Column(
    "switches", "a column made for a test", lambda row: row.pairs, heading="Switches", place=99
)


@pytest.fixture(scope="module")
def rows():
    return cases.rows(World(launches=3, claims=frozenset({"A16"})).tables())


def test_names_and_order_of_summary_csv_are_the_contract():
    """Scripts rely on them: a new column goes last, and none is renamed or moved."""
    assert ",".join(csv_header()).startswith(NAMES)


def test_names_and_places_are_unique():
    """No two columns share a name in the file or a place on the page."""
    assert len(set(csv_header())) == len(csv_header())
    places = [column.place for column in page_columns(several_targets=True)]
    assert len(set(places)) == len(places)


def test_one_target_is_not_named_in_every_row():
    """The page's table has a column for targets where there are several."""
    headings = [column.heading for column in page_columns(several_targets=False)]
    assert headings[0] == "Workload" and "Target" not in headings
    assert "Target" in [column.heading for column in page_columns(several_targets=True)]


def test_what_is_not_known_is_empty_in_the_file_and_a_dash_on_the_page(rows):
    """One worker has no serial fraction; a Measured leaves all three of its cells empty."""
    unknown = Column("gone", "never known", lambda row: None, unit="×", interval=True)
    assert unknown.csv_values(rows[0]) == (None, None, None)
    assert unknown.text(rows[0]) == "–"


@pytest.mark.usefixtures("no_figures")
def test_a_column_that_is_added_is_in_the_file_and_on_the_page(monkeypatch, tmp_path):
    """Nothing else has to be changed for it."""
    monkeypatch.setattr(columns, "COLUMNS", (*COLUMNS, NEW))
    folder = write_run(tmp_path / "run", World(launches=2, claims=frozenset({"A16"})))
    write(folder)
    header = (folder / "summary.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == f"{NAMES},switches"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'title="a column made for a test"' in page and 'data-at="switches"' in page


def test_the_file_has_a_header_without_any_case():
    """A reader of an empty run finds the columns."""
    assert summary_csv.render([]).startswith(NAMES)
    assert len(summary_csv.render([]).splitlines()) == 1
