"""Verdicts: what an estimate reads like, and what is as expected."""

import msgspec
import pytest

from gilbench.model import OF_TRIALS, Bound, Estimate, Outcome, Verdict


def verdict(outcome, expected, bounds=()):
    return Verdict("A1", "s", "3.13.0", outcome, None, expected, "r", (), "e", "s", "", bounds)


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(1.4239, 1.371, 1.4751, "×", 8, 0.95), "1.42× [1.37, 1.48]"),
        (Estimate(-0.001, -0.2, 0.2, " cores", 8, 0.95), "0.00 cores [-0.20, 0.20]"),
        (Estimate(0.95, 0.75, 1.0, OF_TRIALS, 20, 0.95), "19 of 20 [0.75, 1.00]"),
    ],
    ids=["ratio", "no minus zero", "trials"],
)
def test_an_estimate_reads_as_value_and_interval(estimate, words):
    """Two decimals and the unit; a share of trials is a count."""
    assert str(estimate) == words


def test_what_n_counts_is_named():
    """Trials where it is a share of them, launches otherwise."""
    assert Estimate(0.5, 0, 1, OF_TRIALS, 20, 0.95).sample == "trial"
    assert Estimate(0.5, 0, 1, "×", 20, 0.95).sample == "launch"


@pytest.mark.parametrize(
    ("outcome", "expected", "as_expected"),
    [
        (Outcome.PROVED, Outcome.PROVED, True),
        (Outcome.REFUTED, Outcome.PROVED, False),
        (Outcome.PROVED, None, None),
        (Outcome.INCONCLUSIVE, Outcome.PROVED, None),
        (Outcome.VOID, Outcome.REFUTED, None),
        (Outcome.NOT_APPLICABLE, Outcome.PROVED, None),
    ],
)
def test_only_a_decided_verdict_can_surprise(outcome, expected, as_expected):
    """Where nothing was decided, or either outcome was news, there is no surprise."""
    assert verdict(outcome, expected).as_expected is as_expected


def test_bounds_are_found_by_their_quantity():
    """All of them, whether they prove or refute."""
    speedup = (
        Bound("speedup", 1.15, above=False, proves=True),
        Bound("speedup", 1.15, above=True, proves=False),
    )
    both = verdict(
        Outcome.PROVED,
        None,
        (speedup[0], Bound("cores used", 1.1, above=False, proves=True), speedup[1]),
    )
    assert both.bounds_of("speedup") == speedup
    assert both.bounds_of("efficiency") == ()


def test_a_verdict_of_an_earlier_version_is_read():
    """It recorded neither bounds nor what its estimates rest on."""
    stored = msgspec.to_builtins(verdict(Outcome.PROVED, None))
    del stored["bounds"]
    stored["evidence"] = [
        {
            "quantity": "q",
            "estimate": msgspec.to_builtins(Estimate(1, 1, 1, "×", 2, 0.9)),
            "item": "i",
        }
    ]
    read = msgspec.convert(stored, Verdict)
    assert read.bounds == () and read.evidence[0].basis is None
