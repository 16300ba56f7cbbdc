"""How claims are found: all of them, in order, by id, and loudly where a file of the ledger is wrong."""

import types

import pytest

from gilbench.claims import ledger, registry
from gilbench.claims.registry import LedgerError, all_claims, find_claims
from gilbench.model import InputError


def test_ids_are_unique_and_in_order():
    """A claim is found by its id, and the ledger reads A2 before A16 before B1."""
    ids = [(claim.id[0], int(claim.id[1:])) for claim in all_claims()]
    assert len(ids) > 0 and ids == sorted(set(ids))


def test_claims_are_found_by_id_in_any_case():
    """In the order given, not in that of the ledger."""
    assert [claim.id for claim in find_claims(["b2", "A16"])] == ["B2", "A16"]


def test_an_unknown_id_is_an_error_that_lists_the_ids():
    """A user who mistypes sees what there is."""
    with pytest.raises(InputError, match=r"unknown claim 'A99'.*A1, A2, "):
        find_claims(["A16", "A99"])


def test_an_id_that_stands_twice_is_a_loud_failure(monkeypatch):
    """Two files with one id do not silently replace one another."""
    twice = types.SimpleNamespace(
        __name__="gilbench.claims.ledger.zz_copy", CLAIMS=all_claims()[:1] * 2
    )
    monkeypatch.setattr(
        registry.pkgutil, "iter_modules", lambda path: [types.SimpleNamespace(name="zz_copy")]
    )
    monkeypatch.setattr(registry.importlib, "import_module", lambda name: twice)
    with pytest.raises(
        LedgerError, match=r"duplicate claim id A1 in gilbench\.claims\.ledger\.zz_copy"
    ):
        all_claims.__wrapped__()


def test_a_broken_file_of_the_ledger_is_a_loud_failure(monkeypatch, tmp_path):
    """A claim's file that does not import stops the ledger, and the error names the cause."""
    (tmp_path / "zz_broken.py").write_text("import nothing_of_that_name\n")
    monkeypatch.setattr(ledger, "__path__", [*ledger.__path__, str(tmp_path)])
    with pytest.raises(ImportError, match="nothing_of_that_name"):
        all_claims.__wrapped__()


def test_a_file_of_the_ledger_without_claims_is_a_loud_failure(monkeypatch, tmp_path):
    """A file that was dropped in and forgot its CLAIMS is named, and not passed over."""
    (tmp_path / "zz_empty.py").write_text("CLAIM = ()\n")
    monkeypatch.setattr(ledger, "__path__", [*ledger.__path__, str(tmp_path)])
    with pytest.raises(LedgerError, match=r"gilbench\.claims\.ledger\.zz_empty has no CLAIMS"):
        all_claims.__wrapped__()
