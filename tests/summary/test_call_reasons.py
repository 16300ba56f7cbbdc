"""Why a way cannot run a call, in words: what failures really say, as Python words them."""

import pytest

from gilbench.summary.call_reasons import in_plain_words


@pytest.mark.parametrize(
    ("failure", "way", "words"),
    [
        (
            "ValueError: signal only works in main thread of the main interpreter",
            "thread",
            "it works in the main thread only",
        ),
        (
            "RuntimeError: There is no current event loop in thread 'Thread-1 (serve)'.",
            "thread-pool",
            "it takes the event loop of the main thread",
        ),
        (
            "ProgrammingError: SQLite objects created in a thread can only be used in that same thread.",
            "thread",
            "it uses something that belongs to another thread",
        ),
        ("TypeError: cannot pickle '_thread.lock' object", "pool", "it cannot be pickled"),
        ("UnpicklingError: invalid load key", "thread", "UnpicklingError: invalid load key"),
        (
            "AssertionError: daemonic processes are not allowed",
            "pool",
            "it starts processes itself",
        ),
    ],
)
def test_the_cause_is_named_as_it_is(failure, way, words):
    """The failure itself stands in it, so that a wrong guess does not hide it."""
    cause = in_plain_words(failure, way)
    assert cause.startswith(words) and failure in cause
