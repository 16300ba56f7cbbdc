"""What a result of a function of the user is compared by: the same for equal results, in every process."""

import array

import pytest

from gilbench.target.user_functions import Unusable, number

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
DIFFERENT = [
    (1, 2),
    (1.0, 1.5),
    ("a", "b"),
    (None, "x"),
    ([1, 2], [2, 1]),
    ({"a": 1}, {"a": 2}),
    (b"a", b"b"),
]


def test_equal_results_have_one_number(subtests):
    """Whatever holds the same values, or the same bytes, has the same number."""
    for first, second in SAME:
        with subtests.test(first=first, second=second):
            assert number(first) == number(second)


def test_different_results_have_different_numbers(subtests):
    """Another value, or another order, shows."""
    for first, second in DIFFERENT:
        with subtests.test(first=first, second=second):
            assert number(first) != number(second)


def test_an_address_is_no_result():
    """A plain object is known by where it lies, which tells nothing of the work; inside a container too."""
    for value in (object(), [object()]):
        with pytest.raises(Unusable, match="address"):
            number(value)
