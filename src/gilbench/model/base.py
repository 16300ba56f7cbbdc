"""What every record is made of."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

SCHEMA = 2

LARGEST_INT = 2**63 - 1
LONGEST_NAME = 1000  # characters
LONGEST_NS = 10**15  # eleven days: what is longer is no measurement
Finite = Annotated[float, Meta(ge=-1e300, le=1e300)]
Share = Annotated[float, Meta(ge=0, le=1e6)]  # of one; a small clock may make it a little more
# A name that is shown within a line: without line feeds, escapes and other control characters
Name = Annotated[
    str, Meta(max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z")
]
Text = Annotated[str, Meta(max_length=100 * LONGEST_NAME)]
Count = Annotated[int, Meta(ge=0, le=LARGEST_INT)]
Signed = Annotated[int, Meta(ge=-LARGEST_INT, le=LARGEST_INT)]
Positive = Annotated[int, Meta(ge=1, le=LARGEST_INT)]
NonNegative = Annotated[float, Meta(ge=0, le=1e9)]  # and finite
Seconds = NonNegative  # no more than thirty years
Nanoseconds = Annotated[int, Meta(ge=0, le=LONGEST_NS)]
SignedNanoseconds = Annotated[int, Meta(ge=-LONGEST_NS, le=LONGEST_NS)]
Duration = Annotated[int, Meta(ge=1, le=LONGEST_NS)]  # nanoseconds, of something that took time


def with_a_colon(dotted: str) -> str | None:
    """``MODULE:NAME`` for a dotted name; None where it cannot name a function."""
    module, dot, name = dotted.rpartition(".")
    if not dot or name == "py" or not all(part.isidentifier() for part in dotted.split(".")):
        return None
    return f"{module}:{name}"


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of every record: immutable, strict about its fields."""
