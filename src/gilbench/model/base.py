"""What every record is made of, and the error that tells a user what to mend."""

from __future__ import annotations

import msgspec

SCHEMA = 1


class InputError(Exception):
    """Something from outside cannot be used. The message is one line: what is wrong and how to mend it."""


class Frozen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=False):
    """Base of every record: immutable, strict about its fields."""
