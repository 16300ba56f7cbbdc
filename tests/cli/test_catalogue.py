"""``list``, ``explain`` and ``doctor``."""

import json

from gilbench.claims import ledger


def test_list_shows_what_is_registered(gilbench):
    """Every kind is there, and ``--json`` says the same."""
    plain, as_json = gilbench("list"), json.loads(gilbench("list", "--json").stdout)
    assert set(as_json) == {"claims", "workloads", "strategies", "channels", "probes", "targets"}
    assert set(as_json["claims"]) == {claim.id for claim in ledger.claims()}
    assert all(name in plain.stdout for names in as_json.values() for name in names)


def test_a_claim_is_listed_with_what_it_needs_and_costs(gilbench):
    """Every claim names the items it needs and about how long they take, or why it does not apply here."""
    listed = json.loads(gilbench("list", "claims", "--json").stdout)["claims"]
    for claim in ledger.claims():
        entry = listed[claim.id]
        assert entry["statement"] == claim.statement
        assert entry.get("not_applicable") or (entry["needs"] and entry["about_s"] > 0)
    assert listed["A3"]["needs"] == ["terminate"]


def test_a_new_file_is_listed_at_once(gilbench, target_copy):
    """Dropping a workload's file in is all it takes."""
    source = (target_copy / "workloads" / "sleep.py").read_text()
    (target_copy / "workloads" / "nap.py").write_text(source.replace('name="sleep"', 'name="nap"'))
    listed = gilbench("list", "workloads", GILBENCH_TARGET_DIR=str(target_copy))
    assert "nap" in listed.stdout


def test_explain_tells_statement_reason_and_source(gilbench):
    """Ids are taken in either case."""
    claim = next(claim for claim in ledger.claims() if claim.id == "A16")
    told = json.loads(gilbench("explain", "a16", "--json").stdout)
    assert told["statement"] == claim.statement
    assert told["explanation"] == claim.explanation
    assert told["source"] == claim.source


def test_doctor_describes_the_host(gilbench):
    """The JSON is the host record, the text names the usable cores."""
    host = json.loads(gilbench("doctor", "--json").stdout)
    assert 1 <= host["usable_cores"] <= host["logical_cores"]
    assert f"{host['usable_cores']} usable" in gilbench("doctor").stdout
