"""The portable part of a run: ratios and verdicts with their spread, and no time in seconds."""

import math
from pathlib import Path

import msgspec
import pytest
from tests import synthetic

from gilbench.analysis.family import nominal_confidence
from gilbench.check import portable
from gilbench.claims.judging import judge_claims
from gilbench.model import Basis, Estimate, Evidence, InputError


@pytest.fixture(scope="module")
def extracted():
    """The portable part of a whole synthetic run."""
    tables = synthetic.World(launches=8).tables()
    return portable.extract_portable(tables, judge_claims(tables))


def test_a_quantity_is_what_the_run_shows(extracted):
    """Middle and interval are those of the launches."""
    tables = synthetic.World(launches=8).tables()
    shown = portable.locate(tables.of("fnv1a-process-w2@3.13.0")["log_speedup"].tolist())
    (found,) = [
        one for one in extracted.quantities if one.key == ("3.13", "fnv1a-process-w2", "speedup")
    ]
    assert found.location == shown and found.n == 8 and found.cores == 2 and found.more_is_better


def test_latency_ratios_are_taken_from_the_evidence(extracted):
    """An experiment's ratios are what they were computed as, and nothing that is in milliseconds is among them."""
    tables = synthetic.World(launches=8).tables()
    (b7,) = [verdict for verdict in judge_claims(tables) if verdict.id == "B7"]
    evidence = b7.evidence[0]
    (found,) = [one for one in extracted.quantities if one.name == evidence.quantity]
    assert (found.center, found.se, found.df) == (
        evidence.basis.center,
        evidence.basis.se,
        evidence.basis.df,
    )
    confidence = nominal_confidence(0.95, tables.analyses_of(evidence.item))
    assert math.exp(found.location.interval(confidence)[0]) == pytest.approx(evidence.estimate.lo)
    assert not [one for one in extracted.quantities if "interval 5 ms" in one.name]


def evidence_of(basis: Basis | None, unit: str = "", lo: float = 1.0) -> Evidence:
    return Evidence("slope", Estimate(2.0, lo, 3.0, unit, 9, 0.95), "wakeup@3.13.0", basis)


def test_a_plain_number_is_carried_over_to_its_logarithm():
    """By its own standard error, not by the interval that was shown, which is another one on the log scale."""
    kept = portable.log_location(evidence_of(Basis(2.0, 0.1, 6.0, log=False)))
    assert (kept.center, kept.se, kept.df, kept.n) == (
        pytest.approx(math.log(2)),
        pytest.approx(0.05),
        6.0,
        9,
    )


@pytest.mark.parametrize(
    "evidence",
    [
        evidence_of(None),
        evidence_of(Basis(2.0, 0.1, 6.0, log=False), unit=" ms"),
        evidence_of(Basis(2.0, 0.9, 6.0, log=False), lo=-0.2),
    ],
)
def test_what_is_no_ratio_is_left_out(evidence):
    """A share of trials, a time, and a number that may be 0, which has no logarithm."""
    assert portable.log_location(evidence) is None


def test_a_baseline_of_an_older_gilbench_is_read():
    """The one in this repository, kept before baselines described their interpreters."""
    path = Path(__file__).parents[2] / "results" / "baseline.json"
    kept = portable.read(path)
    assert kept.quantities and kept.rulings
    assert [interpreter.release[0] for interpreter in kept.measured_on] == ["3.11"]


def test_every_verdict_is_kept(extracted):
    """Each with whether it confirms the ledger, and by a Python that another machine may have too."""
    assert {one.target for one in extracted.rulings} == {"3.13"}
    assert len(extracted.rulings) == len(judge_claims(synthetic.World(launches=8).tables()))


def test_serial_code_with_itself_is_a_control_and_no_quantity(extracted):
    """It must be one everywhere."""
    assert not [one for one in extracted.quantities if one.item.endswith("serial-w1")]


def test_a_baseline_comes_back_as_it_was_written(extracted, tmp_path):
    """All of it, from a file of lines."""
    portable.write(tmp_path / "baseline.json", extracted)
    assert portable.read(tmp_path / "baseline.json") == extracted
    assert len((tmp_path / "baseline.json").read_text().splitlines()) > len(extracted.quantities)


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[: len(raw) // 2], lambda raw: b"[]", lambda raw: b"\xff" + raw]
)
def test_a_damaged_baseline_is_no_baseline(extracted, tmp_path, damage):
    """Half a file, another one's contents, no text: an InputError that names the remedy."""
    path = tmp_path / "baseline.json"
    portable.write(path, extracted)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match="make the baseline again"):
        portable.read(path)


def test_another_schema_is_refused(extracted, tmp_path):
    """Not half understood."""
    path = tmp_path / "baseline.json"
    portable.write(path, msgspec.structs.replace(extracted, schema=99))
    with pytest.raises(InputError, match="schema 99"):
        portable.read(path)
