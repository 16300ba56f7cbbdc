"""Sources lead to what they name."""

import pytest

from gilbench.claims.registry import all_claims
from gilbench.summary.sources import source_parts


@pytest.mark.parametrize(
    ("source", "addresses"),
    [
        ("PEP 703 for builds without it", ["https://peps.python.org/pep-0703/"]),
        ("bpo-7946, convoy effect", ["https://bugs.python.org/issue7946"]),
        (
            "CPython, Modules/socketmodule.c: a socket",
            ["https://github.com/python/cpython/blob/main/Modules/socketmodule.c"],
        ),
        (
            "Python documentation, multiprocessing.Process: start()",
            ["https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process"],
        ),
        (
            "CPython 3.10, Python/ceval.c: checks",
            ["https://github.com/python/cpython/blob/3.10/Python/ceval.c"],
        ),
        ("What's New in Python 3.12: a warning", ["https://docs.python.org/3/whatsnew/3.12.html"]),
        (
            "Python documentation, multiprocessing.pool.Pool: the pool's work queue",
            ["https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool"],
        ),
        (
            "Python documentation, thread safety guarantees for list",
            ["https://docs.python.org/3.14/library/threadsafety.html"],
        ),
        ("CPython, Python/gc.c", ["https://github.com/python/cpython/blob/main/Python/gc.c"]),
        ("Common teaching: threads are slow", []),
    ],
)
def test_what_is_named_is_linked(source, addresses):
    """And the words stay as they are."""
    parts = source_parts(source)
    assert [part.address for part in parts if part.address] == addresses
    assert "".join(part.text for part in parts) == source


def test_no_word_of_a_claims_source_is_lost():
    """Whatever is linked in it; the documentation always is."""
    for claim in all_claims():
        parts = source_parts(claim.source)
        assert "".join(part.text for part in parts) == claim.source
        if claim.source.startswith(("Python documentation", "PEP")):
            assert any(part.address for part in parts), claim.source
