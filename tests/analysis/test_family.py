"""Error over a family of tests: values computed by hand, and what must hold of any family."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.analysis.family import after_looks, holm, nominal_confidence

p_values = st.lists(st.floats(0, 1), max_size=12)


@pytest.mark.parametrize(
    ("raw", "adjusted"),
    [
        ([], []),
        ([0.2], [0.2]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.5], [1.0, 1.0]),
        ([0.001, 0.9, 0.02], [0.003, 0.9, 0.04]),
        ([0.02, 0.021, 0.04], [0.06, 0.06, 0.06]),
    ],
)
def test_holm_by_hand(raw, adjusted):
    """The smallest times their number, the next times one fewer, and so on, never falling."""
    assert holm(raw) == pytest.approx(adjusted)


@given(p_values)
def test_adjusting_never_lowers_a_p_value(raw):
    """Correction costs; it never makes a claim surer, and a p-value stays a p-value."""
    assert all(before <= after <= 1 for before, after in zip(raw, holm(raw), strict=True))


@given(p_values)
def test_adjusting_keeps_the_order(raw):
    """What was surer before the correction is at least as sure after it."""
    pairs = sorted(zip(raw, holm(raw), strict=True))
    assert [after for _, after in pairs] == sorted(after for _, after in pairs)


@given(p_values.filter(bool), st.randoms())
def test_the_order_of_claims_does_not_matter(raw, random):
    """A claim's adjusted p-value does not depend on where it stands in the ledger."""
    order = list(range(len(raw)))
    random.shuffle(order)
    shuffled = holm([raw[index] for index in order])
    assert shuffled == [holm(raw)[index] for index in order]


@given(p_values.filter(bool), st.data())
def test_a_surer_claim_never_hurts_another(raw, data):
    """Lowering one p-value can only lower the adjusted ones: that is why a decision, once taken, stands."""
    index = data.draw(st.integers(0, len(raw) - 1))
    lower = [*raw[:index], raw[index] * data.draw(st.floats(0, 1)), *raw[index + 1 :]]
    assert all(after <= before for after, before in zip(holm(lower), holm(raw), strict=True))


@given(p_values)
def test_holm_lies_between_no_correction_and_bonferroni(raw):
    """Holm's correction is never dearer than multiplying by the number of claims."""
    assert all(
        one <= min(1.0, len(raw) * before) + 1e-12
        for one, before in zip(holm(raw), raw, strict=True)
    )


@pytest.mark.parametrize(
    ("p_value", "looks", "expected"), [(0.01, 1, 0.01), (0.01, 3, 0.03), (0.6, 2, 1.0)]
)
def test_looks_cost_their_number(p_value, looks, expected):
    """A test that may be taken at any of three looks needs a p-value a third as large."""
    assert after_looks(p_value, looks) == pytest.approx(expected)


def test_an_interval_of_a_fixed_sample_is_the_ordinary_one():
    """Where sampling cannot stop early there is nothing to allow for."""
    assert nominal_confidence(0.95, 1) == pytest.approx(0.95)


@given(st.integers(1, 50), st.floats(0.5, 0.999))
def test_every_further_analysis_makes_an_interval_wider(analyses, confidence):
    """The error that is left for chance shrinks, and never to nothing."""
    before, after = (nominal_confidence(confidence, count) for count in (analyses, analyses + 1))
    assert confidence <= before < after < 1
