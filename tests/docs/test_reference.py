"""The reference pages say what the code says; they are made here without the tool that sets them."""

import importlib.util
import sys
import types
from pathlib import Path

import pytest

from gilbench.claims.registry import all_claims
from gilbench.summary.columns import COLUMNS

TOOL = Path(__file__).parent.parent.parent / "tools" / "docs_reference.py"


@pytest.fixture
def reference(monkeypatch):
    """The hook, with nothing in the place of mkdocs but the names that it imports."""
    for name, attributes in (
        ("config.defaults", ("MkDocsConfig",)),
        ("structure.files", ("File", "Files")),
    ):
        module = types.ModuleType(f"mkdocs.{name}")
        for attribute in attributes:
            setattr(module, attribute, object)
        monkeypatch.setitem(sys.modules, f"mkdocs.{name}", module)
    spec = importlib.util.spec_from_file_location("docs_reference", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_claim_has_what_explain_prints_of_it(reference):
    """Each under its own heading, in the order of the ledger, with what is measured, the rule and what follows."""
    _, *sections = reference.claims().split("\n## ")
    assert [section.partition(":")[0] for section in sections] == [
        claim.id for claim in all_claims()
    ]
    for section, claim in zip(sections, all_claims(), strict=True):
        for field in ("explanation", "measured", "rule", "meaning", "surprise", "source"):
            assert reference.escaped(getattr(claim, field)) in section


def test_every_claim_says_what_is_expected_of_either_build(reference):
    """The outcome, that there is none, or why the claim does not apply."""
    page = reference.claims()
    assert "- **Expected**: PROVED with the GIL; REFUTED free-threaded\n" in page
    lines = [line for line in page.splitlines() if line.startswith("- **Expected**: ")]
    assert len(lines) == len(all_claims())
    assert all("with the GIL" in line and "free-threaded" in line for line in lines)


def test_every_column_of_summary_csv_is_explained(reference):
    """One row for each column, with every name that the file has."""
    page = reference.summary_csv()
    for column in COLUMNS:
        names = ", ".join(f"`{name}`" for name in column.csv_names)
        assert f"| {names} | {column.unit.strip()} | {reference.escaped(column.legend)} |" in page


def test_the_page_of_the_command_line_has_no_colours(reference, monkeypatch):
    """Those of a terminal, which argparse writes from Python 3.14 on where the environment asks for them."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    page = reference.command_line()
    assert "## advise" in page and "\x1b" not in page
