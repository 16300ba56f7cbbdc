"""The exit codes of every verb."""

from __future__ import annotations

from collections.abc import Iterable

OK, DOES_NOT_HOLD, UNUSABLE, UNDECIDED, INTERRUPTED = 0, 1, 2, 3, 130
GRAVEST = (DOES_NOT_HOLD, UNUSABLE, UNDECIDED)  # what does not hold is certain whatever is missing


def gravest_of(codes: Iterable[int]) -> int:
    """The exit code of a verb that answers for several runs, such as those of a fleet's hosts."""
    codes = set(codes)
    return next((code for code in GRAVEST if code in codes), OK)
