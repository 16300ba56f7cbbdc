"""What a result of a function of the user is compared by: the same for equal results, in every process."""

import array

import pytest

from gilbench.target.result_numbers import MOST_PARTS, number, number_of_parts
from gilbench.target.unusable import Unusable

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
            assert number_of_parts(first) == number_of_parts(second)


def test_different_results_have_different_numbers(subtests):
    """Another value, or another order, shows."""
    for first, second in DIFFERENT:
        with subtests.test(first=first, second=second):
            assert number(first) != number(second)
            assert number_of_parts(first) != number_of_parts(second)


def test_an_address_is_no_result():
    """A plain object is known by where it lies, which tells nothing of the work; inside a container too."""
    for value in (object(), [object()]):
        with pytest.raises(Unusable, match="address"):
            number(value)


LARGE = {
    "list": [(n, str(n)) for n in range(40_000)],
    "nested": [[[n] * 300] * 300 for n in range(300)],
    "dict": {n: str(n) for n in range(40_000)},
    "set": set(range(40_000)),
    "bytes": bytes(1 << 22),
    "text": "x" * (1 << 22),
    "array": array.array("d", range(1 << 18)),
}


def test_a_part_of_what_is_large_is_compared(subtests):
    """Each end and the length tell: another first, last or missing part shows."""
    rows = LARGE["list"]
    for changed in ([(1, "0"), *rows[1:]], [*rows[:-1], (0, "0")], rows[:-1]):
        assert number_of_parts(changed) != number_of_parts(rows)
    for kind, value in LARGE.items():
        with subtests.test(kind=kind):
            assert number_of_parts(value) == number_of_parts(value)
    for kind in ("bytes", "text"):
        value = LARGE[kind]
        assert number_of_parts(value[1:]) != number_of_parts(value)
    assert number_of_parts({*LARGE["set"], -1}) != number_of_parts(LARGE["set"])


class Part:
    """Counts how often it is put in words."""

    looks = 0

    def __repr__(self):
        Part.looks += 1
        return "a part"


@pytest.mark.parametrize("make", [list, tuple, lambda parts: dict(enumerate(parts))])
def test_of_what_is_large_few_parts_are_looked_at(monkeypatch, make):
    """The clock of a round runs while results are compared."""
    value, looks = make([Part()] * 40_000), {}
    for compared in (number_of_parts, number):
        monkeypatch.setattr(Part, "looks", 0)
        compared(value)
        looks[compared] = Part.looks
    assert looks == {number_of_parts: 2 * MOST_PARTS, number: 40_000}
