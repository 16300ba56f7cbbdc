"""Numbers and lists in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.model import Label, for_markdown
from gilbench.summary import formatting


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0, "0.00"), (-0.001, "0.00"), (-1.5, "−1.50"), (1.005, "1.00"), (12.345, "12.35")],
)
def test_fixed(value, text):
    """Two decimals, a true minus, never minus zero."""
    assert formatting.fixed(value) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((1.424, 1.371, 1.478, "×"), "1.42× [1.37, 1.48]"),
        ((1.424, None, None, "×"), "1.42×"),
        ((0.000123, 0.0001, 0.00015, " s"), "0.000123 s [0.000100, 0.000150]"),
        ((40.2, 38.0, 43.1, " ms"), "40.2 ms [38.0, 43.1]"),
        ((4020, 3800, 4310, " µs"), "4020 µs [3800, 4310]"),
        ((0.0, 0.0, 0.0, " ms"), "0.00 ms [0.00, 0.00]"),
        ((1.0, 0.5, float("inf"), " ms"), "1.00 ms [0.50, inf]"),
    ],
)
def test_interval(parts, text):
    """Ratios have two decimals, other quantities three figures of their largest end."""
    assert formatting.interval(*parts) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "no"), (2, "two"), (12, "twelve"), (13, "13"), (-1, "-1")]
)
def test_count(number, text):
    """Small numbers are words."""
    assert formatting.count(number) == text


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [(1, "launch", "1 launch"), (2, "launch", "2 launches"), (2, "pair", "2 pairs")],
)
def test_plural(number, noun, text):
    """Nouns agree with their number."""
    assert formatting.plural(number, noun) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(parts, text):
    """Lists read as a sentence does."""
    assert formatting.listed(parts) == text


def test_what_held_is_not_said_to_be_proved():
    """What the outcomes mean is said with the word that the verdict has."""
    text = "PROVED means that it works; REFUTED would mean that it does not."
    assert formatting.meaning(text, [Label.REFUTED, Label.HELD]).startswith("HELD means that it ")
    assert formatting.meaning(text, [Label.PROVED, Label.REFUTED]) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(59.4, "59 s"), (60, "1 min 0 s"), (282.2, "4 min 42 s")]
)
def test_duration(seconds, text):
    """Minutes appear when there are any."""
    assert formatting.duration(seconds) == text


@given(st.text())
def test_escaped_markdown_has_nothing_active(text):
    """Every character that Markdown or HTML would act on has a backslash before it, and there is one line."""
    shown = for_markdown(text)
    assert len(shown.splitlines()) <= 1
    plain = shown.replace("\\\\", "")
    for index, letter in enumerate(plain):
        if letter in "`*_[]<>|#&":
            assert plain[index - 1] == "\\"
