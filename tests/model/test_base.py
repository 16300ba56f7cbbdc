"""The base of all records."""

import msgspec
import pytest

from gilbench.model import Case


def test_a_record_is_immutable_and_strict():
    """A field that nobody knows is refused, not ignored: the file is of another version or damaged."""
    case = Case("3.13.0", "fnv1a", "thread", 2)
    with pytest.raises(AttributeError):
        case.workers = 3
    with pytest.raises(msgspec.ValidationError, match="unknown field `cores`"):
        msgspec.convert(msgspec.to_builtins(case) | {"cores": 2}, Case)
