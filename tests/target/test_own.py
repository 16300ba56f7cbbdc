"""What a result of a user's own function counts as: the same for equal results, in every process."""

import array

import pytest

from gilbench.target.own import Unusable, number

SAME = [
    (3, 3),
    (True, 1),
    ("text", "text"),
    (b"bytes", bytearray(b"bytes")),
    (array.array("d", [1, 2]), array.array("d", [1, 2])),
    ([1, "a"], (1, "a")),
    ({1, 2, 3}, frozenset([3, 2, 1])),
    ({"a": 1.5}, {"a": 1.5}),
]
DIFFERENT = [(1, 2), (1.0, 1.5), ("a", "b"), (None, "x"), ([1, 2], [2, 1]), ({"a": 1}, {"a": 2}), (b"a", b"b")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_equal_results_have_one_number(one, other):
    assert number(one) == number(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_results_have_different_numbers(one, other):
    assert number(one) != number(other)


def test_an_address_is_no_result():
    """A plain object is known by where it lies, which tells nothing of the work; inside a container too."""
    for value in (object(), [object()]):
        with pytest.raises(Unusable, match="address"):
            number(value)
